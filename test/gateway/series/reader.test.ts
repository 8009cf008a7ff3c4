import { execFileSync } from 'node:child_process'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openReader } from '../../../gateway/series/reader.ts'
import { now, zone } from './kit.ts'

/** The thread that takes a file apart, where the file is at fault. */

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lianxun-reader-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function failureOf(
  file: string,
  { signal = new AbortController().signal, release = async () => {} } = {},
): Promise<string> {
  const order = { file, devices: [], timeZone: zone, precision: 'ms' as const, now }
  const reader = openReader(order, { signal, stallMs: 300 })
  try {
    for await (const batch of reader.batches('check')) expect(batch).toBeUndefined()
    return 'it was read'
  } catch (error) {
    await release()
    return (error as Error).message
  } finally {
    await reader.close()
  }
}

it('what never ends is given up', async () => {
  const pipe = join(folder, 'pipe')
  execFileSync('/usr/bin/mkfifo', [pipe])
  // Whoever opens it waits for somebody who writes; only then can the thread end.
  const release = async () => (await open(pipe, 'w')).close()
  expect(await failureOf(pipe, { release })).toBe('it takes too long to read')
})

it('what is not there is told', async () => {
  expect(await failureOf(join(folder, 'none'))).toContain('ENOENT')
})

it('whoever has broken it off hears so', async () => {
  expect(await failureOf(join(folder, 'none'), { signal: AbortSignal.abort() })).toBe(
    'it was broken off',
  )
})
