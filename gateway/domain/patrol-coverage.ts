import { type CheckinGrade, checkinGrades } from './checkin.ts'
import type { RoundState } from './patrol.ts'
import { roundState } from './patrol-round.ts'
import { roundScore, streakDays } from './patrol-score.ts'
import { dayStamp, instantOnDay } from './town-time.ts'

/**
 * What was walked, by local day. A round belongs to the day on which its window opens, also where
 * it ends after midnight and whenever its check-ins came in.
 */

export interface LocalDays {
  /** YYYYMMDD. */
  stamps: string[]
  /** Midnights: of each day, and of the day after the last. */
  midnights: number[]
}

/** All days that the span touches, whole. */
export function localDays({ from, to }: { from: number; to: number }, timeZone: string): LocalDays {
  const stamps: string[] = []
  const midnights = [instantOnDay(from, 0, 0, timeZone)]
  for (let day = 0; (midnights[day] as number) < to; day++) {
    stamps.push(dayStamp(instantOnDay(from, day, 720, timeZone), timeZone))
    midnights.push(instantOnDay(from, day + 1, 0, timeZone))
  }
  return { stamps, midnights }
}

/** Undefined: of none of the days. */
export function dayIndex({ midnights }: LocalDays, at: number): number | undefined {
  let [low, high] = [0, midnights.length - 1]
  if (at < (midnights[low] as number) || at >= (midnights[high] as number)) return undefined
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (at < (midnights[middle] as number)) high = middle
    else low = middle
  }
  return low
}

export interface CoveredRound {
  id: string
  village: string
  team: string
  points: string[]
  dueFrom: number
  dueUntil: number
  excusedReason: string | null
}

/** One that counts; see `isVisit`. */
export interface RoundVisit {
  round: string
  point: string
  grade: CheckinGrade
}

/** One that belongs to no round. */
export interface FreeVisit {
  point: string
  patroller: string | null
  at: number
}

export interface Walked {
  rounds: readonly CoveredRound[]
  visits: readonly RoundVisit[]
  freeVisits: readonly FreeVisit[]
}

export interface RoundCounts {
  planned: number
  done: number
  missed: number
  excused: number
}

interface Tally extends RoundCounts {
  streakDays: number
  score: number
  days: RoundCounts[]
}

interface PointDays {
  planned: number[]
  visited: number[]
}

interface WalkedRound {
  round: CoveredRound
  /** The best proof of each point. */
  grades: Map<string, CheckinGrade>
}

const rank = (grade: CheckinGrade) => checkinGrades.indexOf(grade)

function joined({ rounds, visits }: Walked): WalkedRound[] {
  const walked = new Map<string, WalkedRound>()
  for (const round of rounds) walked.set(round.id, { round, grades: new Map() })
  for (const { round, point, grade } of visits) {
    const grades = walked.get(round)?.grades
    const known = grades?.get(point)
    if (known === undefined || rank(grade) < rank(known)) grades?.set(point, grade)
  }
  return [...walked.values()]
}

const noCounts = (): RoundCounts => ({ planned: 0, done: 0, missed: 0, excused: 0 })

const outcomes: Readonly<Partial<Record<RoundState, keyof RoundCounts>>> = {
  done: 'done',
  excused: 'excused',
  incomplete: 'missed',
  missed: 'missed',
}

/** Undefined: it is still to come or open. */
function outcome({ round, grades }: WalkedRound, now: number): keyof RoundCounts | undefined {
  const visits = Array.from(grades.keys(), (point) => ({ point }))
  return outcomes[roundState({ ...round, visits }, now)]
}

/** Of all rounds together, whatever their day. */
export function countRounds(walked: Walked, now: number): RoundCounts {
  const counts = noCounts()
  for (const one of joined(walked)) {
    const end = outcome(one, now)
    counts.planned += 1
    if (end) counts[end] += 1
  }
  return counts
}

interface TeamTally extends Tally {
  village: string
  team: string
}

export interface VillageTally extends Tally {
  village: string
}

export interface Coverage {
  points: Map<string, PointDays>
  /** Of each village; a team that walks in two has a row in each. */
  teams: TeamTally[]
  villages: VillageTally[]
}

type Walker = Pick<CoveredRound, 'village' | 'team'>
type Ledger = Map<string, Walker & { score: number; days: RoundCounts[] }>

function entry(ledger: Ledger, key: string, { walker, days }: { walker: Walker; days: LocalDays }) {
  const known = ledger.get(key)
  if (known) return known
  const { village, team } = walker
  const made = { village, team, score: 0, days: days.stamps.map(noCounts) }
  ledger.set(key, made)
  return made
}

function tallies(ledger: Ledger, daysOver: number): TeamTally[] {
  return [...ledger.values()].map((row) => {
    const sum = noCounts()
    for (const day of row.days) {
      for (const name of ['planned', 'done', 'missed', 'excused'] as const) sum[name] += day[name]
    }
    return { ...row, ...sum, streakDays: streakDays(row.days.slice(0, daysOver)) }
  })
}

/**
 * Beside each point's plan its visits: those of rounds that nobody excused. On a day that asked for
 * none, people who came all the same count, each once.
 */
function pointDays(rounds: readonly WalkedRound[], walked: Walked, days: LocalDays) {
  const points = new Map<string, PointDays & { extra: Set<string>[] }>()
  function at(point: string) {
    const known = points.get(point)
    if (known) return known
    const none = days.stamps.map(() => 0)
    const made = { planned: none, visited: [...none], extra: none.map(() => new Set<string>()) }
    points.set(point, made)
    return made
  }
  for (const { round, grades } of rounds) {
    const day = dayIndex(days, round.dueFrom)
    if (day === undefined) continue
    for (const point of new Set(round.points)) {
      const row = at(point)
      if (round.excusedReason !== null && grades.has(point)) row.extra[day]?.add(round.id)
      if (round.excusedReason !== null) continue
      row.planned[day] = (row.planned[day] ?? 0) + 1
      if (grades.has(point)) row.visited[day] = (row.visited[day] ?? 0) + 1
    }
  }
  for (const { point, patroller, at: instant } of walked.freeVisits) {
    const day = dayIndex(days, instant)
    if (day !== undefined) at(point).extra[day]?.add(patroller ?? '')
  }
  for (const { planned, visited, extra } of points.values()) {
    planned.forEach((asked, day) => {
      if (asked === 0) visited[day] = extra[day]?.size ?? 0
    })
  }
  return points
}

export function coverage(walked: Walked, days: LocalDays, now: number): Coverage {
  const rounds = joined(walked)
  const teams: Ledger = new Map()
  const villages: Ledger = new Map()
  for (const one of rounds) {
    const { village, team, dueFrom } = one.round
    const day = dayIndex(days, dueFrom)
    if (day === undefined) continue
    const end = outcome(one, now)
    const score = roundScore(end === 'done', one.grades.values())
    const of = { walker: one.round, days }
    for (const row of [entry(teams, `${village} ${team}`, of), entry(villages, village, of)]) {
      const counts = row.days[day] as RoundCounts
      counts.planned += 1
      if (end) counts[end] += 1
      row.score += score
    }
  }
  const daysOver = days.midnights.slice(1).filter((midnight) => midnight <= now).length
  return {
    points: pointDays(rounds, walked, days),
    teams: tallies(teams, daysOver),
    villages: tallies(villages, daysOver).map(({ team: _team, ...row }) => row),
  }
}
