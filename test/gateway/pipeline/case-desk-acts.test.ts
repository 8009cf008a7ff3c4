import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConflictError, InvalidError, NotFoundError } from '../../../gateway/domain/errors.ts'
import type { Actor, Role } from '../../../gateway/domain/person.ts'
import { type CaseDesk, createCaseDesk } from '../../../gateway/pipeline/case-desk.ts'
import { createAuditChain } from '../../../gateway/storage/audit-chain.ts'
import { createCaseStore } from '../../../gateway/storage/case-store.ts'
import { createOutbox } from '../../../gateway/storage/outbox.ts'
import { type CorrelationBench, correlationBench, noon } from './correlation-bench.ts'
import { event, forestFire, minutes } from './scenes.ts'

/** What acts do beside moving a case: claims, false alarms, merging, splitting, pictures, many at once. */

let bench: CorrelationBench
let desk: CaseDesk
/** A fire with three alarms, and another far away with one. */
let fire: string
let other: string

const town = '990101101'
const village = '990101101201'

function person(role: Role, name: string = role, scope = town): Actor {
  return { id: `id-${name}`, username: name, displayName: `${name}同志`, role, scope }
}

const operator = person('operator')
const second = person('operator', 'second')
const boss = person('supervisor', 'boss')

async function addUser({ id, username, displayName, role, scope }: Actor, over = {}) {
  await bench.db
    .insertInto('user')
    .values({
      id,
      username,
      display_name: displayName,
      role,
      scope,
      password_hash: '-',
      ...over,
    })
    .execute()
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
  for (const one of [operator, second, boss]) await addUser(one)
  const correlator = await bench.correlator()
  await bench.feed(correlator, forestFire(noon, 'v1-smoke1', 'v1-cam1'))
  const at = noon + 5 * minutes
  await bench.feed(correlator, [event('v8-cam1', at), event('v8-cam1', at + 1000)])
  await correlator.stop()
  const rows = await db.selectFrom('case').select('id').orderBy('number').execute()
  fire = rows[0]?.id ?? ''
  other = rows[1]?.id ?? ''
})

afterEach(() => bench.close())

async function present(id: string) {
  return bench.db.selectFrom('case').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
}

async function history(id: string) {
  return bench.db
    .selectFrom('case_history')
    .selectAll()
    .where('case_id', '=', id)
    .orderBy('id')
    .execute()
}

async function alarmsOf(id: string): Promise<string[]> {
  const { incident } = await present(id)
  const rows = await bench.db
    .selectFrom('alarm')
    .select('id')
    .where('incident', '=', incident ?? '')
    .orderBy('id')
    .execute()
  return rows.map((row) => row.id)
}

const lastOf = async (id: string) => (await history(id)).at(-1)
const factsOf = (row: { detail: string | null } | undefined) =>
  JSON.parse(row?.detail ?? 'null') as unknown

/** As a report that people made: no instrument saw it. */
async function withoutAlarms(id: string, text: string): Promise<void> {
  await bench.db
    .updateTable('case')
    .set({ incident: null, source: 'resident', text })
    .where('id', '=', id)
    .execute()
}

describe('someone is on it', () => {
  it('one at a time; the other learns the name', async () => {
    await desk.act(operator, fire, { action: 'claim' })
    expect(await present(fire)).toMatchObject({ claimed_by: 'id-operator', claimed_at: noon })
    const late = desk.act(second, fire, { action: 'claim' })
    await expect(late).rejects.toThrow(ConflictError)
    await expect(late).rejects.toThrow(/operator同志 is on case 云岭-20261121-0001/)
    await expect(late).rejects.toMatchObject({ present: { claimedBy: 'id-operator' } })
    await desk.act(operator, fire, { action: 'release' })
    await desk.act(second, fire, { action: 'claim' })
    expect(await present(fire)).toMatchObject({ claimed_by: 'id-second', version: 4 })
  })

  it('of two who say so at once exactly one is', async () => {
    const both = await Promise.allSettled([
      desk.act(operator, fire, { action: 'claim' }),
      desk.act(second, fire, { action: 'claim' }),
    ])
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  })

  it('of two operators who act at once exactly one wins; the other sees the new state', async () => {
    const both = await Promise.allSettled([
      desk.act(operator, fire, { action: 'accept', version: 1 }),
      desk.act(second, fire, { action: 'void', reason: '误报', version: 1 }),
    ])
    const won = both.findIndex(({ status }) => status === 'fulfilled')
    const lost = both[1 - won]
    expect([won, lost?.status]).toEqual([won === 0 ? 0 : 1, 'rejected'])
    const { state } = await present(fire)
    expect(state).toBe(won === 0 ? 'accepted' : 'void')
    const { reason } = lost as PromiseRejectedResult
    expect(reason).toBeInstanceOf(ConflictError)
    expect(reason).toMatchObject({ present: { id: fire, state, version: 2 } })
    const moved = (await history(fire)).filter((row) => row.from_state !== null)
    expect(moved).toHaveLength(1)
  })
})

