import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Actor } from '../../../gateway/domain/person.ts'
import { type CaseClocks, createCaseClocks } from '../../../gateway/pipeline/case-clocks.ts'
import { createCaseDesk } from '../../../gateway/pipeline/case-desk.ts'
import type { CaseStore } from '../../../gateway/ports/case-store.ts'
import { createAuditChain } from '../../../gateway/storage/audit-chain.ts'
import { createCaseStore } from '../../../gateway/storage/case-store.ts'
import { createOutbox } from '../../../gateway/storage/outbox.ts'
import { type CorrelationBench, correlationBench, noon } from './correlation-bench.ts'
import { forestFire, minutes } from './scenes.ts'

/** Deadlines of cases in real tables, with a clock that the test moves and gateways that come and go. */

let bench: CorrelationBench
let id: string
let warnings: string[]

const operator: Actor = {
  id: 'op',
  username: 'op',
  displayName: '值守员',
  role: 'operator',
  scope: '990101101',
}

beforeEach(async () => {
  bench = await correlationBench()
  warnings = []
  const correlator = await bench.correlator()
  await bench.feed(correlator, forestFire(noon, 'v1-smoke1', 'v1-cam1'))
  await correlator.stop()
  id = (await bench.db.selectFrom('case').select('id').executeTakeFirstOrThrow()).id
})

afterEach(() => bench.close())

function store(): CaseStore {
  const { db, clock } = bench
  return createCaseStore(db, createAuditChain({ key: Buffer.alloc(32, 1), clock }))
}

function clocks(over: Partial<Parameters<typeof createCaseClocks>[0]> = {}): CaseClocks {
  return createCaseClocks({
    store: store(),
    clock: bench.clock,
    town: () => bench.town,
    warn: (text) => warnings.push(text),
    repeat: () => () => undefined,
    ...over,
  })
}

function desk() {
  const newId = () => crypto.randomUUID()
  const loadTown = async () => bench.town
  return createCaseDesk({ store: store(), clock: bench.clock, newId, loadTown })
}

async function present(of = id) {
  return bench.db.selectFrom('case').selectAll().where('id', '=', of).executeTakeFirstOrThrow()
}

/** What the clocks wrote: minute and act. */
async function told(of = id): Promise<string[]> {
  const rows = await bench.db
    .selectFrom('case_history')
    .selectAll()
    .where('case_id', '=', of)
    .where('act', 'in', ['reminder', 'overdue', 'escalated', 'resumed'])
    .orderBy('id')
    .execute()
  return rows.map(({ at, act, detail }) => {
    const { from, to } = JSON.parse(detail ?? '{}') as { from?: string; to?: string }
    const step = from === undefined ? act : `${act} ${from} → ${to}`
    return `${(at - noon) / minutes}: ${step}`
  })
}

const whole = [
  '2.5: reminder',
  '3: overdue',
  '3: escalated grid → village',
  '5.5: reminder',
  '6: overdue',
  '6: escalated village → town',
  '8.5: reminder',
  '9: overdue',
]

describe('a case that nobody accepts', () => {
  it('has its clocks from the moment it is opened', async () => {
    expect(await present()).toMatchObject({
      due_at: noon + 3 * minutes,
      remind_at: noon + 2.4 * minutes,
      next_timer_at: noon + 2.4 * minutes,
    })
  })

  it('moves grid → village → town, each step once in its timeline', async () => {
    const running = clocks()
    for (let look = 0; look < 40; look++) {
      await running.tick()
      bench.clock.pass(minutes / 2)
    }
    expect(await told()).toEqual(whole)
    expect(await present()).toMatchObject({
      tier: 'town',
      state: 'reported',
      overdue_since: noon + 3 * minutes,
      next_timer_at: null,
    })
    expect(Object.fromEntries(running.fired())).toEqual({ reminder: 3, overdue: 3, escalated: 2 })
  })

  it('is the same with a new gateway at each look, and with the wall clock set back and forth', async () => {
    for (let look = 0; look < 40; look++) {
      const one = clocks()
      await one.tick()
      await one.stop()
      bench.clock.step(-60 * minutes)
      const another = clocks()
      await another.tick()
      await another.stop()
      bench.clock.step(60 * minutes)
      bench.clock.pass(minutes / 2)
    }
    expect(await told()).toEqual(whole)
  })

  it('moves one level at a time when the clock jumps ahead an hour', async () => {
    bench.clock.step(60 * minutes)
    const running = clocks()
    await running.tick()
    await running.tick()
    expect(await told()).toEqual(['60: overdue', '60: escalated grid → village'])
    bench.clock.step(-60 * minutes)
    await running.tick()
    expect(await told()).toHaveLength(2)
  })

  it('stops where the awaited act comes', async () => {
    const running = clocks()
    bench.clock.pass(3 * minutes)
    await running.tick()
    await desk().act(operator, id, { action: 'accept' })
    expect(await present()).toMatchObject({ overdue_since: null, tier: 'village' })
    bench.clock.pass(3 * minutes)
    await running.tick()
    expect((await told()).filter((text) => text.includes('overdue'))).toHaveLength(1)
  })

  it('tells the screens of each step, and of nothing when nothing happened', async () => {
    const outbox = createOutbox(bench.db)
    const running = clocks()
    const before = await outbox.head()
    await running.tick()
    expect(await outbox.head()).toBe(before)
    bench.clock.pass(3 * minutes)
    await running.tick()
    const rows = await outbox.after(before, 10)
    expect(rows.map(({ topic, body }) => [topic, body.id])).toEqual([['case', id]])
  })

  it('is not fired by two looks at once', async () => {
    bench.clock.pass(3 * minutes)
    const [one, another] = [clocks(), clocks()]
    await Promise.all([one.tick(), another.tick(), one.tick()])
    expect(await told()).toEqual(['3: overdue', '3: escalated grid → village'])
    expect(await present()).toMatchObject({ version: 2 })
  })
})

