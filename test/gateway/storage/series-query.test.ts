import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Resolution } from '../../../gateway/domain/resolution.ts'
import { createSeriesFiles, type LoggedReading } from '../../../gateway/storage/series-files.ts'
import { createSeriesQuery } from '../../../gateway/storage/series-query.ts'
import { createTownCalendar } from '../../../gateway/storage/town-calendar.ts'
import { oneOfFiles } from '../../support/one-series.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

let directory: string
let closeAll: (() => void)[] = []
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lianxun-query-'))
})
afterEach(async () => {
  for (const close of closeAll) close()
  closeAll = []
  await rm(directory, { recursive: true, force: true })
})

function seriesOf(timeZone: string, values: readonly (readonly [at: number, value: number])[]) {
  const calendar = createTownCalendar(timeZone)
  const files = createSeriesFiles(directory, calendar)
  closeAll.push(() => files.close())
  const readings = values.map(([at, value], i): LoggedReading => [i + 1, 1, at, value])
  files.apply(readings, readings.length)
  const query = oneOfFiles(createSeriesQuery(files, calendar))
  return (resolution: Resolution | 'auto', from: number, to: number, series = 1) =>
    query({ type: 'query', series, from, to, resolution, upTo: readings.length })
}

const noon = Date.parse('2026-05-20T12:00:00+08:00')

describe('days of a zone whose clocks change', () => {
  it.each([
    ['2026-03-28', '2026-03-29', '2026-03-30', 23],
    ['2026-10-24', '2026-10-25', '2026-10-26', 25],
    ['2026-06-01', '2026-06-02', '2026-06-03', 24],
  ])('after %s: %s, before %s, has %i hours', (...[before, on, after, hours]) => {
    const from = Date.parse(`${before}T12:00:00Z`)
    const values = Array.from({ length: 48 }, (_, i) => [from + i * hour, i] as const)
    const ask = seriesOf('Europe/Berlin', values)
    const { points } = ask('day', from, from + 48 * hour)
    expect(points).toHaveLength(3)
    const [, whole] = points
    expect(whole?.[4]).toBe(hours)
    const dates = points.map(([at]) =>
      new Intl.DateTimeFormat('sv-SE', {
        timeZone: 'Europe/Berlin',
        dateStyle: 'short',
        timeStyle: 'short',
      }).format(at),
    )
    expect(dates).toEqual([before, on, after].map((date) => `${date} 00:00`))
    // Every reading has its own hour, also in the hour that comes twice.
    expect(ask('hour', from, from + 48 * hour).points).toHaveLength(48)
  })
})

describe('the border of an answer', () => {
  const values = Array.from({ length: 180 }, (_, i) => [noon + i * minute, i] as const)
  const rows: [Resolution, number, number, number, number][] = [
    // resolution, from, to (minutes after noon), first bucket, number of points
    ['raw', 0, 180, 0, 180],
    ['raw', 1, 2, 1, 1],
    ['raw', 180, 999, 0, 0],
    ['minute', 0.5, 2.5, 0, 3],
    ['minute', 59.99, 60, 59, 1],
    ['hour', 0, 60, 0, 1],
    ['hour', 59, 61, 0, 2],
    ['hour', 60, 120, 60, 1],
    ['day', 100, 101, -720, 1],
    ['day', 720, 1440, 0, 0],
  ]
  it.each(rows)('%s from %d to %d', (...[resolution, from, to, first, count]) => {
    const ask = seriesOf('Asia/Shanghai', values)
    const { points } = ask(resolution, noon + from * minute, noon + to * minute)
    expect(points).toHaveLength(count)
    if (count > 0) expect(points[0]?.[0]).toBe(noon + first * minute)
  })

  it('a bucket holds all of its readings, also those before the beginning', () => {
    const ask = seriesOf('Asia/Shanghai', values)
    expect(ask('hour', noon + 59 * minute, noon + 60 * minute).points).toEqual([
      [noon, 0, 29.5, 59, 60],
    ])
  })

  it('another series has nothing', () => {
    const ask = seriesOf('Asia/Shanghai', values)
    for (const resolution of ['raw', 'minute', 'hour', 'day', 'auto'] as const) {
      expect(ask(resolution, noon, noon + day, 2).points).toEqual([])
    }
  })
})

const spread = (count: number, over: number) =>
  Array.from({ length: count }, (_, i) => [noon + Math.floor((i * over) / count), i] as const)

describe('the automatic resolution', () => {
  const rows: [string, number, number, Resolution][] = [
    ['2,000 in an hour', 2000, hour, 'raw'],
    ['2,001 in an hour', 2001, hour, 'minute'],
    ['2,001 in a day', 2001, day, 'minute'],
    ['2,001 in a little more than a day', 2001, day + 1, 'hour'],
    ['2,001 in two months', 2001, 60 * day, 'hour'],
    ['2,001 in more than two months', 2001, 60 * day + 1, 'day'],
    ['2,000 in a year', 2000, 365 * day, 'raw'],
  ]
  it.each(rows)('%s', (_, count, over, expected) => {
    const ask = seriesOf('Asia/Shanghai', spread(count, over))
    const answer = ask('auto', noon, noon + over)
    expect(answer.resolution).toBe(expected)
    // What is chosen is what was asked for by name.
    expect(answer).toEqual(ask(expected, noon, noon + over))
    const counted = answer.points.reduce((sum, point) => sum + (point[4] ?? 1), 0)
    expect(counted).toBe(count)
  })
})

describe('values', () => {
  it('below nought, and nought itself, keep their smallest and largest', () => {
    const ask = seriesOf('Asia/Shanghai', [
      [noon, -5],
      [noon + 1, 0],
      [noon + 2, -1],
    ])
    expect(ask('hour', noon, noon + hour).points).toEqual([[noon, -5, -2, 0, 3]])
    expect(ask('minute', noon, noon + hour).points).toEqual([[noon, -5, -2, 0, 3]])
  })

  it('of whole numbers have a mean with its fraction', () => {
    const ask = seriesOf('Asia/Shanghai', [
      [noon, 1],
      [noon + 1, 2],
    ])
    for (const resolution of ['minute', 'hour', 'day'] as const) {
      expect(ask(resolution, noon, noon + 2).points[0]?.[2]).toBe(1.5)
    }
  })
})
