import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConflictError, InvalidError, NotFoundError } from '../../../gateway/domain/errors.ts'
import type { Actor, Role } from '../../../gateway/domain/person.ts'
import { type CaseDesk, createCaseDesk } from '../../../gateway/pipeline/case-desk.ts'
import { createAuditChain } from '../../../gateway/storage/audit-chain.ts'
import { createCaseStore } from '../../../gateway/storage/case-store.ts'
import { createOutbox } from '../../../gateway/storage/outbox.ts'
import { type CorrelationBench, correlationBench, noon } from './correlation-bench.ts'
import { event, forestFire, minutes, reading } from './scenes.ts'

let bench: CorrelationBench
let desk: CaseDesk
let id: string

const town = '990101101'
const village = '990101101201'

function person(role: Role, scope = town, name: string = role): Actor {
  return { id: `id-${name}`, username: name, displayName: name, role, scope }
}

const operator = person('operator')
const worker = person('gridWorker', village, 'grid01')

beforeEach(async () => {
  bench = await correlationBench()
  const { db, clock } = bench
  const loadTown = async () => bench.town
  desk = createCaseDesk({
    store: createCaseStore(db, createAuditChain({ key: Buffer.alloc(32, 1), clock })),
    clock,
    newId: () => crypto.randomUUID(),
    loadTown,
  })
  await db
    .insertInto('user')
    .values({
      id: worker.id,
      username: worker.username,
      display_name: '网格员',
      role: 'gridWorker',
      scope: village,
      password_hash: '-',
    })
    .execute()
  const correlator = await bench.correlator()
  await bench.feed(correlator, forestFire(noon, 'v1-smoke1', 'v1-cam1'))
  await correlator.stop()
  id = (await db.selectFrom('case').select('id').executeTakeFirstOrThrow()).id
})

afterEach(() => bench.close())

async function present(of = id) {
  return bench.db.selectFrom('case').selectAll().where('id', '=', of).executeTakeFirstOrThrow()
}

async function history(of = id) {
  return bench.db.selectFrom('case_history').selectAll().where('case_id', '=', of).execute()
}

async function incidentOf(caseId: string) {
  const { incident } = await present(caseId)
  return bench.db
    .selectFrom('incident')
    .selectAll()
    .where('id', '=', incident ?? '')
    .executeTakeFirstOrThrow()
}

/** A second fire, far away and later. */
async function secondCase(): Promise<string> {
  const correlator = await bench.correlator()
  const at = noon + 5 * minutes
  await bench.feed(correlator, [event('v8-cam1', at), event('v8-cam1', at + 1000)])
  await correlator.stop()
  const rows = await bench.db.selectFrom('case').select('id').orderBy('number').execute()
  return rows[1]?.id ?? ''
}

describe('a case from the queue to its end', () => {
  it('goes its way, with deadlines, holder and timeline', async () => {
    expect(await present()).toMatchObject({ state: 'reported', due_at: noon + 3 * minutes })
    bench.clock.pass(minutes)
    await desk.act(operator, id, { action: 'accept', version: 1 })
    expect(await present()).toMatchObject({
      state: 'accepted',
      version: 2,
      step_since: noon + minutes,
      due_at: noon + 6 * minutes,
    })
    await desk.act(operator, id, { action: 'dispatch', to: { user: 'grid01' } })
    expect(await present()).toMatchObject({ holder: '{"kind":"user","id":"id-grid01"}' })
    await desk.act(worker, id, { action: 'sign' })
    expect(await present()).toMatchObject({ state: 'handling', due_at: noon + 121 * minutes })
    const until = noon + 600 * minutes
    await desk.act(operator, id, { action: 'suspend', reason: '等待增援', until })
    expect(await present()).toMatchObject({ state: 'suspended', due_at: until })
    await desk.act(worker, id, { action: 'resume' })
    await desk.act(worker, id, { action: 'feedback', text: '已扑灭' })
    expect(await present()).toMatchObject({ state: 'verifying', due_at: null })
    expect(await incidentOf(id)).toMatchObject({ closed_at: null })
    await desk.act(operator, id, { action: 'verify', text: '现场核查无复燃' })
    expect(await present()).toMatchObject({ state: 'closed', version: 8 })
    expect(await incidentOf(id)).toMatchObject({ closed_at: noon + minutes })
    await desk.act(person('supervisor'), id, { action: 'evaluate', score: 5, text: '及时' })
    const rows = (await history()).filter(({ actor }) => actor !== null)
    expect(rows.map(({ act, from_state, to_state }) => [act, from_state, to_state])).toEqual([
      ['accept', 'reported', 'accepted'],
      ['dispatch', 'accepted', 'dispatched'],
      ['sign', 'dispatched', 'handling'],
      ['suspend', 'handling', 'suspended'],
      ['resume', 'suspended', 'handling'],
      ['feedback', 'handling', 'verifying'],
      ['verify', 'verifying', 'closed'],
      ['evaluate', 'closed', 'closed'],
    ])
    expect(rows[3]).toMatchObject({ text: '等待增援', detail: JSON.stringify({ until }) })
    expect(rows[7]).toMatchObject({ text: '及时', detail: '{"score":5}', actor: 'id-supervisor' })
  })

  it('tells the screens', async () => {
    const outbox = createOutbox(bench.db)
    const before = await outbox.head()
    await desk.act(operator, id, { action: 'void', reason: '误报' })
    const rows = await outbox.after(before, 10)
    const { grid } = await present()
    expect(rows.map(({ topic, place }) => [topic, place])).toEqual([
      ['incident', grid],
      ['case', grid],
    ])
  })
})

