import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isVisit } from '../../../gateway/domain/checkin.ts'
import type { PatrolPoint, PatrolRoute } from '../../../gateway/domain/patrol.ts'
import {
  mostRounds,
  type PatrolStore,
  type PlannedRound,
} from '../../../gateway/ports/patrol-store.ts'
import { createPatrolStore } from '../../../gateway/storage/patrol-store.ts'
import type { Tables } from '../../../gateway/storage/schema.ts'
import { openDatabase } from '../../support/house-file.ts'

const town = '990101101'
const village = `${town}201`
const other = `${town}202`

let directory: string
let db: Kysely<Tables>
let store: PatrolStore
let checkins = 0

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lianxun-patrol-'))
  db = await openDatabase(join(directory, 'lianxun.db'))
  store = createPatrolStore(db)
})
afterEach(async () => {
  await db.destroy()
  await rm(directory, { recursive: true })
})

function point(id: string, change: Partial<PatrolPoint> = {}): PatrolPoint {
  return {
    id,
    name: `点 ${id}`,
    grid: `${village}001`,
    lon: 106.7,
    lat: 29.19,
    radiusM: 60,
    tag: 'qrRotating',
    tagUid: null,
    hint: null,
    checklist: [],
    reader: null,
    ...change,
  }
}

function route(id: string, change: Partial<PatrolRoute> = {}): PatrolRoute {
  return {
    id,
    name: `线 ${id}`,
    village,
    team: '红袖标1队',
    points: ['a', 'b'],
    order: 'strict',
    minWalkS: 120,
    checklist: ['forestFire'],
    shifts: [{ days: ['mon'], start: '08:30', end: '11:30', startJitterMin: 30 }],
    ...change,
  }
}

function round(id: string, slotAt: number, change: Partial<PlannedRound> = {}): PlannedRound {
  return {
    id,
    route: 'r1',
    name: '线 r1',
    village,
    team: '红袖标1队',
    points: ['a', 'b'],
    order: 'any',
    minWalkS: 60,
    checklist: ['traffic'],
    slotAt,
    dueFrom: slotAt,
    dueUntil: slotAt + 100,
    excusedReason: null,
    ...change,
  }
}

interface Visit {
  round: string
  point: string | null
  at: number
  status?: string
  review?: 'counts' | 'discounted' | null
  marks?: string[]
}

async function checkin({ marks = [], review = null, status = 'accepted', ...row }: Visit) {
  const id = `c${++checkins}`
  await db
    .insertInto('checkin')
    .values({
      id,
      ...row,
      status,
      review,
      grade: 'static',
      marks: JSON.stringify(marks),
      village,
      said_at: row.at,
      received_at: row.at,
      findings: '[]',
    })
    .execute()
  return id
}

async function revision(): Promise<number> {
  const row = await db
    .selectFrom('counter')
    .select('value')
    .where('name', '=', 'town-revision')
    .executeTakeFirst()
  return row?.value ?? 0
}