describe('a false alarm', () => {
  it('is counted, and its alarms need nobody any more', async () => {
    await desk.act(operator, fire, { action: 'void', reason: '炊烟', falseAlarm: true })
    expect(await present(fire)).toMatchObject({ is_false_alarm: 1, closed_at: noon })
    const alarms = await bench.db
      .selectFrom('alarm')
      .selectAll()
      .where('id', 'in', await alarmsOf(fire))
      .execute()
    expect(alarms).toHaveLength(2)
    for (const alarm of alarms) {
      expect(alarm).toMatchObject({ acknowledged_by: 'id-operator', acknowledged_at: noon })
    }
    const rows = await history(fire)
    expect(rows.filter(({ act }) => act === 'acknowledged')).toHaveLength(2)
    expect(rows.filter(({ act }) => act === 'acknowledged').every(({ quiet }) => quiet)).toBe(true)
    expect(factsOf(rows.at(-1))).toEqual({ falseAlarm: true })
  })

  it('a duplicate that is void is none', async () => {
    await desk.act(operator, fire, { action: 'void', reason: '重复' })
    expect(await present(fire)).toMatchObject({ is_false_alarm: 0 })
  })
})

describe('merging', () => {
  it('raises severity and version of the other, which says so', async () => {
    await bench.db
      .updateTable('case')
      .set({ severity: 'blue', severity_rank: 0 })
      .where('id', '=', fire)
      .execute()
    const { severity } = await present(other)
    const outbox = createOutbox(bench.db)
    const before = await outbox.head()
    await desk.act(operator, other, { action: 'merge', into: fire })
    expect(await present(fire)).toMatchObject({ severity, version: 2 })
    expect(await present(other)).toMatchObject({ merged_into: fire, closed_at: noon })
    expect((await history(fire)).slice(-2)).toMatchObject([
      { act: 'merge', text: '云岭-20261121-0002', actor: 'id-operator' },
      { act: 'severity', detail: JSON.stringify({ from: 'blue', to: severity }) },
    ])
    expect(factsOf(await lastOf(other))).toEqual({ into: fire, number: '云岭-20261121-0001' })
    const news = await outbox.after(before, 20)
    const cases = news.filter(({ topic }) => topic === 'case').map(({ body }) => body.id)
    expect(cases.toSorted()).toEqual([fire, other].toSorted())
  })

  it('a report takes over the incident of what is merged into it', async () => {
    await withoutAlarms(other, '村民说后山冒烟')
    const alarms = await alarmsOf(fire)
    await desk.act(operator, fire, { action: 'merge', into: other })
    expect(await alarmsOf(other)).toEqual(alarms)
    const { incident } = await present(other)
    const row = await bench.db
      .selectFrom('incident')
      .select('closed_at')
      .where('id', '=', incident ?? '')
      .executeTakeFirstOrThrow()
    expect(row.closed_at).toBeNull()
    expect(await present(fire)).toMatchObject({ state: 'merged', incident: null })
  })

  it('takes along what had been merged before', async () => {
    const third = await (async () => {
      await desk.act(operator, fire, {
        action: 'split',
        reason: '两处',
        alarms: (await alarmsOf(fire)).slice(0, 1),
      })
      const row = await bench.db
        .selectFrom('case')
        .select('id')
        .where('split_from', '=', fire)
        .executeTakeFirstOrThrow()
      return row.id
    })()
    await desk.act(operator, third, { action: 'merge', into: other })
    await desk.act(operator, other, { action: 'merge', into: fire })
    expect(await present(third)).toMatchObject({ merged_into: fire })
  })
})

