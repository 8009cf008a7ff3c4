import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { InvalidError } from '../../../gateway/domain/errors.ts'
import { mostPoints } from '../../../gateway/domain/resolution.ts'
import { meanOf } from '../../../gateway/domain/significant.ts'
import type { SeriesPoint } from '../../../gateway/ports/series-store.ts'
import { createSeriesFiles, type LoggedReading } from '../../../gateway/storage/series-files.ts'
import { createSeriesQuery } from '../../../gateway/storage/series-query.ts'
import { createTownCalendar } from '../../../gateway/storage/town-calendar.ts'
import { oneOfFiles } from '../../support/one-series.ts'

const calendar = createTownCalendar('Asia/Shanghai')
const hour = 3_600_000
/** Midnight in the town between two months. */
const border = Date.parse('2026-02-28T16:00:00Z')

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lianxun-series-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

function recomputed(readings: LoggedReading[], series: number, start: (at: number) => number) {
  const buckets = new Map<number, number[]>()
  for (const [, of, at, value] of readings) {
    if (of !== series) continue
    buckets.set(start(at), [...(buckets.get(start(at)) ?? []), value])
  }
  return [...buckets]
    .toSorted(([a], [b]) => a - b)
    .map(([at, values]): SeriesPoint => {
      const sum = values.reduce((a, b) => a + b, 0)
      const [min, max, count] = [Math.min(...values), Math.max(...values), values.length]
      return [at, min, meanOf({ min, max, sum, count }), max, count]
    })
}

describe('series files', () => {
  test('roll-ups equal a recomputation from the readings, late ones and month borders included', async () => {
    const one = fc.tuple(
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: border - 50 * hour, max: border + 50 * hour }),
      fc.integer({ min: -50, max: 50 }),
    )
    const steps = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(fc.array(one, { maxLength: 60 }), steps, async (rows, sizes) => {
        const folder = await mkdtemp(join(directory, 'run-'))
        const files = createSeriesFiles(folder, calendar)
        const query = oneOfFiles(createSeriesQuery(files, calendar))
        const unique = new Map(
          rows.map(([series, at, value]) => [`${series} ${at}`, [series, at, value] as const]),
        )
        const readings = [...unique.values()].map(
          ([series, at, value], i): LoggedReading => [i + 1, series, at, value],
        )
        for (let from = 0, step = 0; from < readings.length; step++) {
          const size = sizes[step % sizes.length] ?? 1
          files.apply(readings.slice(from, from + size), from + size)
          // As after a crash: a stretch that a file has seen already is applied once more.
          files.apply(readings.slice(Math.max(0, from - 5), from + size), from + size)
          from += size
        }
        const [from, to] = [border - 100 * hour, border + 100 * hour]
        for (const series of [1, 2, 3]) {
          const ask = (resolution: 'hour' | 'day' | 'raw') =>
            query({ type: 'query', series, from, to, resolution, upTo: 0 }).points
          expect(ask('hour')).toEqual(
            recomputed(readings, series, (at) => calendar.at(at).hourStart),
          )
          expect(ask('day')).toEqual(recomputed(readings, series, (at) => calendar.at(at).dayStart))
          const raw = readings
            .filter(([, of]) => of === series)
            .map(([, , at, value]) => [at, value])
          expect(ask('raw')).toEqual(raw.toSorted(([a = 0], [b = 0]) => a - b))
        }
        files.close()
      }),
      { numRuns: 30 },
    )
  })

  test('a crash between two months’ files is made good, nothing counts twice', () => {
    const readings: LoggedReading[] = [
      [1, 1, border - 1, 2],
      [2, 1, border, 4],
    ]
    const before = createSeriesFiles(directory, calendar)
    before.apply(readings.slice(0, 1), 2)
    before.close()
    const after = createSeriesFiles(directory, calendar)
    expect(after.furthest()).toBe(2)
    after.apply(readings, 2)
    const query = oneOfFiles(createSeriesQuery(after, calendar))
    const { points } = query({
      type: 'query',
      series: 1,
      from: border - hour,
      to: border + hour,
      resolution: 'hour',
      upTo: 2,
    })
    expect(points).toEqual([
      [border - hour, 2, 2, 2, 1],
      [border, 4, 4, 4, 1],
    ])
    after.close()
  })

  test('a failure in a file leaves it as it was', () => {
    const files = createSeriesFiles(directory, calendar)
    files.apply([[1, 1, border, 2]], 1)
    const db = new Database(join(directory, 'series-2026-03.db'))
    db.exec(
      `CREATE TRIGGER full BEFORE INSERT ON raw BEGIN SELECT RAISE(ABORT, 'disk is full'); END`,
    )
    const more: LoggedReading[] = [[2, 1, border + 1, 6]]
    expect(() => files.apply(more, 2)).toThrow('disk is full')
    expect(db.prepare('SELECT count(*) FROM raw').pluck().get()).toBe(1)
    db.exec('DROP TRIGGER full')
    files.apply(more, 2)
    files.flushAll()
    expect(db.prepare('SELECT min, max, sum, count FROM day').raw().all()).toEqual([[2, 6, 8, 2]])
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    db.close()
    files.close()
  })

  test('reads and writes more months than it keeps open', () => {
    const files = createSeriesFiles(directory, calendar)
    const query = oneOfFiles(createSeriesQuery(files, calendar))
    const ats = Array.from({ length: 24 }, (_, i) => Date.UTC(2024, i, 15))
    files.apply(
      ats.map((at, i) => [i + 1, 1, at, i]),
      24,
    )
    const span = { from: Date.UTC(2024, 0, 1), to: Date.UTC(2026, 0, 1) }
    const answer = query({ type: 'query', series: 1, ...span, resolution: 'raw', upTo: 24 })
    expect(answer.points).toEqual(ats.map((at, i) => [at, i]))
    const ever = { from: -9e15, to: 9e15 }
    const days = query({ type: 'query', series: 1, ...ever, resolution: 'day', upTo: 24 })
    expect(days.points).toHaveLength(24)
    const before = query({
      type: 'query',
      series: 1,
      from: -9e15,
      to: -8e15,
      resolution: 'day',
      upTo: 24,
    })
    expect(before.points).toEqual([])
    files.close()
  })

  test('asking for months without a file makes none', async () => {
    const files = createSeriesFiles(directory, calendar)
    expect(files.between('2020-01', '2030-01')).toEqual([])
    expect(files.furthest()).toBe(0)
    expect(await readdir(directory)).toEqual([])
  })

  test('more points than anybody can look at are refused with what to do', () => {
    const files = createSeriesFiles(directory, calendar)
    const readings = Array.from(
      { length: mostPoints + 1 },
      (_, i): LoggedReading => [i + 1, 1, border + i, i],
    )
    files.apply(readings, readings.length)
    const query = oneOfFiles(createSeriesQuery(files, calendar))
    const ask = (resolution: 'raw' | 'auto') =>
      query({ type: 'query', series: 1, from: border, to: border + hour, resolution, upTo: 0 })
    expect(() => ask('raw')).toThrow(InvalidError)
    expect(() => ask('raw')).toThrow('coarser resolution')
    expect(ask('auto').points).toHaveLength(9)
    files.close()
  })
})