describe('points and routes', () => {
  test('come back as they were saved, and are replaced whole', async () => {
    const full = point('a', {
      tag: 'reader',
      tagUid: '0411223344',
      hint: '标签在老屋大门右边，蓝色圆牌',
      checklist: ['forestFire', 'traffic'],
      reader: 'rd1',
    })
    await store.savePoint(full)
    expect(await store.point('a')).toEqual(full)
    await store.savePoint(point('a'))
    expect(await store.point('a')).toEqual(point('a'))
    await store.removePoint('a')
    expect(await store.point('a')).toBeUndefined()
  })

  test('a list keeps to its place: grid, village, town', async () => {
    await store.savePoint(point('a'))
    await store.savePoint(point('b', { grid: `${village}002` }))
    await store.savePoint(point('c', { grid: `${other}001` }))
    const ids = async (scope: string) => (await store.points(scope)).map(({ id }) => id)
    expect(await ids(`${village}001`)).toEqual(['a'])
    expect(await ids(village)).toEqual(['a', 'b'])
    expect(await ids(town)).toEqual(['a', 'b', 'c'])
    await store.saveRoute(route('r2'), 0)
    await store.saveRoute(route('r1', { village: other }), 0)
    expect(await store.routes(town)).toEqual([route('r2'), route('r1', { village: other })])
    expect(await store.routes(other)).toEqual([route('r1', { village: other })])
  })

  test('every change raises the revision of the town, so that others read it again', async () => {
    let before = await revision()
    for (const change of [
      () => store.savePoint(point('a')),
      () => store.saveRoute(route('r1'), 0),
      () => store.removeRoute('r1', 0),
    ]) {
      await change()
      expect(await revision()).toBeGreaterThan(before)
      before = await revision()
    }
  })

  test('a changed route loses the rounds that have not begun, were not walked and not excused', async () => {
    await store.saveRoute(route('r1'), 0)
    await store.addRounds([
      round('begun', 100),
      round('free', 500),
      round('walked', 600),
      round('excused', 700),
      round('of another', 500, { route: 'r2' }),
    ])
    await checkin({ round: 'walked', point: 'a', at: 90 })
    await store.excuse(['excused'], '暴雨', 'u1')
    const left = async () =>
      (await store.rounds({ scope: town, from: 0, to: 1e6 })).map((r) => r.id)
    await store.saveRoute(route('r1', { team: '二队' }), 150)
    expect((await left()).toSorted()).toEqual(['begun', 'excused', 'of another', 'walked'])
    await store.addRounds([round('free again', 500)])
    await store.removeRoute('r1', 150)
    expect((await left()).toSorted()).toEqual(['begun', 'excused', 'of another', 'walked'])
    expect(await store.route('r1')).toBeUndefined()
  })
})

describe('rounds', () => {
  test('come back as they were planned; a slot is planned once', async () => {
    const planned = round('one', 100, { dueFrom: 130, dueUntil: 230, order: 'strict' })
    expect(await store.addRounds([planned])).toBe(1)
    expect(await store.addRounds([round('again', 100), round('two', 200)])).toBe(1)
    expect(await store.addRounds([])).toBe(0)
    expect(await store.round('one')).toEqual({
      ...planned,
      visits: [],
      marked: 0,
      lateAt: null,
      missedAt: null,
      settledAt: null,
    })
    expect(await store.round('again')).toBeUndefined()
  })

  test('of a span, a place, a team, by beginning; one more than may be shown says there are more', async () => {
    await store.addRounds([
      round('b', 200),
      round('a', 100, { team: '二队' }),
      round('far', 150, { village: other, route: 'r2' }),
    ])
    const list = async (filter: object) =>
      (await store.rounds({ scope: town, from: 0, to: 1000, ...filter })).map(({ id }) => id)
    expect(await list({})).toEqual(['a', 'far', 'b'])
    expect(await list({ scope: village })).toEqual(['a', 'b'])
    expect(await list({ team: '二队' })).toEqual(['a'])
    expect(await list({ from: 200 })).toEqual(['far', 'b'])
    expect(await list({ to: 200 })).toEqual(['a', 'far'])
    const many = Array.from({ length: mostRounds + 50 }, (_, i) => round(`m${i}`, 2000 + i))
    expect(await store.addRounds(many)).toBe(mostRounds + 50)
    const shown = await store.rounds({ scope: town, from: 2000, to: 1e6 })
    expect(shown).toHaveLength(mostRounds + 1)
  })

  test('a visit is the first check-in of a point that counts', async () => {
    await store.addRounds([round('one', 100), round('two', 300)])
    await checkin({ round: 'one', point: 'a', at: 150 })
    const first = await checkin({ round: 'one', point: 'a', at: 140, marks: ['noFix'] })
    await checkin({ round: 'one', point: 'b', at: 110, review: 'discounted', marks: ['noFix'] })
    await checkin({ round: 'one', point: 'b', at: 120, status: 'refused' })
    const letCount = await checkin({
      round: 'one',
      point: 'b',
      at: 130,
      status: 'refused',
      review: 'counts',
    })
    await checkin({ round: 'one', point: null, at: 105 })
    await checkin({ round: 'two', point: 'a', at: 310, marks: ['lateSync', 'noFix'] })
    const [one, two] = await store.rounds({ scope: town, from: 0, to: 1e6 })
    expect(one?.visits).toEqual([
      { point: 'b', at: 130, checkin: letCount },
      { point: 'a', at: 140, checkin: first },
    ])
    expect([one?.marked, two?.marked]).toEqual([1, 1])
  })

  test('the tables agree with the domain on what a visit is', async () => {
    const cases = ['accepted', 'refused'].flatMap((status) =>
      ([null, 'counts', 'discounted'] as const).map((verdict) => ({ status, verdict })),
    )
    for (const [index, { status, verdict }] of cases.entries()) {
      const id = `r${index}`
      await store.addRounds([round(id, 1000 + index)])
      await checkin({ round: id, point: 'a', at: 1, status, review: verdict })
      const review = verdict && { verdict, by: 'u', at: 1, text: null }
      const counts = isVisit({ status: status as 'accepted', review })
      expect((await store.round(id))?.visits.length).toBe(counts ? 1 : 0)
    }
  })

  test('go to another team, and are excused with the reason', async () => {
    await store.addRounds([round('one', 100), round('two', 200)])
    await store.giveRound('one', '二队')
    await store.excuse(['one', 'two', 'none'], '暴雨', 'u1')
    expect(await store.round('one')).toMatchObject({ team: '二队', excusedReason: '暴雨' })
    const row = await db
      .selectFrom('patrol_round')
      .select('excused_by')
      .where('id', '=', 'two')
      .executeTakeFirst()
    expect(row?.excused_by).toBe('u1')
    await store.excuse([], 'nobody', 'u1')
  })
})

