import { expect, test } from 'vitest'
import { createGroupCommitLog } from '../../../gateway/storage/observation-log.ts'
import { createSeriesKeys } from '../../../gateway/storage/series-keys.ts'
import type { ThreadLink } from '../../../gateway/storage/thread-link.ts'
import type { CommitRequest, LogRequests } from '../../../gateway/storage/worker-messages.ts'
import { noon, reading } from '../../contract/observation-store.ts'

/** The log's main-thread side, with commits that end when the test says so. */
function openLog() {
  const commits: { request: CommitRequest; succeed(): void; fail(): void }[] = []
  let head = 0
  const request = (message: CommitRequest) => {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    commits.push({
      request: message,
      succeed() {
        const stored = message.numbers.length / 4
        head += stored
        resolve({ head, stored, fresh: null })
      },
      fail: () => reject(new Error('database or disk is full')),
    })
    return promise
  }
  const thread = { request } as unknown as Pick<ThreadLink<LogRequests>, 'request'>
  const limits = { batchRows: 10, queuedRows: 100, queuedBytes: 1000, ringEntries: 100 }
  const log = createGroupCommitLog(thread, limits)
  log.opened(0, createSeriesKeys([]))
  const sent = async (count: number) => {
    while (commits.length < count) await new Promise((resolve) => setImmediate(resolve))
    return commits[count - 1] as (typeof commits)[number]
  }
  return { log, sent }
}

const listed = ({ request }: { request: CommitRequest }) =>
  request.newSeries.map(({ device }) => device)

test('a series first met while a commit was running is listed with the commit that holds it', async () => {
  const { log, sent } = openLog()
  const first = log.append([reading('a', noon, 1)])
  const one = await sent(1)
  expect(listed(one)).toEqual(['a'])
  const second = log.append([reading('b', noon, 2)])
  const two = await sent(2)
  // `a` is not known to be stored yet, so it goes along.
  expect(listed(two)).toEqual(['a', 'b'])
  one.succeed()
  await first
  const third = log.append([reading('b', noon + 1, 3)])
  const three = await sent(3)
  // The end of the first commit says nothing of `b`, which it did not list.
  expect(listed(three)).toEqual(['b'])
  two.fail()
  await expect(second).rejects.toThrow('Nothing was stored')
  three.succeed()
  expect(await third).toEqual({ stored: 1 })
  const fourth = log.append([reading('a', noon + 2, 4), reading('b', noon + 2, 4)])
  const four = await sent(4)
  expect(listed(four)).toEqual([])
  four.succeed()
  await fourth
})

test('a series whose commits all failed goes along until one succeeds', async () => {
  const { log, sent } = openLog()
  for (const attempt of [1, 2, 3]) {
    const failing = log.append([reading('a', noon + attempt, attempt)])
    const commit = await sent(attempt)
    expect(listed(commit)).toEqual(['a'])
    commit.fail()
    await expect(failing).rejects.toThrow('Nothing was stored')
    expect(log.failing()).toContain('disk is full')
  }
  const working = log.append([reading('a', noon, 0)])
  const commit = await sent(4)
  expect(listed(commit)).toEqual(['a'])
  commit.succeed()
  await working
  expect(log.failing()).toBeNull()
  expect(log.queued()).toBe(0)
})
