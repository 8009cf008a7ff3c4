import type { PatrolCoverageView } from '../api/types.ts'

/** What was walked and what was not, by point, team, village and day. Pure. */

type PointReach = PatrolCoverageView['points'][number]
export type TeamReach = PatrolCoverageView['teams'][number]
export type VillageReach = PatrolCoverageView['villages'][number]

/** `open`: today is not over, so nothing is missed yet. */
export type CellKind = 'full' | 'part' | 'missed' | 'open' | 'none'

export function kindOfCell(done: number, planned: number, isToday: boolean): CellKind {
  if (planned === 0 && done === 0) return 'none'
  if (done >= planned) return 'full'
  if (isToday) return 'open'
  return done > 0 ? 'part' : 'missed'
}

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

export interface ReachRow {
  id: string
  name: string
  village: string
  /** By day. */
  done: number[]
  planned: number[]
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

/** By village as the town lists them; rows by name. */
export function rowsByVillage(
  rows: readonly ReachRow[],
  order: readonly { code: string }[],
): { village: string; rows: ReachRow[] }[] {
  const rank = new Map(order.map(({ code }, index) => [code, index]))
  return [...Map.groupBy(rows, ({ village }) => village)]
    .map(([village, own]) => ({
      village,
      rows: own.toSorted((a, b) => a.name.localeCompare(b.name, 'zh', { numeric: true })),
    }))
    .toSorted((a, b) => (rank.get(a.village) ?? 1e6) - (rank.get(b.village) ?? 1e6))
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
