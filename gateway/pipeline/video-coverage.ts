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
  scope: string
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

export function createVideoCoverage(store: VideoStore, timeZone: () => string) {
  return async ({ scope, cameras, from, to }: Asked): Promise<VideoCoverage> => {
    const zone = timeZone()
    const days = daysBetween(from, to, zone)
    const at = new Map(days.map((day, index) => [day, index]))
    const rows = new Map(
      cameras.map(({ id, name, village }) => {
        const looked = days.map(() => 0)
        return [id, { id, name, village, looked, planned: [...looked] }]
      }),
    )
    function count(camera: string, which: 'looked' | 'planned', instant: number): void {
      const index = at.get(dayStamp(instant, zone))
      const row = rows.get(camera)
      if (index !== undefined && row) row[which][index] = (row[which][index] ?? 0) + 1
    }
    for (const look of await store.looksBetween(from, to)) count(look.camera, 'looked', look.at)
    for (const round of await store.rounds({ scope, from, to })) {
      if (round.excusedReason !== null) continue
      for (const camera of round.cameras) count(camera, 'planned', round.dueFrom)
    }
    const [first = '', last = first] = [days.at(0), days.at(-1)]
    return { from: first, to: last, days, cameras: [...rows.values()] }
  }
}