describe('refusals', () => {
  it('answers a stale version with the present case', async () => {
    await desk.act(operator, id, { action: 'accept', version: 1 })
    const again = desk.act(operator, id, { action: 'accept', version: 1 })
    await expect(again).rejects.toThrow(ConflictError)
    await expect(again).rejects.toMatchObject({ present: { id, state: 'accepted', version: 2 } })
  })

  it('answers an illegal step with the present case', async () => {
    const early = desk.act(operator, id, { action: 'verify', text: 'x' })
    await expect(early).rejects.toThrow(ConflictError)
    await expect(early).rejects.toMatchObject({ present: { state: 'reported' } })
  })

  it('does not know cases of other villages, nor steps of other roles', async () => {
    const stranger = person('villageCadre', '990101101202')
    await expect(desk.act(stranger, id, { action: 'accept' })).rejects.toThrow(NotFoundError)
    await expect(desk.act(operator, 'none', { action: 'accept' })).rejects.toThrow(NotFoundError)
    await expect(desk.act(worker, id, { action: 'void', reason: 'x' })).rejects.toThrow(
      NotFoundError,
    )
    await expect(desk.act(person('viewer'), id, { action: 'void', reason: 'x' })).rejects.toThrow(
      NotFoundError,
    )
  })

  it('says what is missing', async () => {
    await expect(desk.act(operator, id, { action: 'void' })).rejects.toThrow(InvalidError)
    await expect(desk.act(operator, id, { action: 'void' })).rejects.toThrow(/reason/)
    await desk.act(operator, id, { action: 'accept' })
    const nobody = desk.act(operator, id, { action: 'dispatch', to: { user: 'nobody' } })
    await expect(nobody).rejects.toThrow(/no person "nobody"/)
  })

  it('keeps nothing of what it refused', async () => {
    const before = [await present(), await history()]
    await desk.act(operator, id, { action: 'merge', into: 'none' }).catch(() => undefined)
    await desk.act(operator, id, { action: 'void' }).catch(() => undefined)
    expect([await present(), await history()]).toEqual(before)
  })

  it('lets one of two win who act at once', async () => {
    const acts = [1, 2, 3, 4].map(() => desk.act(operator, id, { action: 'accept', version: 1 }))
    const outcomes = await Promise.allSettled(acts)
    const lost = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(lost).toHaveLength(3)
    for (const { reason } of lost) expect(reason).toBeInstanceOf(ConflictError)
    expect(await present()).toMatchObject({ state: 'accepted', version: 2 })
  })
})

describe('merging', () => {
  it('hangs the evidence onto the other case', async () => {
    const other = await secondCase()
    expect((await bench.rows()).cases).toHaveLength(2)
    await desk.act(operator, other, { action: 'merge', into: id })
    expect(await present(other)).toMatchObject({ state: 'merged', due_at: null })
    expect(await incidentOf(other)).toMatchObject({ closed_at: bench.clock.now() })
    const { incident } = await present()
    const alarms = await bench.db.selectFrom('alarm').select('incident').execute()
    expect(alarms.map((alarm) => alarm.incident)).toEqual([incident, incident, incident])
    expect((await history()).at(-1)).toMatchObject({ act: 'merge', text: '云岭-20261121-0002' })
  })

  it('refuses a case that has ended', async () => {
    const other = await secondCase()
    await desk.act(operator, id, { action: 'void', reason: '误报' })
    const merging = desk.act(operator, other, { action: 'merge', into: id })
    await expect(merging).rejects.toThrow(InvalidError)
    expect(await present(other)).toMatchObject({ state: 'reported' })
  })
})

const smoke = (at: number, value: number) => reading('v1-smoke1', 'smoke', at, value)

async function alarm(rule = 'smoke-high') {
  return bench.db.selectFrom('alarm').selectAll().where('rule', '=', rule).executeTakeFirstOrThrow()
}

describe('acknowledging', () => {
  it('is noted on the alarm and in its case', async () => {
    const { id: alarmId } = await alarm()
    await desk.acknowledge(operator, alarmId)
    expect(await alarm()).toMatchObject({
      state: 'activeAcknowledged',
      acknowledged_at: noon,
      acknowledged_by: operator.id,
    })
    expect((await history()).at(-1)).toMatchObject({ act: 'acknowledged', alarm: alarmId })
    expect(await present()).toMatchObject({ state: 'reported', version: 1 })
  })

  it('happens once', async () => {
    const { id: alarmId } = await alarm()
    const both = await Promise.allSettled([
      desk.acknowledge(operator, alarmId),
      desk.acknowledge(operator, alarmId),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  it('is not for strangers and viewers', async () => {
    const { id: alarmId } = await alarm()
    for (const actor of [person('viewer'), person('villageCadre', '990101101202')]) {
      await expect(desk.acknowledge(actor, alarmId)).rejects.toThrow(NotFoundError)
    }
    await expect(desk.acknowledge(operator, 'none')).rejects.toThrow(NotFoundError)
  })

  it('ends an alarm that had cleared unseen; the next one is a new alarm', async () => {
    const correlator = await bench.correlator()
    const calm = noon + 10 * minutes
    await bench.feed(correlator, [smoke(calm, 1), smoke(calm + 2 * minutes, 1)])
    const { id: alarmId, state } = await alarm()
    expect(state).toBe('clearedUnacknowledged')
    await desk.acknowledge(operator, alarmId)
    expect((await alarm()).state).toBe('cleared')
    await bench.feed(correlator, [smoke(calm + 3 * minutes, 9), smoke(calm + 4 * minutes, 9)])
    const rows = (await bench.rows()).alarms.filter(({ rule }) => rule === 'smoke-high')
    expect(rows.map((row) => row.state).sort()).toEqual(['activeUnacknowledged', 'cleared'])
  })
})
