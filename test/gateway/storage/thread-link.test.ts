import { afterEach, describe, expect, it } from 'vitest'
import { InvalidError, StoreError } from '../../../gateway/domain/errors.ts'
import { createThreadLink, type ThreadLink } from '../../../gateway/storage/thread-link.ts'
import type { EchoRequest } from './echo-thread.ts'

interface Commit {
  value: number
  group: number
  size: number
}

type Requests = {
  echo: { request: EchoRequest; answer: number }
  fail: { request: EchoRequest; answer: number }
  invalid: { request: EchoRequest; answer: number }
  die: { request: EchoRequest; answer: number }
  commit: { request: EchoRequest; answer: Commit }
}

const links: ThreadLink<Requests>[] = []
let opened = 0
/** Resolves when the thread says `ready` once more. */
let reopened = Promise.withResolvers<void>()

function link(settings = 'fine') {
  opened = 0
  const made = createThreadLink<Requests, { opened: boolean }>({
    name: 'echo',
    file: new URL('./echo-thread.ts', import.meta.url),
    settings,
    onReady(ready) {
      expect(ready).toEqual({ opened: true })
      opened += 1
      reopened.resolve()
      reopened = Promise.withResolvers<void>()
    },
  })
  links.push(made)
  return made
}

afterEach(async () => {
  await Promise.all(links.splice(0).map((one) => one.stop()))
})

const echo = (to: ThreadLink<Requests>, value: number) => to.request({ type: 'echo', value })

describe('a storage thread', () => {
  it('answers each request with its own answer, in order', async () => {
    const thread = link()
    await thread.start()
    const order: number[] = []
    const answers = Array.from({ length: 200 }, (_, i) =>
      echo(thread, i).then((value) => order.push(value)),
    )
    await Promise.all(answers)
    expect(order).toEqual(Array.from({ length: 200 }, (_, i) => i))
  })

  it('makes commits that wait together one, each with its own answer, and no other request', async () => {
    const thread = link()
    await thread.start()
    const answers = await Promise.all([
      ...[1, 2, 3].map((value) => thread.request({ type: 'commit', value })),
      echo(thread, 99),
      ...[4, 5].map((value) => thread.request({ type: 'commit', value })),
    ])
    const commits = answers.filter((one) => typeof one === 'object')
    expect(answers[3]).toBe(99)
    expect(commits.map(({ value }) => value)).toEqual([1, 2, 3, 4, 5])
    // The request in between is a border: what came after it is not made before it.
    expect(commits[2]?.group).not.toBe(commits[3]?.group)
    for (const { group, size } of commits) {
      expect(commits.filter((one) => one.group === group)).toHaveLength(size)
    }
  })

  it('fails a request, and goes on with the next', async () => {
    const thread = link()
    await thread.start()
    const results = await Promise.allSettled([
      echo(thread, 1),
      thread.request({ type: 'fail' }),
      thread.request({ type: 'invalid' }),
      echo(thread, 2),
    ])
    const reasons = results.map((one) => (one.status === 'rejected' ? one.reason : one.value))
    expect(reasons[0]).toBe(1)
    expect(reasons[1]).toBeInstanceOf(StoreError)
    expect(reasons[1]).toMatchObject({ message: 'disk is full' })
    // What the asker did wrong stays the asker's: 400, not 503.
    expect(reasons[2]).toBeInstanceOf(InvalidError)
    expect(reasons[3]).toBe(2)
  })

  it('fails all commits that were made together when one is wrong', async () => {
    const thread = link()
    await thread.start()
    // The first keeps the thread busy or goes alone; the other two may share its commit.
    const wrong = thread.request({ type: 'commit', value: 13 })
    await expect(wrong).rejects.toThrow('one of them is wrong')
    expect(await thread.request({ type: 'commit', value: 1 })).toMatchObject({ value: 1 })
  })
})

describe('a thread that ends', () => {
  it('fails what it held and what comes meanwhile, and is started again', async () => {
    const thread = link()
    await thread.start()
    expect(opened).toBe(1)
    const again = reopened.promise
    const held = Promise.allSettled([thread.request({ type: 'die' }), echo(thread, 1)])
    for (const result of await held) {
      expect(result).toMatchObject({ status: 'rejected', reason: expect.any(StoreError) })
    }
    await expect(echo(thread, 2)).rejects.toThrow('The storage thread "echo" is not running.')
    await again
    expect(opened).toBe(2)
    expect(await echo(thread, 3)).toBe(3)
  })

  it('that cannot open says why, and holds nobody up', async () => {
    const thread = link('cannot open')
    await expect(thread.start()).rejects.toThrow(StoreError)
    await expect(link('cannot open').start()).rejects.toThrow('the disk is away')
    await expect(echo(thread, 1)).rejects.toThrow('not running')
    expect(opened).toBe(0)
  })

  it('by stop answers what came before, refuses what comes after, and ends once', async () => {
    const thread = link()
    await thread.start()
    const before = echo(thread, 7)
    const stopped = thread.stop()
    expect(await before).toBe(7)
    await Promise.all([stopped, thread.stop()])
    await expect(echo(thread, 8)).rejects.toThrow('not running')
    await thread.stop()
    expect(opened).toBe(1)
  })

  it('that was never started may be stopped', async () => {
    await link().stop()
  })
})
