import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StoreError } from '../../../gateway/domain/errors.ts'
import { lockHouse } from '../../../gateway/storage/house-lock.ts'

let directory: string
let holder: ChildProcess | undefined

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lianxun-lock-'))
})
afterEach(async () => {
  holder?.kill('SIGKILL')
  await rm(directory, { recursive: true, force: true })
})

async function holdElsewhere(): Promise<ChildProcess> {
  const module = new URL('../../../gateway/storage/house-lock.ts', import.meta.url)
  const text = `import { lockHouse } from ${JSON.stringify(module.href)}
    globalThis.held = lockHouse(${JSON.stringify(directory)}, '')
    console.log('held')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', text], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return child
}

describe('the lock of a data directory', () => {
  it('is had by one at a time', () => {
    const first = lockHouse(directory, 'Stop it first.')
    expect(() => lockHouse(directory, 'Stop it first.')).toThrow(StoreError)
    expect(() => lockHouse(directory, 'Stop it first.')).toThrow(
      `A gateway runs on ${directory}. Stop it first.`,
    )
    first.release()
    lockHouse(directory, '').release()
  })

  it('falls with the process that had it, in whatever way it ended', async () => {
    holder = await holdElsewhere()
    expect(() => lockHouse(directory, '')).toThrow(StoreError)
    const gone = once(holder, 'exit')
    holder.kill('SIGKILL')
    await gone
    lockHouse(directory, '').release()
  })

  it('leaves one empty file and makes the directory', async () => {
    const deep = join(directory, 'a', 'b')
    lockHouse(deep, '').release()
    expect(await readdir(deep)).toEqual(['gateway.lock'])
  })
})
