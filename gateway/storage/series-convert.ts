import type Database from 'better-sqlite3'
import { type HourBucket, packHours } from './series-hours.ts'
import { hoursId } from './series-rollup.ts'
import type { TownCalendar } from './town-calendar.ts'

/** Files of version 1 had a row an hour; those of version 2 besides no single readings any more. */
export function convertMonth(db: Database.Database, version: number, calendar: TownCalendar): void {
  if (version !== 1 && version !== 2) return
  const add = db.prepare('INSERT OR REPLACE INTO hours (id, at, buckets) VALUES (?, ?, ?)')
  const ofSeries = db.prepare<[number], Omit<HourBucket, 'carried'>>(
    'SELECT at, min, max, sum, count FROM hour WHERE series = ? ORDER BY at',
  )
  const all = db.prepare<[], number>('SELECT DISTINCT series FROM day').pluck().all()
  for (const series of all) {
    const hours = ofSeries.all(series).map((hour) => ({ ...hour, carried: version === 2 }))
    for (const ofDay of Map.groupBy(hours, ({ at }) => calendar.at(at).dayStart).values()) {
      const { dayStart, day } = calendar.at((ofDay[0] as HourBucket).at)
      add.run(hoursId(series, day), dayStart, packHours(ofDay))
    }
  }
  db.exec('DROP TABLE hour')
  if (version === 2) db.exec('INSERT INTO carried SELECT DISTINCT series, 1 FROM day')
}