describe('splitting', () => {
  it('makes a second case of some of the alarms', async () => {
    const alarms = await alarmsOf(fire)
    const leaving = alarms.slice(0, 1)
    await desk.act(operator, fire, { action: 'split', reason: '另一处火点', alarms: leaving })
    const made = await bench.db
      .selectFrom('case')
      .selectAll()
      .where('split_from', '=', fire)
      .executeTakeFirstOrThrow()
    expect(made).toMatchObject({
      number: '云岭-20261121-0003',
      state: 'reported',
      tier: 'grid',
      version: 1,
      due_at: noon + 3 * minutes,
      holder: null,
    })
    expect(await alarmsOf(made.id)).toEqual(leaving)
    expect(await alarmsOf(fire)).toEqual(alarms.slice(1))
    expect(await present(fire)).toMatchObject({ state: 'reported', version: 2 })
    expect(factsOf(await lastOf(fire))).toEqual({
      case: made.id,
      number: '云岭-20261121-0003',
      alarms: 1,
    })
    expect((await history(made.id)).map(({ act }) => act)).toEqual(['opened', 'alarm'])
    // What comes later for the first place still goes to the first.
    const cells = await bench.db.selectFrom('incident').select(['id', 'cell']).execute()
    expect(new Set(cells.map(({ cell }) => cell)).size).toBe(cells.length)
  })

  it('leaves at least one alarm, and takes none of others', async () => {
    const alarms = await alarmsOf(fire)
    const foreign = await alarmsOf(other)
    for (const wrong of [alarms, foreign, []]) {
      const deed = { action: 'split', reason: '两处', alarms: wrong } as const
      await expect(desk.act(operator, fire, deed)).rejects.toThrow(InvalidError)
    }
    expect(await alarmsOf(fire)).toEqual(alarms)
    expect((await bench.rows()).cases).toHaveLength(2)
  })

  it('without alarms makes a second case of the same place', async () => {
    await withoutAlarms(fire, '垃圾与占道')
    await desk.act(operator, fire, { action: 'split', reason: '占道另办' })
    const made = await bench.db
      .selectFrom('case')
      .selectAll()
      .where('split_from', '=', fire)
      .executeTakeFirstOrThrow()
    const { lon, lat, grid } = await present(fire)
    expect(made).toMatchObject({ lon, lat, grid, text: '占道另办', source: 'resident' })
  })
})

describe('evidence', () => {
  const walk = fc.array(
    fc.record({ isMerge: fc.boolean(), a: fc.nat(20), b: fc.nat(20), take: fc.nat(5) }),
    { minLength: 3, maxLength: 12 },
  )

  it('is never lost by merging and splitting, in whatever order', async () => {
    const all = (await bench.db.selectFrom('alarm').select('id').execute()).length
    await fc.assert(
      fc.asyncProperty(walk, async (steps) => {
        for (const { isMerge, a, b, take } of steps) {
          const open = await bench.db
            .selectFrom('case')
            .select('id')
            .where('state', '=', 'reported')
            .orderBy('number')
            .execute()
          const [one, into] = [open[a % open.length]?.id ?? '', open[b % open.length]?.id ?? '']
          const alarms = (await alarmsOf(one)).slice(0, take)
          const deed = isMerge
            ? ({ action: 'merge', into } as const)
            : ({ action: 'split', reason: '两处', alarms } as const)
          await desk.act(operator, one, deed).catch((error: unknown) => {
            expect(error).toBeInstanceOf(InvalidError)
          })
        }
        // Each alarm hangs on one incident, and that on exactly one case that is open.
        const rows = await bench.db
          .selectFrom('alarm')
          .innerJoin('case', 'case.incident', 'alarm.incident')
          .select(['alarm.id', 'case.state'])
          .execute()
        expect(rows.filter(({ state }) => state === 'reported')).toHaveLength(all)
        expect(new Set(rows.map(({ id }) => id)).size).toBe(all)
      }),
      { numRuns: 15 },
    )
  }, 60_000)
})

describe('pictures of an act', () => {
  const sha = (sign: string) => sign.repeat(64)

  async function upload(by: Actor, sha256: string): Promise<void> {
    await bench.db.insertInto('picture_upload').values({ sha256, by: by.id, at: noon }).execute()
  }

  const note = (...pictures: string[]) => ({ action: 'note', text: '见图', pictures }) as const

  it('hang on its entry of the timeline', async () => {
    await upload(operator, sha('a'))
    await desk.act(operator, fire, note(sha('a'), sha('a')))
    const entry = await lastOf(fire)
    expect(await bench.db.selectFrom('case_picture').selectAll().execute()).toEqual([
      { case_id: fire, sha256: sha('a'), history_id: entry?.id, at: noon, by: 'id-operator' },
    ])
    expect(await bench.db.selectFrom('picture_upload').selectAll().execute()).toEqual([])
  })

  it('may be the same again with a later step', async () => {
    await upload(operator, sha('a'))
    await desk.act(operator, fire, note(sha('a')))
    const first = await lastOf(fire)
    await desk.act(operator, fire, note(sha('a')))
    await upload(second, sha('a'))
    await desk.act(second, fire, note(sha('a')))
    const shown = await bench.db
      .selectFrom('case_picture')
      .selectAll()
      .orderBy('history_id')
      .execute()
    const ids = (await history(fire)).slice(-3).map(({ id }) => id)
    expect(ids[0]).toBe(first?.id)
    expect(shown.map(({ history_id, by }) => [history_id, by])).toEqual([
      [ids[0], 'id-operator'],
      [ids[1], 'id-operator'],
      [ids[2], 'id-second'],
    ])
  })

  it('may be the same for several cases', async () => {
    await upload(operator, sha('a'))
    const outcomes = await desk.actOnAll(operator, [fire, other], note(sha('a')))
    expect(outcomes.map(({ error }) => error)).toEqual([null, null])
  })

  it('are one’s own: nothing is kept of an act with somebody else’s', async () => {
    await upload(second, sha('b'))
    const before = [await present(fire), await history(fire)]
    for (const wrong of [sha('b'), sha('c')]) {
      await expect(desk.act(operator, fire, note(wrong))).rejects.toThrow(/not a picture/)
    }
    expect([await present(fire), await history(fire)]).toEqual(before)
  })
})