describe('what is told of rounds', () => {
  test('is kept part by part', async () => {
    await store.addRounds([round('one', 100)])
    await store.note('one', { lateAt: 150 })
    await store.note('one', { missedAt: 200, settledAt: 201 })
    await store.note('one', {})
    expect(await store.round('one')).toMatchObject({ lateAt: 150, missedAt: 200, settledAt: 201 })
    await store.note('one', { lateAt: null, missedAt: null })
    expect(await store.round('one')).toMatchObject({ lateAt: null, missedAt: null, settledAt: 201 })
  })

  test('waiting for judgement is what has begun, oldest first, until it is settled', async () => {
    await store.addRounds([round('late', 300), round('b', 200), round('a', 100)])
    const ids = async (limit = 10) => (await store.unsettled(250, limit)).map(({ id }) => id)
    expect(await ids()).toEqual(['a', 'b'])
    expect(await ids(1)).toEqual(['a'])
    await store.note('a', { settledAt: 220 })
    expect(await ids()).toEqual(['b'])
  })

  test('mended is what is told as missed and was walked whole or excused since', async () => {
    const ids = ['walked', 'partly', 'excused', 'missed', 'untold']
    await store.addRounds(ids.map((id, i) => round(id, 100 + i)))
    for (const id of ids.slice(0, 4)) await store.note(id, { missedAt: 500, settledAt: 500 })
    await store.note('untold', { settledAt: 500 })
    await store.excuse(['excused', 'untold'], '暴雨', 'u')
    for (const at of ['a', 'b']) await checkin({ round: 'walked', point: at, at: 110 })
    await checkin({ round: 'partly', point: 'a', at: 110 })
    await checkin({ round: 'partly', point: 'b', at: 111, review: 'discounted' })
    const mended = async () => (await store.mended(10)).map(({ id }) => id)
    expect(await mended()).toEqual(['walked', 'excused'])
    expect((await store.missedOf('r1')).map(({ id }) => id)).toEqual(ids.slice(0, 4))
    expect(await store.missedOf('r2')).toEqual([])
    await store.note('walked', { missedAt: null })
    expect(await mended()).toEqual(['excused'])
  })
})
