import type { VideoCoverageView } from '../api/types.ts'

/** What was looked at and what was not, by camera and day. Pure. */

type CameraRow = VideoCoverageView['cameras'][number]

/** `open`: today is not over, so nothing is missed yet. */
export type CellKind = 'full' | 'part' | 'missed' | 'open' | 'none'

export interface Looks {
  looked: number
  planned: number
}

export function kindOfCell({ looked, planned }: Looks, isToday: boolean): CellKind {
  if (looked >= planned) return looked > 0 ? 'full' : 'none'
  if (isToday) return 'open'
  return looked > 0 ? 'part' : 'missed'
}

export function cellAt(camera: CameraRow, day: number): Looks {
  return { looked: camera.looked[day] ?? 0, planned: camera.planned[day] ?? 0 }
}

const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0)

/** Nobody looked at these on any of the days. */
export function unwatched(cameras: readonly CameraRow[]): CameraRow[] {
  return cameras.filter(({ looked }) => sum(looked) === 0)
}

/** A look more on one day makes up for none on another; today counts by what was looked already. */
export function totals(cameras: readonly CameraRow[], today: number): Looks & { missed: number } {
  const all = { looked: 0, planned: 0, missed: 0 }
  for (const camera of cameras) {
    all.looked += sum(camera.looked)
    all.planned += sum(camera.planned)
    camera.planned.forEach((planned, day) => {
      if (day !== today) all.missed += Math.max(0, planned - (camera.looked[day] ?? 0))
    })
  }
  return all
}

export interface VillageRows {
  village: string
  cameras: CameraRow[]
}

/** By village as the town lists them; cameras by name. */
export function byVillage(
  cameras: readonly CameraRow[],
  order: readonly { code: string }[],
): VillageRows[] {
  const groups = Map.groupBy(cameras, ({ village }) => village)
  const rank = new Map(order.map(({ code }, index) => [code, index]))
  return [...groups]
    .map(([village, rows]) => ({
      village,
      cameras: rows.toSorted((a, b) => a.name.localeCompare(b.name, 'zh')),
    }))
    .toSorted((a, b) => (rank.get(a.village) ?? 1e6) - (rank.get(b.village) ?? 1e6))
}

/** YYYYMMDD → YYYY-MM-DD. */
export function dashed(day: string): string {
  return `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}`
}

/** YYYYMMDD → 0 Sunday … 6 Saturday. */
export function weekdayOf(day: string): number {
  return new Date(`${dashed(day)}T00:00:00Z`).getUTCDay()
}
