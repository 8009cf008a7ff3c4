import { existsSync, statSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type PropertyClass, propertyClassNames } from '../../../gateway/domain/property-class.ts'
import type { Resolution } from '../../../gateway/domain/resolution.ts'
import type { SeriesBounds } from '../../../gateway/ports/series-store.ts'
import { createCompaction } from '../../../gateway/storage/series-compact.ts'
import {
  createSeriesFiles,
  type LoggedReading,
  type SeriesFiles,
} from '../../../gateway/storage/series-files.ts'
import { createSeriesQuery } from '../../../gateway/storage/series-query.ts'
import { createSeriesSurvey } from '../../../gateway/storage/series-survey.ts'
import { createTownCalendar } from '../../../gateway/storage/town-calendar.ts'
import { oneOfFiles } from '../../support/one-series.ts'

/** What retention takes of the months' files, and what stays. */

const day = 86_400_000
const calendar = createTownCalendar('Asia/Shanghai')
const january = Date.parse('2026-01-10T00:00:00+08:00')
const february = Date.parse('2026-02-10T00:00:00+08:00')
const march = Date.parse('2026-03-10T00:00:00+08:00')
const april = Date.parse('2026-04-10T00:00:00+08:00')

let directory: string
let files: SeriesFiles
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lianxun-compact-'))
  files = createSeriesFiles(directory, calendar)
})
afterEach(async () => {
  files.close()
  await rm(directory, { recursive: true, force: true })
})

const file = (month: string) => join(directory, `series-${month}.db`)

/** Series 1 is about air, 2 about water, 3 about something that nobody knows. */
const classes: readonly (PropertyClass | undefined)[] = [undefined, 'air', 'water']

function bounds(raw: number, more: Partial<SeriesBounds> = {}): SeriesBounds {
  const all = propertyClassNames.map((name) => [name, { raw, rolledUp: 0 }])
  return { ...(Object.fromEntries(all) as SeriesBounds), ...more }
}

const compact = (of: SeriesBounds) =>
  createCompaction({ files, calendar, classOf: (series) => classes[series] })(of)

function query(resolution: Resolution | 'auto', from: number, to: number, series = 1) {
  const ask = oneOfFiles(createSeriesQuery(files, calendar))
  return ask({ type: 'query', series, from, to, resolution, upTo: 0 })
}

let seq = 0
function every(from: number, count: number, stepMs: number, series = 1): LoggedReading[] {
  return Array.from({ length: count }, (_, i) => [++seq, series, from + i * stepMs, i % 7])
}

function apply(...readings: LoggedReading[][]): void {
  files.apply(readings.flat(), seq)
}

