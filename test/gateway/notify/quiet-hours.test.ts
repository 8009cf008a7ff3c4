import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Bench, minute, openBench } from './bench.ts'
import { openReceiver, type Receiver } from './receiver.ts'

/** Quiet hours on a real database: what waits for the morning, what is told then, and what is not. */

let bench: Bench
let receiver: Receiver
let channel: string
const secret = 'a-secret-of-16-b'
const quiet = { from: '22:00', to: '07:00' }
const hour = 60 * minute

beforeEach(async () => {
  bench = await openBench()
  receiver = await openReceiver()
  channel = await bench.channel('webhook', receiver.url, { secret })
  // From noon to 23:00 of the town.
  bench.clock.forward(11 * hour)
})

afterEach(async () => {
  await bench.stop()
  await receiver.stop()
})

const numbers = () => receiver.taken.map(({ body }) => body.case.number)
const acts = () => receiver.taken.map(({ body }) => body.act)

async function rows() {
  return bench.db.selectFrom('delivery').selectAll().orderBy('id').execute()
}

async function standing() {
  return (await rows()).map(({ state, error }) => (error === null ? state : `${state} ${error}`))
}

async function toMorning(): Promise<void> {
  bench.clock.forward(8 * hour - 1)
  await bench.look()
  expect(receiver.taken).toEqual([])
  bench.clock.forward(1)
  await bench.look()
}

/** As people's acts and the clocks write them. */
async function moves(caseId: string, act: string, to: string): Promise<void> {
  const id = await bench.happens(caseId, act)
  await bench.db
    .updateTable('case_history')
    .set({ from_state: 'dispatched', to_state: to })
    .where('id', '=', id)
    .execute()
  await bench.db.updateTable('case').set({ state: to }).where('id', '=', caseId).execute()
}

describe('what falls into quiet hours', () => {
  beforeEach(() =>
    bench.rules({ channel, quiet, acts: ['opened', 'dispatch', 'reminder', 'overdue', 'remind'] }),
  )

  it('waits for their end, also over a restart, and goes out once and in order', async () => {
    for (const name of ['c1', 'c2', 'c3']) {
      await bench.happens(name, 'opened')
      await bench.look()
    }
    expect(await standing()).toEqual(['postponed', 'postponed', 'postponed'])
    const { items } = await bench.notices.deliveries.list({ scope: '990101101', limit: 10 })
    expect(items.map(({ postponedTo }) => postponedTo)).toEqual(
      Array.from({ length: 3 }, () => bench.clock.now() + 8 * hour),
    )
    await bench.restart()
    await toMorning()
    expect(numbers()).toEqual(['T-c1', 'T-c2', 'T-c3'])
    expect(await standing()).toEqual(['sent', 'sent', 'sent'])
    await bench.pass(30)
    expect(receiver.taken).toHaveLength(3)
  })

  it('holds up nothing that is red', async () => {
    await bench.happens('c1', 'opened')
    await bench.look()
    await bench.happens('c2', 'note')
    await bench.db.updateTable('case').set({ severity: 'red' }).where('id', '=', 'c2').execute()
    await bench.happens('c2', 'opened')
    await bench.look()
    expect(numbers()).toEqual(['T-c2'])
    bench.clock.forward(8 * hour)
    await bench.look()
    expect(numbers()).toEqual(['T-c2', 'T-c1'])
  })

  it('holds up nothing of a rule without quiet hours', async () => {
    await bench.rules({ channel, quiet, acts: ['overdue'] }, { channel, acts: ['opened'] })
    await bench.happens('c', 'opened')
    await bench.happens('c', 'overdue')
    await bench.look()
    expect(acts()).toEqual(['opened'])
    expect(await standing()).toEqual(['sent', 'postponed'])
  })

  it('is not sent any more when it was settled, and says so', async () => {
    await bench.happens('c1', 'dispatch')
    await bench.happens('c2', 'dispatch')
    await bench.look()
    bench.clock.forward(hour)
    await moves('c1', 'sign', 'handling')
    bench.clock.forward(-hour)
    await toMorning()
    expect(numbers()).toEqual(['T-c2'])
    expect(await standing()).toEqual(['dropped settled', 'sent'])
  })

  it.each(['closed', 'void', 'merged'])('nor of a case that is %s by then', async (state) => {
    await bench.happens('c', 'remind')
    await bench.look()
    await moves('c', 'close', state)
    await bench.look()
    bench.clock.forward(9 * hour)
    await bench.look()
    expect(receiver.taken).toEqual([])
    expect(await standing()).toEqual(['dropped settled'])
  })

  it('of several words about the same only the last is said', async () => {
    for (const act of ['reminder', 'overdue', 'remind', 'remind']) {
      await bench.happens('c', act)
      await bench.look()
      bench.clock.forward(10 * minute)
    }
    bench.clock.forward(8 * hour)
    await bench.look()
    expect(acts()).toEqual(['overdue', 'remind'])
    expect(await standing()).toEqual(['dropped replaced', 'sent', 'dropped replaced', 'sent'])
  })

  it('is told at once when the gateway slept through the night', async () => {
    await bench.happens('c', 'opened')
    bench.clock.forward(9 * hour)
    await bench.look()
    expect(numbers()).toEqual(['T-c'])
  })

  it('goes with its channel', async () => {
    await bench.happens('c', 'opened')
    await bench.look()
    await bench.notices.channels.remove(channel)
    bench.clock.forward(9 * hour)
    await bench.look()
    expect(await standing()).toEqual(['dropped removed'])
  })

  it('a clock that is set back by days holds nothing up for as long', async () => {
    await bench.happens('c', 'opened')
    await bench.look()
    bench.clock.step(-3 * 24 * hour)
    await bench.look()
    expect(numbers()).toEqual(['T-c'])
  })
})

describe('the next one after quiet hours', () => {
  let second: string
  const toSecond = () => receiver.taken.filter(({ path }) => path === '/second')

  beforeEach(async () => {
    second = await bench.channel('webhook', `${receiver.url}/second`, { secret })
    await bench.rules({ channel, quiet, fallback: { afterMinutes: 10, channel: second } })
    await bench.happens('c', 'opened')
    await bench.look()
  })

  it('is told when nobody acknowledges after their end', async () => {
    await toMorning()
    await bench.pass(9)
    expect(toSecond()).toHaveLength(0)
    await bench.pass(1)
    expect(toSecond()).toHaveLength(1)
  })

  it('is not, when somebody did by night', async () => {
    await bench.person('p', 'operator')
    await bench.happens('c', 'claim', { actor: 'p' })
    bench.clock.forward(8 * hour)
    await bench.look()
    expect(receiver.taken).toHaveLength(1)
    await bench.pass(11)
    expect(toSecond()).toHaveLength(0)
  })

  it('nor when it was settled', async () => {
    await moves('c', 'accept', 'accepted')
    bench.clock.forward(8 * hour)
    await bench.look()
    await bench.pass(11)
    expect(receiver.taken).toEqual([])
    expect((await rows()).map((row) => row.fallback_at)).toEqual([null])
  })
})
