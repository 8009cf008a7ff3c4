import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { villageA, villageB } from '../http/house.ts'
import { type Bench, minute, openBench } from './bench.ts'
import { openReceiver, type Receiver } from './receiver.ts'

/** From an entry in a timeline to what stands in the queues. */

let bench: Bench
let receiver: Receiver
const secret = 'a-secret-of-16-b'

beforeEach(async () => {
  bench = await openBench()
  receiver = await openReceiver()
})

afterEach(async () => {
  await bench.stop()
  await receiver.stop()
})

const rows = () =>
  bench.db
    .selectFrom('delivery')
    .select(['history_id', 'channel', 'target', 'state', 'error', 'fallback_at'])
    .orderBy('id')
    .execute()

describe('what is told', () => {
  it('an entry that a rule listens to, once however often it is read', async () => {
    const channel = await bench.channel('webhook', receiver.url, { secret })
    await bench.rules({ channel, acts: ['opened'] }, { channel, acts: ['opened', 'overdue'] })
    const opened = await bench.happens('c', 'opened')
    await bench.happens('c', 'alarm')
    await bench.happens('c', 'feedback')
    const overdue = await bench.happens('c', 'overdue')
    await bench.look()
    await bench.db
      .updateTable('consumer')
      .set({ position: 0 })
      .where('name', '=', 'notifier')
      .execute()
    await bench.restart()
    await bench.look()
    expect((await rows()).map((row) => row.history_id)).toEqual([opened, overdue])
    expect(receiver.taken.map(({ body }) => body.act)).toEqual(['opened', 'overdue'])
  })

  it('nothing of what happened before anybody listened', async () => {
    await bench.db.deleteFrom('consumer').where('name', '=', 'notifier').execute()
    await bench.happens('c', 'opened')
    const channel = await bench.channel('webhook', receiver.url, { secret })
    await bench.rules({ channel })
    await bench.restart()
    await bench.look()
    expect(await rows()).toEqual([])
    await bench.happens('d', 'opened')
    await bench.look()
    expect(await rows()).toHaveLength(1)
  })

  it('nothing quiet, nothing void or merged, nothing a day old', async () => {
    const channel = await bench.channel('webhook', receiver.url, { secret })
    await bench.rules({ channel })
    await bench.happens('quiet', 'opened', { quiet: true })
    await bench.happens('void', 'opened')
    await bench.happens('merged', 'opened')
    for (const state of ['void', 'merged']) {
      await bench.db.updateTable('case').set({ state }).where('id', '=', state).execute()
    }
    await bench.happens('old', 'opened')
    await bench.db
      .updateTable('case_history')
      .set({ at: bench.clock.now() - 25 * 60 * minute })
      .where('case_id', '=', 'old')
      .execute()
    await bench.look()
    expect(await rows()).toEqual([])
  })

  it('each step of an escalation once', async () => {
    const channel = await bench.channel('webhook', receiver.url, { secret })
    await bench.rules({ channel, acts: ['reminder', 'overdue', 'escalated'] })
    for (const to of ['village', 'town']) {
      await bench.happens('c', 'reminder')
      await bench.pass(1)
      await bench.happens('c', 'overdue')
      await bench.happens('c', 'escalated', { detail: { to } })
      await bench.restart()
      await bench.pass(1)
    }
    const told = receiver.taken.map(({ body }) => body.text.split('\n')[0])
    expect(told).toEqual([
      '【橙】即将到期，请抓紧办理',
      '【橙】已超期，请立即办理',
      '【橙】超期，上报至村办理',
      '【橙】即将到期，请抓紧办理',
      '【橙】已超期，请立即办理',
      '【橙】超期，上报至镇街办理',
    ])
  })

  it('through a channel of a village what happens there alone, after a restart too', async () => {
    const own = await bench.channel('webhook', receiver.url, { secret, place: villageA })
    const other = await bench.channel('webhook', receiver.url, { secret, place: villageB })
    await bench.rules({ channel: own }, { channel: other })
    await bench.restart()
    await bench.happens('c', 'opened')
    await bench.look()
    expect((await rows()).map((row) => row.channel)).toEqual([own])
  })

  it('to an SMS gateway by role and place: it knows the numbers, we do not', async () => {
    const channel = await bench.channel('sms', receiver.url, { secret })
    await bench.rules({ channel, to: 'villageCadre' })
    await bench.happens('c', 'opened')
    await bench.look()
    expect(receiver.taken[0]?.body).toMatchObject({
      role: 'villageCadre',
      village: '990101101201',
      text: expect.stringContaining('T-c'),
    })
    expect(Object.keys(receiver.taken[0]?.body).toSorted()).toEqual([
      'at',
      'grid',
      'id',
      'role',
      'text',
      'village',
    ])
  })
})

describe('when nobody acknowledges', () => {
  let first: string
  let second: string

  beforeEach(async () => {
    first = await bench.channel('webhook', receiver.url, { secret })
    second = await bench.channel('webhook', `${receiver.url}/second`, { secret })
    await bench.rules({ channel: first, fallback: { afterMinutes: 10, channel: second } })
  })

  const toSecond = () => receiver.taken.filter(({ path }) => path === '/second')

  it('the next channel is told, once, also after a restart', async () => {
    await bench.happens('c', 'opened')
    await bench.look()
    await bench.pass(9)
    expect(toSecond()).toHaveLength(0)
    await bench.restart()
    await bench.pass(1)
    expect(toSecond()).toHaveLength(1)
    await bench.pass(30)
    await bench.restart()
    await bench.pass(1)
    expect(toSecond()).toHaveLength(1)
    expect((await rows()).map((row) => row.fallback_at)).toEqual([null, null])
  })

  it.each(['accept', 'claim', 'acknowledged', 'feedback', 'void'])(
    'nobody else is, where somebody did: %s',
    async (act) => {
      await bench.person('p', 'operator')
      await bench.happens('c', 'opened')
      await bench.pass(5)
      await bench.happens('c', act, { actor: 'p' })
      await bench.pass(6)
      expect(toSecond()).toHaveLength(0)
      expect((await rows())[0]?.fallback_at).toBeNull()
    },
  )

  it.each([
    ['remind', { actor: 'p' }],
    ['note', { actor: 'p' }],
    ['overdue', {}],
  ] as const)('%s is no answer', async (act, by) => {
    await bench.person('p', 'operator')
    await bench.happens('c', 'opened')
    await bench.pass(5)
    await bench.happens('c', act, by)
    await bench.pass(6)
    expect(toSecond()).toHaveLength(1)
  })

  it('a channel that is switched off is passed over at once', async () => {
    await bench.db
      .updateTable('notify_channel')
      .set((e) => ({
        body: e.fn('json_set', [
          'body',
          e.val('$.enabled'),
          e.fn('json', [e.val('false')]),
        ]) as never,
      }))
      .where('id', '=', first)
      .execute()
    await bench.happens('c', 'opened')
    await bench.look()
    await bench.look()
    expect(toSecond()).toHaveLength(1)
    expect((await rows())[0]).toMatchObject({ state: 'dropped', error: 'disabled' })
  })

  it('a rule that is gone meanwhile tells nobody, and holds up nothing', async () => {
    await bench.happens('c', 'opened')
    await bench.look()
    await bench.rules()
    await bench.pass(11)
    expect(toSecond()).toHaveLength(0)
    expect((await rows())[0]?.fallback_at).toBeNull()
  })
})