describe('a month that is past', () => {
  it('keeps its hours and days, and gives the space of its readings back', () => {
    apply(every(january, 30_000, 60_000), every(march, 10, 60_000))
    const to = january + 25 * day
    const [hours, days] = [query('hour', january, to), query('day', january, to)]
    const trimmed = compact(bounds(february))
    expect(trimmed.removed).toBe(30_000)
    expect(trimmed.bytes).toBeGreaterThan(statSync(file('2026-01')).size)
    expect(query('hour', january, to)).toEqual(hours)
    expect(query('day', january, to)).toEqual(days)
    expect(query('raw', january, to).points).toEqual([])
    expect(query('raw', march, march + day).points).toHaveLength(10)
    expect(compact(bounds(february)).removed).toBe(0)
  })

  it('goes before the next, and only when all of it is past', () => {
    apply(every(january, 5, 1000), every(february, 7, 1000))
    const endOfFebruary = Date.parse('2026-02-28T23:59:59+08:00')
    expect(compact(bounds(endOfFebruary)).removed).toBe(5)
    expect(compact(bounds(endOfFebruary)).removed).toBe(0)
    expect(compact(bounds(endOfFebruary + 1000)).removed).toBe(7)
  })

  it('is shown by hours, however few its readings were', () => {
    apply(every(january, 20, 600_000), every(march, 20, 600_000))
    expect(query('auto', january, january + day).resolution).toBe('raw')
    compact(bounds(february))
    const answer = query('auto', january, january + day)
    expect(answer.resolution).toBe('hour')
    expect(answer.points.map((point) => point[4])).toEqual([6, 6, 6, 2])
    expect(query('auto', january, march + day).resolution).toBe('hour')
    expect(query('auto', march, march + day).resolution).toBe('raw')
  })

  it('takes no late reading of a series that was rolled up for good, and those of others', () => {
    apply(every(january, 6, 600_000))
    compact(bounds(february))
    const late = every(january, 6, 600_000)
    const other = every(january, 2, 600_000, 2)
    apply(late, other, every(march, 2, 1000))
    // Of three one is of the series that takes none there any more.
    const written: [number, number, number][] = [
      [1, january + 1, 9],
      [1, march + 5, 1],
      [2, january + 600_000, 1],
    ]
    expect(files.write(written)).toBe(1)
    expect(query('day', january, january + day).points).toEqual([[january, 0, 2.5, 5, 6]])
    expect(query('raw', january, january + day, 2).points).toHaveLength(2)
    expect(query('raw', march, march + day).points).toHaveLength(3)
    expect(files.furthest()).toBe(seq)
    files.close()
    files = createSeriesFiles(directory, calendar)
    expect(files.furthest()).toBe(seq)
    expect(compact(bounds(february)).removed).toBe(2)
    expect(query('day', january, january + day).points).toEqual([[january, 0, 2.5, 5, 6]])
    expect(query('day', january, january + day, 2).points).toEqual([[january, 0, 0.5, 1, 2]])
  })

  it('loses the readings of those classes only that are past', () => {
    apply(every(january, 100, 60_000), every(january, 50, 60_000, 2), every(january, 9, 60_000, 3))
    const hours = query('hour', january, january + day, 2)
    const airFirst = bounds(0, { air: { raw: february, rolledUp: 0 } })
    expect(compact(airFirst)).toMatchObject({ removed: 100 })
    expect(compact(airFirst).removed).toBe(0)
    expect(query('raw', january, january + day).points).toEqual([])
    expect(query('hour', january, january + day).points.map((point) => point[4])).toEqual([60, 40])
    expect(query('raw', january, january + day, 2).points).toHaveLength(50)
    expect(query('hour', january, january + day, 2)).toEqual(hours)
    expect(query('auto', january, january + day).resolution).toBe('hour')
    expect(query('auto', january, january + day, 2).resolution).toBe('raw')
    expect(compact(bounds(february)).removed).toBe(50)
    // What nobody knows the class of stays as long as the month.
    expect(query('raw', january, january + day, 3).points).toHaveLength(9)
  })

  it('goes as a whole when hours and days of every class are past', () => {
    apply(every(january, 100, 60_000), every(february, 5, 60_000, 2), every(april, 3, 60_000))
    const gone = Object.fromEntries(
      propertyClassNames.map((name) => [name, { raw: march, rolledUp: february }]),
    ) as SeriesBounds
    const kept = { ...gone, slope: { raw: march, rolledUp: january } }
    expect(compact(kept).removed).toBe(100)
    expect(existsSync(file('2026-01'))).toBe(true)
    const bytes = statSync(file('2026-01')).size
    expect(compact(gone)).toEqual({ removed: 100, bytes })
    expect(existsSync(file('2026-01'))).toBe(false)
    expect(query('hour', january, january + day).points).toEqual([])
    expect(compact(gone).removed).toBe(5)
    expect(compact(gone).removed).toBe(0)
    expect(query('day', 0, april + day).points).toHaveLength(1)
    // A reading that comes now makes a new one.
    apply(every(january, 1, 1))
    expect(query('raw', january, january + day).points).toHaveLength(1)
    expect(compact(gone).removed).toBe(1)
  })

  it('waits while another program reads the file, and leaves no half-made one behind', async () => {
    apply(every(january, 6, 600_000))
    const reader = new Database(file('2026-01'), { readonly: true })
    reader.prepare('SELECT count(*) FROM raw').get()
    expect(compact(bounds(february)).removed).toBe(0)
    const all = Object.fromEntries(
      propertyClassNames.map((name) => [name, { raw: march, rolledUp: february }]),
    ) as SeriesBounds
    expect(compact(all).removed).toBe(0)
    expect(query('raw', january, january + day).points).toHaveLength(6)
    reader.close()
    // What a crash during the copy left.
    await writeFile(`${file('2026-01')}.thin`, 'half')
    expect(compact(bounds(february)).removed).toBe(6)
    expect((await readdir(directory)).filter((name) => name.includes('thin'))).toEqual([])
  })
})

describe('what the months take', () => {
  const survey = () => createSeriesSurvey(files, (series) => classes[series])

  it('is told by month, with the single readings of each class', () => {
    apply(every(january, 100, 60_000), every(january, 50, 60_000, 2), every(march, 7, 60_000))
    files.carry([
      { series: 2, resolution: 'hour', at: march, min: 1, max: 2, sum: 3, count: 2 },
      { series: 2, resolution: 'day', at: march, min: 1, max: 2, sum: 3, count: 2 },
    ])
    const none = Object.fromEntries(propertyClassNames.map((name) => [name, 0]))
    expect(survey().size('2026-01')).toEqual({
      month: '2026-01',
      bytes: expect.any(Number),
      readings: { ...none, air: 100, water: 50 },
    })
    expect(survey().size('2026-03')?.readings).toEqual({ ...none, air: 7 })
    expect(survey().size('2026-02')).toBeNull()
    const before = survey().size('2026-01')?.bytes ?? 0
    compact(bounds(0, { air: { raw: february, rolledUp: 0 } }))
    expect(survey().size('2026-01')?.readings).toEqual({ ...none, water: 50 })
    expect(survey().size('2026-01')?.bytes).toBeLessThan(before)
  })

  it('reaches from the first to the last, through what retention left', () => {
    apply(every(january + 100, 30, 600_000), every(march, 3, 1000))
    expect(survey().extents([1, 2])).toEqual([
      { series: 1, first: january + 100, last: march + 2000, readings: 33 },
    ])
    compact(bounds(february))
    expect(survey().extents([1])).toEqual([
      { series: 1, first: january, last: march + 2000, readings: 33 },
    ])
  })
})
