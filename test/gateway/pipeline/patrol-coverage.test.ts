import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Insertable, Kysely } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  createPatrolCoverage,
  type PatrolFigures,
} from '../../../gateway/pipeline/patrol-coverage.ts'
import { createPatrolRecords } from '../../../gateway/storage/patrol-coverage.ts'
import type { Tables } from '../../../gateway/storage/schema.ts'
import { uniform } from '../../../simulators/random.ts'
import { openDatabase } from '../../support/house-file.ts'

/**
 * A month of a town with all that happens in it, made by chance, against sums that go over every
 * round, point and check-in one by one.
 */

type Row<T extends keyof Tables> = Insertable<Tables[T]>

const zone = 'Asia/Shanghai'
const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const town = '990101101'
/** 2026-10-01 00:00 in the town. */
const october = Date.UTC(2026, 8, 30, 16)
const days = 31
/** In the evening of the 29th, with rounds under way. */
const now = october + 28 * day + 19 * hour
const villages = [`${town}201`, `${town}202`, `${town}203`]

let drawn = 0
const random = { next: () => uniform(20_261_001, String(drawn++)) }
const chance = (share: number) => random.next() < share
const pick = <T>(list: readonly T[]) => list[Math.floor(random.next() * list.length)] as T

const points: Row<'patrol_point'>[] = villages.flatMap((village, v) =>
  Array.from({ length: 6 }, (_, p) => ({
    id: `p${v}${p}`,
    name: `点${v}${p}`,
    grid: `${village}00${1 + (p % 2)}`,
    lon: 106.7,
    lat: 29.2,
    radius_m: 60,
    tag: 'qr',
    tag_uid: null,
    hint: null,
    reader: null,
  })),
)
const rounds: Row<'patrol_round'>[] = []
const checkins: Row<'checkin'>[] = []

function addCheckin(part: Pick<Row<'checkin'>, 'point' | 'round' | 'at'>, village: string): void {
  const isRefused = chance(0.05)
  const review = chance(0.1) ? pick(['counts', 'discounted']) : null
  checkins.push({
    id: `c${checkins.length}`,
    status: isRefused ? 'refused' : 'accepted',
    grade: pick(['cryptographic', 'dynamic', 'static', 'manual']),
    marks: '[]',
    village,
    grid: points.find(({ id }) => id === part.point)?.grid ?? null,
    patroller: pick(['u1', 'u2', null]),
    said_at: part.at,
    received_at: part.at + (chance(0.1) ? 2 * day : minute),
    findings: '[]',
    review,
    ...part,
  })
}

/** Windows at any minute, so that some open just before midnight. */
function addRound(village: string, startsAt: number): void {
  const id = `r${rounds.length}`
  const own = points.filter(({ grid }) => grid.startsWith(village)).map((point) => point.id)
  const asked = own.filter(() => chance(0.6))
  if (asked.length === 0) return
  const dueFrom = startsAt + Math.floor(random.next() * 24 * 60) * minute
  rounds.push({
    id,
    route: `route-${village}`,
    village,
    team: pick(['红袖标1队', '红袖标2队']),
    slot_at: dueFrom - rounds.length,
    due_from: dueFrom,
    due_until: dueFrom + 2 * hour,
    body: JSON.stringify({ name: '线', points: asked, order: 'any', minWalkS: 0, checklist: [] }),
    excused_reason: chance(0.1) ? '暴雨' : null,
  })
  const share = pick([0, 0.7, 1, 1])
  for (const point of asked.filter(() => chance(share))) {
    for (let times = chance(0.1) ? 2 : 1; times > 0; times--) {
      addCheckin({ point, round: id, at: dueFrom + hour }, village)
    }
  }
}

function playMonth(): void {
  for (let d = -1; d <= days; d++) {
    for (const village of villages) {
      for (let n = 0; n < 3; n++) if (chance(0.8)) addRound(village, october + d * day)
      const point = pick(points.filter(({ grid }) => grid.startsWith(village)))
      const at = october + d * day + Math.floor(random.next() * day)
      if (chance(0.5)) addCheckin({ point: point.id, round: null, at }, village)
    }
  }
  addCheckin({ point: null, round: null, at: october + hour }, villages[0] as string)
}

let directory: string
let db: Kysely<Tables>
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lianxun-coverage-'))
  db = await openDatabase(join(directory, 'lianxun.db'))
  playMonth()
  await db.transaction().execute(async (trx) => {
    await trx.insertInto('patrol_point').values(points).execute()
    for (const round of rounds) await trx.insertInto('patrol_round').values(round).execute()
    for (const checkin of checkins) await trx.insertInto('checkin').values(checkin).execute()
  })
})
afterAll(async () => {
  await db?.destroy()
  await rm(directory, { recursive: true })
})

const subject = () =>
  createPatrolCoverage({
    records: createPatrolRecords(db),
    clock: { now: () => now, monotonic: () => now },
    timeZone: () => zone,
  })

const stampOf = (at: number) =>
  new Date(at + 8 * hour).toISOString().slice(0, 10).replaceAll('-', '')
const isVisit = ({ review, status }: Row<'checkin'>) =>
  review === 'counts' || (status === 'accepted' && review !== 'discounted')
const pointsOf = ({ body }: Row<'patrol_round'>) =>
  (JSON.parse(body) as { points: string[] }).points
const worth: Record<string, number> = { cryptographic: 2, dynamic: 2, static: 1, manual: 0 }

