import type { RolledUp } from '../ports/series-store.ts'
import {
  type Bucket,
  eachHour,
  type HourBucket,
  hourNumbers,
  packHours,
  unpackHours,
} from './series-hours.ts'
import type { Carried, Statement } from './series-month.ts'
import type { TownCalendar } from './town-calendar.ts'

/**
 * Hours and days of one month. What single readings change is gathered in memory and written once
 * in a while (`flush`), since it would cost as much as the readings themselves each time; whoever
 * reads sees both. After a crash it is made anew from the single readings, see series-files.ts.
 */

interface Span {
  from: number
  to: number
}

export interface SeriesRollup {
  /** A single reading that was not there. */
  add(series: number, at: number, value: number): void
  /** A single reading that has another value now. */
  changed(series: number, at: number): void
  /** What lacks its single readings; durable with the transaction. Nothing where there are some. */
  carry(series: number, bucket: Pick<RolledUp, 'resolution'> & Bucket): void
  /** In order of time; the hour is one and the same object each time. */
  eachHour(series: number, span: Span, take: (hour: HourBucket) => void): void
  days(series: number, span: Span): Bucket[]
  /** From the first to the last day, and all readings of them; undefined: there is none. */
  summary(series: number): { first: number; last: number; readings: number } | undefined
  /** To be made anew from the single readings when it is next asked for. */
  doubt(series: number, at: number): void
  /** All of what was not written yet: the transaction failed. */
  doubtAll(): void
  /** Days that are not written yet. */
  waiting(): number
  /** Within a transaction; afterwards `written`. */
  flush(): void
  written(): void
}

interface RollupParts {
  statement: Statement
  carried: Carried
  calendar: TownCalendar
}

interface Day {
  series: number
  id: number
  at: number
  /** In order of time; undefined: to be made anew. */
  hours: HourBucket[] | undefined
}

const daysPerSeries = 32
const ever = { from: 0, to: Number.MAX_SAFE_INTEGER }
const noHours = new Float64Array()
/** A day of the town has an hour more when clocks go back. */
const longestDayMs = 26 * 3_600_000

export function hoursId(series: number, dayOfMonth: number): number {
  return series * daysPerSeries + dayOfMonth
}

/** What single readings are in, of all of the hours of a day. */
function dayOf(at: number, hours: readonly HourBucket[]): Bucket | undefined {
  let day: Bucket | undefined
  for (const { min, max, sum, count, carried } of hours) {
    if (carried) continue
    day ??= { at, min, max, sum: 0, count: 0 }
    day.min = Math.min(day.min, min)
    day.max = Math.max(day.max, max)
    day.sum += sum
    day.count += count
  }
  return day
}

function addTo(hours: HourBucket[], at: number, value: number): void {
  const index = hours.findLastIndex((hour) => hour.at <= at)
  const found = hours[index]
  if (found?.at !== at || found.carried) {
    const hour = { at, min: value, max: value, sum: value, count: 1, carried: false }
    hours.splice(found?.at === at ? index : index + 1, found?.at === at ? 1 : 0, hour)
    return
  }
  found.min = Math.min(found.min, value)
  found.max = Math.max(found.max, value)
  found.sum += value
  found.count += 1
}

