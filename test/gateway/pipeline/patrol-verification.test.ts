import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Case } from '../../../gateway/domain/case.ts'
import { ConflictError } from '../../../gateway/domain/errors.ts'
import type { Actor } from '../../../gateway/domain/person.ts'
import { type CaseDesk, createCaseDesk } from '../../../gateway/pipeline/case-desk.ts'
import { createPatrolVerification } from '../../../gateway/pipeline/patrol-verification.ts'
import type { PatrolTaskStore } from '../../../gateway/ports/patrol-tasks.ts'
import { createAuditChain } from '../../../gateway/storage/audit-chain.ts'
import { createCaseStore } from '../../../gateway/storage/case-store.ts'
import { createPatrolTaskStore } from '../../../gateway/storage/patrol-tasks.ts'
import {
  caseOf,
  fill,
  townCode,
  useHouseTables,
  villageA,
  villageB,
} from '../storage/house-tables.ts'
import { sampleTown } from './sample-town.ts'

/** From 待核查 to 办结 by somebody who goes there, over real tables; each look may be the last before a crash. */

const house = useHouseTables()
const town = sampleTown()
const at = { lon: 106.71, lat: 29.19 }
const start = 1_800_000_000_000
let now = start
const clock = { now: () => now, monotonic: () => now }

const points = [
  { id: 'far', lon: 106.73, lat: 29.19 },
  { id: 'near', lon: 106.711, lat: 29.19 },
  { id: 'unwalked', lon: 106.7101, lat: 29.19 },
]
let routes = [
  { village: villageA, team: '一队', points: ['far'] },
  { village: villageA, team: '二队', points: ['near'] },
]

beforeEach(async () => {
  now = start
  await house.db
    .insertInto('user')
    .values({
      id: 'walker',
      username: 'walker',
      display_name: '老李',
      role: 'patroller',
      scope: villageB,
      team: '二队',
      password_hash: '-',
    })
    .execute()
})

function desk(): CaseDesk {
  return createCaseDesk({
    store: createCaseStore(house.db, createAuditChain({ key: Buffer.alloc(32, 1), clock })),
    clock,
    newId: randomUUID,
    loadTown: async () => town,
  })
}

const store = () => createPatrolTaskStore(house.db)

/** As after a start: nothing is remembered. */
function verification(part: { desk?: Pick<CaseDesk, 'prove'>; store?: PatrolTaskStore } = {}) {
  return createPatrolVerification({
    store: store(),
    patrols: {
      routes: async () => routes as never,
      points: async () => points as never,
    },
    desk: desk(),
    wholeTown: () => townCode,
    clock,
    newId: randomUUID,
    logger: { warn: () => undefined },
    ...part,
  })
}

const look = () => verification().look()

async function waiting(id = 'one', over: Partial<Case> = {}) {
  const one = caseOf(id, { state: 'verifying', stepSince: now, ...at, ...over })
  await fill(house.db, { cases: [one] })
}

const tasks = () => house.db.selectFrom('patrol_task').selectAll().orderBy('opened_at').execute()
const theTask = async () => (await tasks()).at(-1)?.id ?? ''
const stateOf = async (id = 'one') =>
  (await house.db.selectFrom('case').select('state').where('id', '=', id).executeTakeFirstOrThrow())
    .state
const history = (id = 'one') =>
  house.db
    .selectFrom('case_history')
    .select(['act', 'actor', 'text', 'detail', 'to_state'])
    .where('case_id', '=', id)
    .execute()

interface Seen {
  id?: string
  verdict?: 'settled' | 'unsettled' | null
  picture?: string | null
  lon?: number | null
  lat?: number | null
  point?: string | null
  grade?: string
  at?: number
  note?: string | null
  status?: string
  marks?: string
  accuracy_m?: number
  review?: string | null
  patroller?: string | null
  task?: string
}

async function checkIn(seen: Seen = {}): Promise<string> {
  const id = seen.id ?? randomUUID()
  await house.db
    .insertInto('checkin')
    .values({
      id,
      status: 'accepted',
      grade: 'manual',
      marks: '[]',
      findings: '[]',
      village: villageA,
      patroller: 'walker',
      at: now,
      said_at: now,
      received_at: now,
      verdict: 'settled',
      picture: 'a'.repeat(64),
      task: await theTask(),
      ...at,
      ...seen,
    })
    .execute()
  return id
}

const pictureOfCase = (sha256: string) =>
  house.db
    .insertInto('case_picture')
    .values({ case_id: 'one', sha256, history_id: null, at: start, by: 'walker' })
    .execute()