const verdicts = new Map<string, ReturnType<typeof judge>>()

function judged(round: Row<'patrol_round'>) {
  const verdict = verdicts.get(round.id) ?? judge(round)
  verdicts.set(round.id, verdict)
  return verdict
}

/** By a look at every check-in. */
function judge(round: Row<'patrol_round'>) {
  const visits = checkins.filter((one) => one.round === round.id && isVisit(one))
  const best = pointsOf(round).map((point) => {
    const scores = visits.filter((one) => one.point === point).map(({ grade }) => worth[grade] ?? 0)
    return scores.length > 0 ? Math.max(...scores) : null
  })
  const isDone = best.every((score) => score !== null)
  const state = isDone
    ? 'done'
    : round.excused_reason
      ? 'excused'
      : round.due_until <= now
        ? 'missed'
        : 'open'
  return { state, score: best.reduce<number>((a, b) => a + (b ?? 0), isDone ? 10 : 0), best }
}

const countOf = (list: Row<'patrol_round'>[], state: string) =>
  list.filter((round) => judged(round).state === state).length

function expectedDay(list: Row<'patrol_round'>[]) {
  return {
    planned: list.length,
    done: countOf(list, 'done'),
    missed: countOf(list, 'missed'),
    excused: countOf(list, 'excused'),
  }
}

function expectedTally(stamps: string[], which: (round: Row<'patrol_round'>) => boolean) {
  const own = rounds.filter((round) => which(round) && stamps.includes(stampOf(round.due_from)))
  const perDay = stamps.map((stamp) =>
    expectedDay(own.filter((round) => stampOf(round.due_from) === stamp)),
  )
  const over = perDay.filter((_, d) => (stamps[d] as string) < stampOf(now))
  const lastMissed = over.findLastIndex(({ missed }) => missed > 0)
  const since = over.slice(lastMissed + 1)
  return {
    ...expectedDay(own),
    days: perDay,
    streakDays: since.filter(({ planned, excused }) => planned - excused > 0).length,
    score: own.reduce((sum, round) => sum + judged(round).score, 0),
  }
}

function expectedPoint(point: string, stamps: string[]) {
  const rows = stamps.map((stamp) => {
    const asking = rounds.filter(
      (round) => stampOf(round.due_from) === stamp && pointsOf(round).includes(point),
    )
    const counting = asking.filter((round) => !round.excused_reason)
    const walked = (list: Row<'patrol_round'>[]) =>
      list.filter((round) => judged(round).best[pointsOf(round).indexOf(point)] !== null).length
    const people = new Set(
      checkins
        .filter((one) => one.point === point && one.round === null && isVisit(one))
        .filter(({ at }) => stampOf(at) === stamp)
        .map(({ patroller }) => patroller),
    )
    if (counting.length > 0) return [counting.length, walked(counting)] as const
    return [0, walked(asking) + people.size] as const
  })
  return { planned: rows.map(([asked]) => asked), visited: rows.map(([, came]) => came) }
}

function checkTallies(figures: PatrolFigures): void {
  const { stamps } = figures.days
  for (const { village, ...tally } of figures.villages) {
    expect(tally).toEqual(expectedTally(stamps, (round) => round.village === village))
  }
  for (const { village, team, ...tally } of figures.teams) {
    const which = (round: Row<'patrol_round'>) => round.village === village && round.team === team
    expect(tally).toEqual(expectedTally(stamps, which))
  }
}

describe('the coverage of a month', () => {
  it('is what going over every check-in comes to', async () => {
    const figures = await subject().between({
      scope: town,
      from: october,
      to: october + days * day,
    })
    expect(figures.days.stamps).toHaveLength(31)
    expect(figures.villages).toHaveLength(3)
    expect(figures.teams).toHaveLength(6)
    checkTallies(figures)
    for (const { id } of points) {
      expect(figures.points.get(id)).toMatchObject(expectedPoint(id, figures.days.stamps))
      const visits = checkins.filter((one) => one.point === id && isVisit(one))
      expect(figures.lastVisits.get(id)).toBe(Math.max(...visits.map(({ at }) => at)))
    }
  })

  it('has everything in it that a month brings', () => {
    const states = new Set(rounds.map((round) => judged(round).state))
    expect(states).toEqual(new Set(['done', 'excused', 'missed', 'open']))
    expect(rounds.some((round) => stampOf(round.due_from) !== stampOf(round.due_until))).toBe(true)
  })

  it('of one village has its rounds alone, and its points', async () => {
    const [village = ''] = villages
    const figures = await subject().between({ scope: village, from: october, to: now })
    expect(figures.villages.map((one) => one.village)).toEqual([village])
    checkTallies(figures)
    expect([...figures.lastVisits.keys()].every((id) => id.startsWith('p0'))).toBe(true)
  })

  it("of one grid has its points' share of the village's rounds", async () => {
    const grid = `${villages[1]}001`
    const { points: counted, days: span } = await subject().between({
      scope: grid,
      from: october,
      to: now,
    })
    for (const point of points.filter((one) => one.grid === grid)) {
      expect(counted.get(point.id)).toMatchObject(expectedPoint(point.id, span.stamps))
    }
  })

  it("counts today's rounds for the village's screen", async () => {
    for (const village of villages) {
      const own = rounds.filter(
        (round) => round.village === village && stampOf(round.due_from) === stampOf(now),
      )
      expect(await subject().today(village)).toEqual(expectedDay(own))
    }
  })
})