/** Copies of the one case, to have many. */
async function copies(count: number): Promise<void> {
  const row = await present()
  const rows = Array.from({ length: count }, (_, n) => ({
    ...row,
    id: `copy-${String(n).padStart(4, '0')}`,
    number: `copy-${n}`,
    incident: null,
  }))
  for (let from = 0; from < rows.length; from += 50) {
    await bench.db
      .insertInto('case')
      .values(rows.slice(from, from + 50))
      .execute()
  }
}

describe('many cases', () => {
  it('are all settled in one look, page by page', async () => {
    await copies(250)
    bench.clock.pass(3 * minutes)
    const asked: number[] = []
    const real = store()
    const counting: CaseStore = {
      ...real,
      async dueCases(until, page) {
        const due = await real.dueCases(until, page)
        asked.push(due.length)
        return due
      },
    }
    const running = clocks({ store: counting })
    await running.tick()
    expect(asked).toEqual([100, 100, 51])
    expect(running.fired().get('overdue')).toBe(251)
  })

  it('one that cannot be settled holds up no other, and is told once', async () => {
    await copies(120)
    bench.clock.pass(3 * minutes)
    let isBroken = true
    const real = store()
    const failing: CaseStore = {
      ...real,
      transact: (work) =>
        real.transact(async (unit) => {
          const caseById: typeof unit.caseById = async (of) => {
            if (isBroken && of === 'copy-0000') throw new Error('a row nobody can read')
            return unit.caseById(of)
          }
          return work({ ...unit, caseById })
        }),
    }
    const running = clocks({ store: failing })
    await running.tick()
    await running.tick()
    expect(running.trouble()).toBe('a row nobody can read')
    expect(warnings).toEqual(['Deadlines of cases wait: a row nobody can read. Trying again.'])
    expect(running.fired().get('overdue')).toBe(120)
    isBroken = false
    await running.tick()
    expect(running.trouble()).toBeNull()
    expect(warnings.at(-1)).toBe('Deadlines of cases are kept again.')
    expect(running.fired().get('overdue')).toBe(121)
  })

  it('says so when nothing can be read', async () => {
    const dueCases = () => Promise.reject(new Error('disk I/O error'))
    const running = clocks({ store: { ...store(), dueCases } })
    await running.tick()
    expect(running.trouble()).toBe('disk I/O error')
  })

  it('stops after the case in hand', async () => {
    await copies(20)
    bench.clock.pass(3 * minutes)
    const real = store()
    const reached = Promise.withResolvers<void>()
    const slow: CaseStore = {
      ...real,
      transact: async (work) => {
        const result = await real.transact(work)
        reached.resolve()
        return result
      },
    }
    const running = clocks({ store: slow })
    const looking = running.tick()
    await reached.promise
    await running.stop()
    await looking
    const settled = running.fired().get('overdue') ?? 0
    expect(settled).toBeGreaterThan(0)
    expect(settled).toBeLessThan(21)
    // The next gateway does the rest.
    await clocks().tick()
    const rows = await bench.db
      .selectFrom('case_history')
      .select('case_id')
      .where('act', '=', 'overdue')
      .execute()
    expect(rows).toHaveLength(21)
    expect(new Set(rows.map((row) => row.case_id)).size).toBe(21)
  })

  it('looks by itself, and not after it was stopped', async () => {
    const looks: (() => void)[] = []
    let stopped = 0
    const running = clocks({
      repeat(run) {
        looks.push(run)
        return () => stopped++
      },
    })
    running.start()
    bench.clock.pass(3 * minutes)
    looks[0]?.()
    // Joins the look that is under way.
    await running.tick()
    await running.stop()
    expect([looks.length, stopped]).toEqual([1, 1])
    expect(await told()).toHaveLength(2)
  })
})

describe('suspension', () => {
  it('ends by itself, and the time of it does not count', async () => {
    const acts = desk()
    await acts.act(operator, id, { action: 'accept' })
    await acts.act(operator, id, { action: 'dispatch', to: { team: '红袖标1队' } })
    await acts.act(operator, id, { action: 'sign' })
    bench.clock.pass(100 * minutes)
    const running = clocks()
    await running.tick()
    const until = noon + 400 * minutes
    await acts.act(operator, id, { action: 'suspend', reason: '等雨停', until })
    bench.clock.pass(300 * minutes)
    await running.tick()
    expect(await present()).toMatchObject({ state: 'handling', due_at: until + 20 * minutes })
    expect(await told()).toEqual(['100: reminder', '400: resumed'])
    const resumed = await bench.db
      .selectFrom('case_history')
      .selectAll()
      .where('act', '=', 'resumed')
      .executeTakeFirstOrThrow()
    expect(resumed).toMatchObject({ from_state: 'suspended', to_state: 'handling', actor: null })
  })
})