const uploadAt = (at: number) => {
  const stored = 'a'.repeat(64)
  const upload = { sha256: 'e'.repeat(64), by: 'walker', kind: 'photo', size: 1, stored }
  return house.db
    .insertInto('patrol_upload')
    .values({ ...upload, at })
    .execute()
}

describe('a case that comes to verification', () => {
  it('asks the team of the nearest point that is walked, once', async () => {
    await waiting()
    await look()
    await look()
    expect(await tasks()).toMatchObject([
      { case_id: 'one', team: '二队', point: 'near', village: villageA, ...at, opened_at: now },
    ])
  })

  it('asks a team of the village where no point is near, and nobody where nobody walks', async () => {
    await waiting('valley', { lon: 106.9, lat: 29.4 })
    await waiting('elsewhere', { lon: 106.9, lat: 29.4, village: villageB, grid: null })
    await look()
    expect(await tasks()).toMatchObject([{ case_id: 'valley', team: '一队', point: null }])
  })

  it('asks nobody about what cannot be seen there', async () => {
    for (const hazard of ['deviceFault', 'patrolMissed', 'dispute'])
      await waiting(hazard, { hazard })
    await look()
    expect(await tasks()).toEqual([])
  })

  it('asks again when it comes back to it', async () => {
    await waiting()
    await look()
    now += 60_000
    await house.db.updateTable('case').set({ state: 'handling', step_since: now }).execute()
    await look()
    now += 60_000
    await house.db.updateTable('case').set({ state: 'verifying', step_since: now }).execute()
    await look()
    expect(await tasks()).toMatchObject([
      { done_at: start + 60_000, checkin: null, verdict: null },
      { done_at: null, opened_at: now },
    ])
  })
})

