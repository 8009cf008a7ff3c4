import type { VideoCoverageView } from '../api/types.ts'

/** What was looked at and what was not, by camera and day. Pure. */

type CameraRow = VideoCoverageView['cameras'][number]

interface Looks {
  looked: number
  planned: number
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
