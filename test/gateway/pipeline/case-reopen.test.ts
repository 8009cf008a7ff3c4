import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Actor } from '../../../gateway/domain/person.ts'
import { type CaseDesk, createCaseDesk } from '../../../gateway/pipeline/case-desk.ts'
import type { Correlator } from '../../../gateway/pipeline/correlate.ts'
import { createAuditChain } from '../../../gateway/storage/audit-chain.ts'
import { createCaseStore } from '../../../gateway/storage/case-store.ts'
import { createOutbox } from '../../../gateway/storage/outbox.ts'
import { type CorrelationBench, correlationBench, noon } from './correlation-bench.ts'
import { event, minutes } from './scenes.ts'

/** A case that is opened again goes on where it stopped: what comes later at its place is its own. */

let bench: CorrelationBench
let desk: CaseDesk
let correlator: Correlator

const boss: Actor = {
  id: 'id-boss',
  username: 'boss',
  displayName: '站长',
  role: 'townAdmin',
  scope: '990101101',
}

beforeEach(async () => {
  bench = await correlationBench()
  const { db, clock } = bench
  desk = createCaseDesk({
    store: createCaseStore(db, createAuditChain({ key: Buffer.alloc(32, 1), clock })),
    clock,
    newId: () => crypto.randomUUID(),
    loadTown: async () => bench.town,
  })
  correlator = await bench.correlator()
})

afterEach(() => bench.close())

/** Seen twice, as the rule wants it; then gone again. */
async function fire(at: number): Promise<void> {
  const seen = [event('v8-cam1', at), event('v8-cam1', at + 1000)]
  const gone = event('v8-cam1', at + 2000, { state: 'clear' })
  await bench.feed(correlator, [...seen, gone])
}

const cases = () => bench.db.selectFrom('case').selectAll().orderBy('number').execute()
const incidentOf = (id: string | null | undefined) =>
  bench.db
    .selectFrom('incident')
    .selectAll()
    .where('id', '=', id ?? '')
    .executeTakeFirstOrThrow()
const timeline = (id: string) =>
  bench.db
    .selectFrom('case_history')
    .select(['act', 'detail'])
    .where('case_id', '=', id)
    .orderBy('id')
    .execute()

async function finish(id: string): Promise<void> {
  const { state } = (await cases()).find((one) => one.id === id) ?? {}
  if (state === 'reported') await desk.act(boss, id, { action: 'accept' })
  await desk.act(boss, id, { action: 'dispatch', to: { unit: '应急办' } })
  await desk.act(boss, id, { action: 'sign' })
  await desk.act(boss, id, { action: 'feedback', text: '已扑灭' })
  await desk.act(boss, id, { action: 'verify', text: '属实' })
}
const reopen = { action: 'reopen', reason: '复燃' } as const

describe('a case that is opened again', () => {
  it('gets the next alarms of its place, and no other case is opened', async () => {
    await fire(noon)
    const [first] = await cases()
    const id = first?.id ?? ''
    await finish(id)
    expect(await incidentOf(first?.incident)).toMatchObject({ closed_at: noon })
    bench.clock.pass(10 * 60 * minutes)
    const head = await createOutbox(bench.db).head()
    await desk.act(boss, id, reopen)
    const now = bench.clock.now()
    expect(await incidentOf(first?.incident)).toMatchObject({
      closed_at: null,
      last_activity_at: now,
    })
    const news = await createOutbox(bench.db).after(head, 10)
    expect(news.map(({ topic }) => topic).toSorted()).toEqual(['case', 'incident'])
    await fire(now + 5 * minutes)
    expect(await cases()).toHaveLength(1)
    const acts = (await timeline(id)).map(({ act }) => act)
    expect(acts.slice(acts.indexOf('reopen'))).toContain('alarm')
    expect((await timeline(id)).find(({ act }) => act === 'reopen')?.detail).toBeNull()
  })

  it('leaves the place to an incident that is open there, and says so', async () => {
    await fire(noon)
    const [first] = await cases()
    const id = first?.id ?? ''
    await finish(id)
    bench.clock.pass(10 * 60 * minutes)
    await fire(bench.clock.now())
    const [, second] = await cases()
    await desk.act(boss, id, reopen)
    expect((await incidentOf(first?.incident)).closed_at).not.toBeNull()
    const told = (await timeline(id)).at(-1)
    expect(told?.act).toBe('reopen')
    expect(JSON.parse(told?.detail ?? '')).toEqual({
      alarmsElsewhere: true,
      case: second?.id,
      number: second?.number,
    })
    bench.clock.pass(minutes)
    await fire(bench.clock.now())
    expect(await cases()).toHaveLength(2)
    expect((await timeline(second?.id ?? '')).filter(({ act }) => act === 'alarm')).toHaveLength(2)
  })

  it('closes and opens as often as need be', async () => {
    await fire(noon)
    const [first] = await cases()
    const id = first?.id ?? ''
    for (let round = 0; round < 3; round++) {
      bench.clock.pass(60 * minutes)
      await finish(id)
      expect((await incidentOf(first?.incident)).closed_at).toBe(bench.clock.now())
      await desk.act(boss, id, reopen)
      expect((await incidentOf(first?.incident)).closed_at).toBeNull()
    }
  })

  it('of a report alone has no incident to open', async () => {
    await fire(noon)
    const [first] = await cases()
    await bench.db.updateTable('case').set({ incident: null }).execute()
    await finish(first?.id ?? '')
    await desk.act(boss, first?.id ?? '', reopen)
    expect((await timeline(first?.id ?? '')).at(-1)).toEqual({ act: 'reopen', detail: null })
  })
})