describe('a check-in that names the task', () => {
  beforeEach(async () => {
    await waiting()
    await look()
    now += 10 * 60_000
  })

  it('with a photo, at the place, closes the case in the name of who was there', async () => {
    const id = await checkIn()
    await look()
    expect(await stateOf()).toBe('closed')
    expect((await history()).at(-1)).toEqual({
      act: 'verify',
      actor: 'walker',
      text: null,
      detail: JSON.stringify({ checkin: id }),
      to_state: 'closed',
    })
    expect(await tasks()).toMatchObject([{ done_at: now, checkin: id, verdict: 'settled' }])
    const pictures = await house.db.selectFrom('case_picture').selectAll().execute()
    expect(pictures).toMatchObject([{ sha256: 'a'.repeat(64), by: 'walker' }])
    const audit = await house.db.selectFrom('audit').selectAll().execute()
    expect(audit.at(-1)).toMatchObject({ actor: 'walker', act: 'actOnCase' })
  })

  it('waits for its photo', async () => {
    const id = await checkIn({ picture: null })
    await look()
    expect(await stateOf()).toBe('verifying')
    await house.db
      .updateTable('checkin')
      .set({ picture: 'b'.repeat(64) })
      .execute()
    await look()
    expect(await stateOf()).toBe('closed')
    expect(await tasks()).toMatchObject([{ checkin: id }])
  })

  it('that finds it not settled sends it back with the word, without a photo', async () => {
    await checkIn({ verdict: 'unsettled', picture: null, note: '余火未灭' })
    await look()
    expect(await stateOf()).toBe('handling')
    expect((await history()).at(-1)).toMatchObject({ act: 'rework', text: '余火未灭' })
    expect(await tasks()).toMatchObject([{ verdict: 'unsettled', done_at: now }])
  })

  it('at the tag of its point needs no fix', async () => {
    await checkIn({
      lon: null,
      lat: null,
      point: 'near',
      grade: 'cryptographic',
      marks: '["noFix"]',
    })
    await look()
    expect(await stateOf()).toBe('closed')
  })

  it('at a tag that can be copied counts with a fix there, further from the case than that', async () => {
    await checkIn({ lon: 106.7125, point: 'near', grade: 'static' })
    await look()
    expect(await stateOf()).toBe('closed')
  })

  it('with a mark that nobody looked at waits for the desk', async () => {
    const id = await checkIn({ marks: '["duplicateDevice"]' })
    await look()
    expect(await stateOf()).toBe('verifying')
    await house.db.updateTable('checkin').set({ review: 'counts' }).where('id', '=', id).execute()
    await look()
    expect(await stateOf()).toBe('closed')
  })

  it.each<[string, Seen]>([
    ['from far away', { lon: 106.72 }],
    ['without a fix', { lon: null, lat: null }],
    ['with a fix that may be anywhere', { accuracy_m: 5000 }],
    ['by a copied code without a fix', { lon: null, lat: null, point: 'near', grade: 'static' }],
    [
      'by a code that was sent on to somebody far away',
      { lon: 106.9, point: 'near', grade: 'cryptographic', marks: '["outsideRadius"]' },
    ],
    ['faster than anybody walks', { marks: '["lateSync","impossibleSpeed"]' }],
    ['by hand at its point', { lon: null, lat: null, point: 'near', grade: 'manual' }],
    ['at the tag of another point', { lon: null, lat: null, point: 'far', grade: 'static' }],
    ['of before it was asked', { at: start - 3 * 60_000 }],
    ['that says nothing of how it is', { verdict: null }],
    ['that was refused', { status: 'refused' }],
    ['that the desk discounted', { review: 'discounted' }],
    ['of nobody', { patroller: null }],
    ['of another task', { task: 'other' }],
  ])('%s proves nothing', async (_, seen) => {
    await checkIn(seen)
    await look()
    expect(await stateOf()).toBe('verifying')
    expect(await tasks()).toMatchObject([{ done_at: null }])
  })

  it.each<[string, { team: string | null; scope: string; role?: string }]>([
    ['of another team', { team: '一队', scope: villageA }],
    ['of another village without a team', { team: null, scope: villageB }],
    ['who looks after another village', { team: null, scope: villageB, role: 'villageCadre' }],
  ])('of somebody %s proves nothing', async (_, person) => {
    await house.db.updateTable('user').set(person).execute()
    await checkIn()
    await look()
    expect(await stateOf()).toBe('verifying')
  })

  it.each<[string, { team: string | null; scope: string; role?: string }]>([
    ['of the place without a team', { team: null, scope: villageA }],
    [
      'who looks after the village, of whichever team',
      { team: '一队', scope: villageA, role: 'villageCadre' },
    ],
  ])('of somebody %s counts', async (_, person) => {
    await house.db.updateTable('user').set(person).execute()
    await checkIn()
    await look()
    expect(await stateOf()).toBe('closed')
  })

  it('of who did it proves nothing, but that it is not done', async () => {
    await house.db
      .insertInto('case_history')
      .values({ case_id: 'one', at: start, act: 'feedback', actor: 'walker', text: '好了' })
      .execute()
    await checkIn()
    await look()
    expect(await stateOf()).toBe('verifying')
    await checkIn({ verdict: 'unsettled', note: '复燃' })
    await look()
    expect(await stateOf()).toBe('handling')
  })

  it.each<[string, () => Promise<unknown>]>([
    ['a case', () => pictureOfCase('a'.repeat(64))],
    ['another check-in', () => checkIn({ task: 'other' })],
    ['an upload of before it was asked', () => uploadAt(start - 1)],
  ])('with a photo that was in %s waits for a new one', async (_, show) => {
    await show()
    await checkIn()
    await look()
    expect(await stateOf()).toBe('verifying')
    await checkIn({ picture: 'b'.repeat(64) })
    await look()
    expect(await stateOf()).toBe('closed')
  })

  it('is found behind a hundred that prove nothing', async () => {
    const id = await checkIn({ at: now - 1 })
    await house.db
      .updateTable('checkin')
      .set({ received_at: now + 1 })
      .execute()
    for (let n = 0; n < 120; n++) await checkIn({ lon: null, lat: null })
    await look()
    expect(await tasks()).toMatchObject([{ checkin: id }])
  })

  it('that cannot be done keeps nobody else from it', async () => {
    await waiting('two')
    await look()
    const [one, two] = await tasks()
    await checkIn({ task: one?.id ?? '', picture: 'c'.repeat(64) })
    await checkIn({ task: two?.id ?? '', picture: 'd'.repeat(64) })
    const real = desk()
    const broken: Pick<CaseDesk, 'prove'> = {
      prove: async (person, id, deed) => {
        if (id === one?.case_id) throw new Error('broken')
        await real.prove(person, id, deed)
      },
    }
    await expect(verification({ desk: broken }).look()).rejects.toThrow('broken')
    expect(await stateOf(two?.case_id ?? '')).toBe('closed')
  })

  it('counts when the desk lets a refused one count', async () => {
    await checkIn({ status: 'refused', review: 'counts' })
    await look()
    expect(await stateOf()).toBe('closed')
  })

  it('is passed over for one that proves it', async () => {
    await checkIn({ lon: 106.72 })
    const id = await checkIn()
    await look()
    expect(await tasks()).toMatchObject([{ checkin: id }])
  })

  it('of somebody who looks only may not', async () => {
    await house.db.updateTable('user').set({ role: 'viewer' }).execute()
    await checkIn()
    await look()
    expect(await stateOf()).toBe('verifying')
  })

  it('gives no right to any other step', async () => {
    const person: Actor = {
      id: 'walker',
      username: 'walker',
      displayName: '老李',
      role: 'patroller',
      scope: villageA,
    }
    await expect(
      desk().act(person, 'one', { action: 'verify', text: '好了', checkin: 'c' }),
    ).rejects.toThrow('not yours')
    await expect(
      desk().prove(person, 'one', { action: 'close', reason: '好了', checkin: 'c' }),
    ).rejects.toThrow('not yours')
  })
})

