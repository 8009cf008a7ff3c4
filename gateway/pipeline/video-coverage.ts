import type { Device } from '../domain/device.ts'
import { dayStamp, instantOnDay } from '../domain/town-time.ts'
import type { VideoStore } from '../ports/video-store.ts'

/** Which camera was looked at on which day, beside how often that was planned. */

export interface VideoCoverage {
  /** Local days, YYYYMMDD. */
  from: string
  to: string
  days: string[]
  cameras: { id: string; name: string; village: string; looked: number[]; planned: number[] }[]
}

interface Asked {
  cameras: readonly Device[]
  from: number
  to: number
}

function daysBetween(from: number, to: number, timeZone: string): string[] {
  const days: string[] = []
  for (let day = 0; ; day++) {
    const noon = instantOnDay(from, day, 720, timeZone)
    const midnight = instantOnDay(from, day, 0, timeZone)
    if (midnight >= to) return days
    days.push(dayStamp(noon, timeZone))
  }
}

export function createVideoCoverage(
  store: Pick<VideoStore, 'looksBetween' | 'plannedBetween'>,
  timeZone: () => string,
) {
  return async ({ cameras, from, to }: Asked): Promise<VideoCoverage> => {
    const zone = timeZone()
    const days = daysBetween(from, to, zone)
    const column = new Map(days.map((day, index) => [day, index]))
    const rows = new Map(
      cameras.map(({ id, name, village }) => {
        const looked = days.map(() => 0)
        return [id, { id, name, village, looked, planned: [...looked] }]
      }),
    )
    function count(camera: string, which: 'looked' | 'planned', instant: number): void {
      const index = column.get(dayStamp(instant, zone))
      const row = rows.get(camera)
      if (index !== undefined && row) row[which][index] = (row[which][index] ?? 0) + 1
    }
    for (const { camera, at } of await store.looksBetween(from, to)) count(camera, 'looked', at)
    for (const { camera, at } of await store.plannedBetween(from, to)) count(camera, 'planned', at)
    const [first = '', last = first] = [days.at(0), days.at(-1)]
    return { from: first, to: last, days, cameras: [...rows.values()] }
  }
}