describe('whom to', () => {
  it('nobody who cannot sign in, nor one of another place', async () => {
    await addUser(person('gridWorker', 'gone', village), { disabled_at: 1 })
    await addUser(person('gridWorker', 'far', '990101101208'))
    await desk.act(operator, fire, { action: 'accept' })
    const to = (user: string) => desk.act(operator, fire, { action: 'dispatch', to: { user } })
    await expect(to('gone')).rejects.toThrow(/no person "gone"/)
    await expect(to('far')).rejects.toThrow(/looks after another place/)
    await desk.act(operator, fire, { action: 'dispatch', to: { unit: '应急办' } })
    expect(factsOf(await lastOf(fire))).toEqual({ toKind: 'unit', to: '应急办' })
  })
})

describe('many at once', () => {
  it('each is done or refused by itself', async () => {
    await desk.act(operator, fire, { action: 'accept' })
    const outcomes = await desk.actOnAll(operator, [fire, other, 'none'], { action: 'accept' })
    expect(outcomes.map(({ id }) => id)).toEqual([fire, other, 'none'])
    expect(outcomes[0]?.error).toBeInstanceOf(ConflictError)
    expect(outcomes[1]?.error).toBeNull()
    expect(outcomes[2]?.error).toBeInstanceOf(NotFoundError)
    expect(await present(other)).toMatchObject({ state: 'accepted', version: 2 })
  })
})

describe('supervision and more time', () => {
  it('stand in the case, in its timeline, and in the audit log', async () => {
    const dueAt = noon + 30 * minutes
    await desk.act(boss, fire, { action: 'supervise', text: '为何迟迟不受理', dueAt })
    expect(await present(fire)).toMatchObject({ supervisions: 1, version: 2 })
    expect(await lastOf(fire)).toMatchObject({
      act: 'supervise',
      actor: 'id-boss',
      text: '为何迟迟不受理',
      from_state: 'reported',
      to_state: 'reported',
      detail: JSON.stringify({ dueAt }),
    })
    await desk.act(operator, fire, { action: 'answer', text: '正在核实' })
    expect(await present(fire)).toMatchObject({ supervision: null, supervisions: 1 })
    const entries = await bench.db.selectFrom('audit').selectAll().orderBy('id').execute()
    expect(entries.map(({ actor, detail }) => [actor, detail])).toEqual([
      ['id-boss', '云岭-20261121-0001 supervise: reported → reported'],
      ['id-operator', '云岭-20261121-0001 answer: reported → reported'],
    ])
  })

  it('a longer time is asked for, refused, asked again and given', async () => {
    await desk.act(operator, fire, { action: 'accept' })
    await desk.act(operator, fire, { action: 'dispatch', to: { team: '红袖标1队' } })
    await desk.act(operator, fire, { action: 'sign' })
    const until = noon + 300 * minutes
    const extend = { action: 'extend', reason: '山路塌方', until } as const
    await desk.act(operator, fire, extend)
    await expect(desk.act(second, fire, extend)).rejects.toThrow(/asked for already/)
    // Nobody grants what they asked for themselves.
    await expect(desk.act(operator, fire, { action: 'grantExtension' })).rejects.toThrow(
      NotFoundError,
    )
    await desk.act(boss, fire, { action: 'refuseExtension', reason: '请先到场' })
    await desk.act(operator, fire, extend)
    await desk.act(boss, fire, { action: 'grantExtension' })
    expect(await present(fire)).toMatchObject({ extension: null, due_at: until })
    expect(factsOf(await lastOf(fire))).toEqual({ until })
  })
})
