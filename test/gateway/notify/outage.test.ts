import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Bench, minute, openBench, start } from './bench.ts'
import { ok, openReceiver, type Receiver, type Taken } from './receiver.ts'

/** Receivers that are away, that lie, that want less: everything arrives, in order, once. */

let bench: Bench
let receiver: Receiver

beforeEach(async () => {
  bench = await openBench()
  receiver = await openReceiver()
})

afterEach(async () => {
  await bench.stop()
  await receiver.stop()
})

const contentOf = ({ body }: Taken): string => body.text?.content ?? body.text ?? ''
const numbersOf = (taken: readonly Taken[]) =>
  taken.map((one) => /T-(\S+)/.exec(contentOf(one))?.[1])
const names = (count: number, prefix = 'c') =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`)

async function states() {
  const rows = await bench.db.selectFrom('delivery').select(['state']).orderBy('id').execute()
  return rows.map(({ state }) => state)
}

describe('a receiver that is down for an hour', () => {
  it('and answers errors in a 200: everything is delivered afterwards, in order, once', async () => {
    const channel = await bench.channel('wecom', `${receiver.url}/send?key=0123456789abcdef`)
    await bench.rules({ channel })
    receiver.answer = () => ({ status: 200, body: { errcode: 93000, errmsg: 'invalid webhook' } })
    for (const name of names(12)) {
      await bench.happens(name, 'opened')
      await bench.pass(5)
    }
    expect(bench.clock.now()).toBe(start + 60 * minute)
    expect(receiver.accepted).toEqual([])
    // With a delay that grows to ten minutes, and only the first of the queue.
    expect(receiver.taken.length).toBeGreaterThan(8)
    expect(receiver.taken.length).toBeLessThan(25)
    expect(new Set(numbersOf(receiver.taken))).toEqual(new Set(['c0']))
    const [listed] = await bench.notices.channels.list()
    expect(listed).toMatchObject({
      waiting: 12,
      lastSentAt: null,
      trouble: 'the robot refused: 93000 invalid webhook',
    })

    receiver.answer = () => ok
    await bench.pass(11)
    expect(numbersOf(receiver.accepted)).toEqual(names(12))
    expect(await states()).toEqual(names(12).map(() => 'sent'))
    const [mended] = await bench.notices.channels.list()
    expect(mended).toMatchObject({ waiting: 0, trouble: null })
    await bench.pass(60)
    expect(receiver.accepted).toHaveLength(12)
  })

  it('with restarts in between loses and doubles nothing', async () => {
    const channel = await bench.channel('webhook', receiver.url, { secret: 'a-secret-of-16-b' })
    await bench.rules({ channel })
    receiver.answer = () => ({ status: 503 })
    for (const name of names(6)) {
      await bench.happens(name, 'opened')
      // What was not read before the end is read after it.
      if (name !== 'c3') await bench.look()
      await bench.restart()
      await bench.pass(7)
    }
    receiver.answer = () => ok
    await bench.restart()
    await bench.pass(11)
    await bench.restart()
    await bench.pass(2)
    expect(receiver.accepted.map(({ body }) => body.case.number)).toEqual(
      names(6).map((name) => `T-${name}`),
    )
    const ids = receiver.accepted.map(({ headers }) => headers['x-lianxun-delivery'])
    expect(new Set(ids).size).toBe(6)
  })

  it('that refuses the connection counts as down, and its address stands nowhere', async () => {
    const gone = await openReceiver()
    const secretPath = '/hook/0123456789-secret-path'
    const channel = await bench.channel('feishu', `${gone.url}${secretPath}`)
    await gone.stop()
    await bench.rules({ channel })
    await bench.happens('c0', 'opened')
    await bench.pass(3)
    const [row] = await bench.db.selectFrom('delivery').selectAll().execute()
    expect(row).toMatchObject({ state: 'waiting', error: 'the receiver refuses the connection' })
    const all = JSON.stringify([
      await bench.db.selectFrom('delivery').selectAll().execute(),
      await bench.db.selectFrom('notify_channel').selectAll().execute(),
      await bench.db.selectFrom('audit').selectAll().execute(),
    ])
    expect(all).not.toContain('secret-path')
  })
})

describe('what cannot be delivered', () => {
  it('is given up after a day, says why, and lets the next one go', async () => {
    const channel = await bench.channel('webhook', receiver.url, { secret: 'a-secret-of-16-b' })
    await bench.rules({ channel })
    receiver.answer = () => ({ status: 500 })
    await bench.happens('c0', 'opened')
    await bench.look()
    bench.clock.forward(12 * 60 * minute)
    await bench.happens('c1', 'opened')
    await bench.look()
    expect(await states()).toEqual(['waiting', 'waiting'])
    bench.clock.forward(12 * 60 * minute)
    await bench.pass(1)
    expect(await states()).toEqual(['failed', 'waiting'])
    const row = await bench.db.selectFrom('delivery').selectAll().orderBy('id').executeTakeFirst()
    expect(row).toMatchObject({ error: 'the receiver answered with status 500', sent_at: null })
    receiver.answer = () => ok
    await bench.pass(11)
    expect(await states()).toEqual(['failed', 'sent'])
  })

  it('holds up no other target', async () => {
    const other = await openReceiver()
    const bad = await bench.channel('webhook', receiver.url, { secret: 'a-secret-of-16-b' })
    const good = await bench.channel('webhook', other.url, { secret: 'a-secret-of-16-b' })
    await bench.rules({ channel: bad }, { channel: good })
    receiver.answer = () => ({ status: 500 })
    for (const name of names(5)) await bench.happens(name, 'opened')
    await bench.look()
    expect(other.accepted).toHaveLength(5)
    expect(receiver.accepted).toHaveLength(0)
    await other.stop()
  })

  it('a clock that is set back holds nothing up', async () => {
    const channel = await bench.channel('webhook', receiver.url, { secret: 'a-secret-of-16-b' })
    await bench.rules({ channel })
    receiver.answer = () => ({ status: 500 })
    await bench.happens('c0', 'opened')
    await bench.pass(5)
    bench.clock.step(-3_600_000)
    receiver.answer = () => ok
    await bench.look()
    expect(receiver.accepted).toHaveLength(1)
  })
})

describe('limits of the receivers', () => {
  it.each([
    ['wecom', 20],
    ['dingtalk', 20],
  ] as const)('%s gets at most %i in any minute', async (kind, most) => {
    const channel = await bench.channel(kind, `${receiver.url}/send?key=k`)
    await bench.rules({ channel })
    for (const name of names(50)) await bench.happens(name, 'opened')
    await bench.look()
    expect(receiver.taken).toHaveLength(most)
    bench.clock.forward(minute - 1)
    await bench.look()
    expect(receiver.taken).toHaveLength(most)
    bench.clock.forward(1)
    await bench.look()
    expect(receiver.taken).toHaveLength(2 * most)
    await bench.pass(1)
    expect(numbersOf(receiver.accepted)).toEqual(names(50))
  })

  it('feishu gets at most 5 in any second', async () => {
    const channel = await bench.channel('feishu', `${receiver.url}/hook/k`)
    await bench.rules({ channel })
    for (const name of names(12)) await bench.happens(name, 'opened')
    await bench.look()
    expect(receiver.taken).toHaveLength(5)
    bench.clock.forward(999)
    await bench.look()
    expect(receiver.taken).toHaveLength(5)
    bench.clock.forward(1)
    await bench.look()
    expect(receiver.taken).toHaveLength(10)
  })

  it('one that asks for patience gets nothing for as long as it said', async () => {
    const channel = await bench.channel('webhook', receiver.url, { secret: 'a-secret-of-16-b' })
    await bench.rules({ channel })
    receiver.answer = () => ({ status: 429, headers: { 'retry-after': '120' } })
    await bench.happens('c0', 'opened')
    await bench.look()
    receiver.answer = () => ok
    await bench.happens('c1', 'opened')
    await bench.pass(1)
    expect(receiver.taken).toHaveLength(1)
    await bench.pass(1)
    expect(numbersOf(receiver.accepted)).toHaveLength(2)
  })

  it('45009 of WeCom is such a wish', async () => {
    const channel = await bench.channel('wecom', `${receiver.url}/send?key=k`)
    await bench.rules({ channel })
    receiver.answer = () => ({ body: { errcode: 45009, errmsg: 'api freq out of limit' } })
    await bench.happens('c0', 'opened')
    await bench.look()
    bench.clock.forward(59_999)
    await bench.look()
    expect(receiver.taken).toHaveLength(1)
    receiver.answer = () => ok
    bench.clock.forward(1)
    await bench.look()
    expect(receiver.accepted).toHaveLength(1)
  })
})

describe('whatever fails, and whenever it starts anew', () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('happens' as const), to: fc.nat(2) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('pass' as const),
        minutes: fc.integer({ min: 1, max: 15 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('mood' as const),
        of: fc.nat(2),
        bad: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
  )

  it('each target gets each message once, in order', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        const own = await openBench()
        const receivers = await Promise.all([0, 1, 2].map(() => openReceiver()))
        const expected: string[][] = [[], [], []]
        try {
          const acts = ['opened', 'overdue', 'feedback'] as const
          const channels = await Promise.all(
            receivers.map(({ url }) => own.channel('webhook', url, { secret: 'a-secret-of-16-b' })),
          )
          await own.rules(
            ...channels.map((channel, index) => ({ channel, acts: [acts[index] ?? 'opened'] })),
          )
          let made = 0
          for (const one of steps) {
            if (one.kind === 'pass') await own.pass(one.minutes)
            else if (one.kind === 'restart') await own.restart()
            else if (one.kind === 'mood') {
              const receiver = receivers[one.of] as Receiver
              receiver.answer = () => (one.bad ? { status: 502 } : ok)
            } else {
              const id = `p${++made}`
              await own.happens(id, acts[one.to] as string)
              expected[one.to]?.push(`T-${id}`)
            }
          }
          for (const receiver of receivers) receiver.answer = () => ok
          await own.pass(12)
          const got = receivers.map((one) => one.accepted.map(({ body }) => body.case.number))
          expect(got).toEqual(expected)
        } finally {
          await own.stop()
          await Promise.all(receivers.map((one) => one.stop()))
        }
      }),
      { numRuns: 8 },
    )
  })
})