describe('somebody else is faster', () => {
  beforeEach(async () => {
    await waiting()
    await look()
  })

  it('the desk: then the task is closed, and a later check-in changes nothing', async () => {
    const supervisor: Actor = {
      id: 's',
      username: 's',
      displayName: 's',
      role: 'supervisor',
      scope: townCode,
    }
    await desk().act(supervisor, 'one', { action: 'verify', text: '看过了' })
    await look()
    expect(await tasks()).toMatchObject([{ done_at: now, checkin: null, verdict: null }])
    await checkIn()
    await look()
    expect((await history()).map(({ act }) => act)).toEqual(['verify'])
  })

  it('between a look and its step: it is judged anew', async () => {
    await checkIn()
    const busy = {
      prove: async () => {
        throw new ConflictError('changed', {})
      },
    }
    await verification({ desk: busy }).look()
    expect(await stateOf()).toBe('verifying')
    await look()
    expect(await stateOf()).toBe('closed')
  })
})

describe('after a crash', () => {
  it('between the step and the task the task still tells which check-in it was', async () => {
    await waiting()
    await look()
    const id = await checkIn()
    const dies: PatrolTaskStore = {
      ...store(),
      closeSettled: async () => {
        throw new Error('killed')
      },
    }
    await expect(verification({ store: dies }).look()).rejects.toThrow('killed')
    expect(await tasks()).toMatchObject([{ done_at: null }])
    await look()
    expect(await tasks()).toMatchObject([{ done_at: now, checkin: id, verdict: 'settled' }])
    expect((await history()).map(({ act }) => act)).toEqual(['verify'])
  })
})

describe('who is shown a task', () => {
  const actor = (over: Partial<Actor>): Actor => ({
    id: 'x',
    username: 'x',
    displayName: 'x',
    role: 'patroller',
    scope: villageA,
    ...over,
  })
  const shownTo = async (over: Partial<Actor>) =>
    (await verification().of(actor(over))).map((one) => one.case)

  beforeEach(async () => {
    await waiting()
    await house.db
      .insertInto('case_history')
      .values({ case_id: 'one', at: now, act: 'feedback', text: '已扑灭', quiet: 0 })
      .execute()
    await look()
  })

  it('its team, and without one whoever looks after the place', async () => {
    expect(await shownTo({ team: '二队', scope: villageB })).toEqual(['one'])
    expect(await shownTo({ team: '一队' })).toEqual([])
    expect(await shownTo({ team: null })).toEqual(['one'])
    expect(await shownTo({ team: null, scope: villageB })).toEqual([])
    expect(await shownTo({ team: null, scope: townCode })).toEqual(['one'])
  })

  it('with what was done about it, and for a day after it is done', async () => {
    const [task] = await verification().of(actor({}))
    expect(task).toMatchObject({ text: '已扑灭', radiusM: 150, point: 'near', doneAt: null })
    await checkIn()
    await look()
    expect(await verification().of(actor({}))).toMatchObject([{ doneAt: now, verdict: 'settled' }])
    now += 25 * 3_600_000
    expect(await shownTo({})).toEqual([])
  })
})

describe('many', () => {
  it('that nobody can look at do not stand in the way of one', async () => {
    routes = [{ village: villageA, team: '二队', points: ['near'] }]
    for (let n = 0; n < 60; n++) {
      await waiting(`e${n}`, { lon: 106.9, lat: 29.4, village: villageB, grid: null })
    }
    now -= 1000
    await waiting('one')
    now += 1000
    await look()
    expect(await tasks()).toMatchObject([{ case_id: 'one' }])
  })
})