export function createSeriesRollup({ statement, carried, calendar }: RollupParts): SeriesRollup {
  /** By series and the id of the day. */
  const touched = new Map<number, Map<number, Day>>()
  let days = 0

  function stored({ series, id }: Day): HourBucket[] {
    const blob = statement<[number], Uint8Array>('SELECT buckets FROM hours WHERE id = ?')
      .pluck()
      .get(id)
    const hours = blob ? unpackHours(blob) : []
    // Retention does not open the rows of what it closes.
    if (carried.get(series)?.closed) for (const hour of hours) hour.carried = true
    return hours
  }

  function anew(day: Day): HourBucket[] {
    const hours = carried.has(day.series) ? stored(day).filter((hour) => hour.carried) : []
    const rows = statement<number[], [number, number]>(
      'SELECT at, value FROM raw WHERE series = ? AND at >= ? AND at < ? ORDER BY at',
    )
      .raw()
      .all(day.series, day.at, day.at + longestDayMs)
    for (const [at, value] of rows) {
      const { dayStart, hourStart } = calendar.at(at)
      if (dayStart === day.at) addTo(hours, hourStart, value)
    }
    return hours
  }

  function find(series: number, at: number): Day {
    const { dayStart, day } = calendar.at(at)
    const id = hoursId(series, day)
    let ofSeries = touched.get(series)
    if (!ofSeries) touched.set(series, (ofSeries = new Map()))
    let found = ofSeries.get(id)
    if (!found) {
      found = { series, id, at: dayStart, hours: undefined }
      found.hours = stored(found)
      ofSeries.set(id, found)
      days += 1
    }
    return found
  }

  function hoursOf(day: Day): HourBucket[] {
    return (day.hours ??= anew(day))
  }

  function readCarried(): void {
    carried.clear()
    const rows = statement<[], { series: number; closed: number }>('SELECT * FROM carried').all()
    for (const { series, closed } of rows) carried.set(series, { closed: closed === 1 })
  }

  function markCarried(series: number): void {
    if (carried.has(series)) return
    statement('INSERT OR IGNORE INTO carried VALUES (?, 0)').run(series)
    carried.set(series, { closed: false })
  }

  function carryHour(series: number, { at, min, max, sum, count }: Bucket): void {
    const hours = hoursOf(find(series, at))
    const index = hours.findIndex((hour) => hour.at >= at)
    const same = hours[index]?.at === at
    if (same && !hours[index]?.carried) return
    markCarried(series)
    const hour = { at, min, max, sum, count, carried: true }
    hours.splice(index < 0 ? hours.length : index, same ? 1 : 0, hour)
  }

  function putDay(series: number, { at, min, max, sum, count }: Bucket): void {
    const put = statement<number[], unknown>('INSERT OR REPLACE INTO day VALUES (?, ?, ?, ?, ?, ?)')
    put.run(series, at, min, max, sum, count)
  }

  /** Of that series and time, in order of time. */
  function touchedDays(series: number, { from, to }: Span): Day[] {
    const ofSeries = touched.get(series)
    if (!ofSeries) return []
    const within = [...ofSeries.values()].filter(({ at }) => at >= from && at < to)
    return within.toSorted((a, b) => a.at - b.at)
  }

  /**
   * Rows of several days as one, since each costs as much as its 24 hours to hand over. A range of
   * row ids is gone through in their order, which is that of time.
   */
  function storedBetween(ids: { after: number; before: number }, { from, to }: Span) {
    if (ids.before - ids.after < 2) return noHours
    const all = statement<number[], Uint8Array | null>(
      `SELECT CAST(group_concat(buckets, '') AS BLOB) FROM hours
       WHERE id > ? AND id < ? AND at >= ? AND at < ?`,
    )
    const found = all.pluck().get(ids.after, ids.before, from, to)
    return found ? hourNumbers(found) : noHours
  }

  function daysOf(series: number, { from, to }: Span): Bucket[] {
    const rows = statement<number[], Bucket>(
      'SELECT at, min, max, sum, count FROM day WHERE series = ? AND at >= ? AND at < ? ORDER BY at',
    ).all(series, from, to)
    const fresh = touchedDays(series, { from, to }).flatMap((day) => {
      const bucket = dayOf(day.at, hoursOf(day))
      return bucket ? [bucket] : []
    })
    if (fresh.length === 0) return rows
    const times = new Set(fresh.map(({ at }) => at))
    return [...rows.filter(({ at }) => !times.has(at)), ...fresh].toSorted((a, b) => a.at - b.at)
  }

  readCarried()
  return {
    add(series, at, value) {
      const day = find(series, at)
      if (day.hours) addTo(day.hours, calendar.at(at).hourStart, value)
    },
    changed(series, at) {
      find(series, at).hours = undefined
    },
    carry(series, { resolution, ...bucket }) {
      if (resolution === 'hour') return carryHour(series, bucket)
      if (dayOf(bucket.at, hoursOf(find(series, bucket.at)))) return
      markCarried(series)
      putDay(series, bucket)
    },
    eachHour(series, { from, to }, take) {
      const takeWithin = (hour: HourBucket) => {
        if (hour.at >= from && hour.at < to) take(hour)
      }
      const within = { from: calendar.at(from).dayStart, to }
      let after = hoursId(series, 0)
      for (const day of touchedDays(series, within)) {
        eachHour(storedBetween({ after, before: day.id }, within), takeWithin)
        eachHour(hourNumbers(packHours(hoursOf(day))), takeWithin)
        after = day.id
      }
      eachHour(storedBetween({ after, before: hoursId(series + 1, 0) }, within), takeWithin)
    },
    days: daysOf,
    summary(series) {
      const all = touched.has(series) ? daysOf(series, ever) : undefined
      const [first, last] = [all?.[0], all?.at(-1)]
      if (all && first && last) {
        const readings = all.reduce((sum, { count }) => sum + count, 0)
        return { first: first.at, last: last.at, readings }
      }
      const stored = statement<[number], { first: number | null; last: number; readings: number }>(
        'SELECT min(at) AS first, max(at) AS last, sum(count) AS readings FROM day WHERE series = ?',
      ).get(series)
      return stored?.first == null ? undefined : { ...stored, first: stored.first }
    },
    doubt(series, at) {
      find(series, at).hours = undefined
    },
    doubtAll() {
      readCarried()
      for (const ofSeries of touched.values()) {
        for (const day of ofSeries.values()) day.hours = undefined
      }
    },
    waiting: () => days,
    flush() {
      const put = statement('INSERT OR REPLACE INTO hours VALUES (?, ?, ?)')
      for (const [series, ofSeries] of touched) {
        for (const day of ofSeries.values()) {
          const hours = hoursOf(day)
          if (hours.length === 0) continue
          put.run(day.id, day.at, packHours(hours))
          const bucket = dayOf(day.at, hours)
          if (bucket) putDay(series, bucket)
        }
      }
    },
    written() {
      touched.clear()
      days = 0
    },
  }
}
