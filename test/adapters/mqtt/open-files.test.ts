import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectionsWithin, openFilesLimit } from '../../../adapters/mqtt/open-files.ts'
import { fakeHouse, loggedIn, rawClient, startEmbedded } from './kit.ts'

describe('how many connections there can be', () => {
  test.each<[number, number | undefined, number]>([
    [20_000, 1_048_576, 20_000],
    [20_000, 20_256, 20_000],
    [20_000, undefined, 20_000],
    [20_000, 20_255, 19_999],
    [20_000, 1_024, 768],
    [20_000, 64, 1],
  ])('%i wanted, %s files: %i', (wanted, openFiles, expected) => {
    const { connections, warning } = connectionsWithin(wanted, openFiles)
    expect(connections).toBe(expected)
    if (expected === wanted) expect(warning).toBeUndefined()
    else {
      expect(warning).toContain(`may open ${openFiles} files`)
      expect(warning).toContain('LimitNOFILE) to 20256')
    }
  })
})

describe('what the system says', () => {
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'lianxun-limits-'))
  })
  afterEach(() => rm(directory, { recursive: true, force: true }))

  test.each([
    ['Max open files            1024                 524288               files', 1_024],
    ['Max open files            unlimited            unlimited            files', undefined],
    ['Max processes             10                   10                   processes', undefined],
  ])('%s', async (line, expected) => {
    const file = path.join(directory, 'limits')
    await writeFile(
      file,
      `Limit                     Soft Limit           Hard Limit           Units\n${line}\n`,
    )
    expect(openFilesLimit(file)).toBe(expected)
  })

  test('nothing, where there is no such file', () => {
    expect(openFilesLimit(path.join(directory, 'none'))).toBeUndefined()
  })
})

test('connections over the bound are refused and counted; those there are stay', async () => {
  const house = fakeHouse(['a'])
  const broker = await startEmbedded(house, { maxConnections: 2 })
  const first = await loggedIn(broker.listening, 'a')
  const second = await loggedIn(broker.listening, 'a', { clientId: 'a-2' })
  const third = await rawClient(broker.listening)
  await third.closed
  expect(house.lines.join('\n')).toContain('2 are open already')
  for (const client of [first, second]) {
    client.send({ cmd: 'pingreq' })
    await client.next('pingresp')
    client.socket.destroy()
  }
  await broker.stop()
})
