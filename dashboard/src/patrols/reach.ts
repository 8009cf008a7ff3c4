import type { PatrolCoverageView } from '../api/types.ts'
import type { CalendarRow } from '../parts/day-calendar.ts'

/** What was walked and what was not, by point, team, village and day. Pure. */

type PointReach = PatrolCoverageView['points'][number]
export type TeamReach = PatrolCoverageView['teams'][number]
export type VillageReach = PatrolCoverageView['villages'][number]

/** Nobody was there today; whom nobody visited longest comes first, never before all. */
export function unwalkedToday(points: readonly PointReach[], today: number): PointReach[] {
  return points
    .filter(({ visited }) => (visited[today] ?? 0) === 0)
    .toSorted((a, b) => (a.lastAt ?? 0) - (b.lastAt ?? 0))
}

/** Grids that have points, and at none of them somebody was today. */
export function unwalkedGrids(points: readonly PointReach[], today: number): Set<string> {
  const grids = Map.groupBy(points, ({ grid }) => grid)
  const nobody = [...grids].filter(([, own]) => unwalkedToday(own, today).length === own.length)
  return new Set(nobody.map(([grid]) => grid))
}

export interface ReachRow extends CalendarRow {
  missed?: number[]
  excused?: number[]
}

export function pointRows(points: readonly PointReach[]): ReachRow[] {
  return points.map(({ id, name, village, visited, planned }) => ({
    id,
    name,
    village,
    done: visited,
    planned,
  }))
}

export function teamRows(teams: readonly TeamReach[]): ReachRow[] {
  return teams.map(({ team, village, days }) => ({
    id: `${village} ${team}`,
    name: team,
    village,
    done: days.map((day) => day.done),
    // Excused ones nobody is asked for.
    planned: days.map((day) => day.planned - day.excused),
    missed: days.map((day) => day.missed),
    excused: days.map((day) => day.excused),
  }))
}

/** Of what was asked for and not excused; null: nothing was. */
export function rateOf({
  planned,
  done,
  excused,
}: Pick<TeamReach, 'planned' | 'done' | 'excused'>) {
  const asked = planned - excused
  return asked > 0 ? Math.min(1, done / asked) : null
}
