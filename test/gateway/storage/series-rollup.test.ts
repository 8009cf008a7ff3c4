import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { StoreError } from '../../../gateway/domain/errors.ts'
import { meanOf } from '../../../gateway/domain/significant.ts'
import type { SeriesPoint } from '../../../gateway/ports/series-store.ts'
import {
  createSeriesFiles,
  type LoggedReading,
  type SeriesFiles,
} from '../../../gateway/storage/series-files.ts'
import {
  eachHour,
  type HourBucket,
  hourNumbers,
  packHours,
  unpackHours,
} from '../../../gateway/storage/series-hours.ts'
import { createSeriesQuery } from '../../../gateway/storage/series-query.ts'
import { createTownCalendar } from '../../../gateway/storage/town-calendar.ts'
import { oneOfFiles } from '../../support/one-series.ts'

/** Hours and days are gathered in memory and written now and then: nobody can see that. */

const calendar = createTownCalendar('Asia/Shanghai')
const hour = 3_600_000
const day = 24 * hour
const border = Date.parse('2026-02-28T16:00:00Z')
const span = { from: border - 40 * day, to: border + 40 * day }

let directory: string
let opened: SeriesFiles[] = []
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lianxun-rollup-'))
})
afterEach(async () => {
  for (const files of opened) files.close()
  opened = []
  await rm(directory, { recursive: true, force: true })
})

function open(folder = directory): SeriesFiles {
  const files = createSeriesFiles(folder, calendar)
  opened.push(files)
  return files
}

function points(files: SeriesFiles, resolution: 'raw' | 'hour' | 'day', series = 1) {
  const ask = oneOfFiles(createSeriesQuery(files, calendar))
  return ask({ type: 'query', series, ...span, resolution, upTo: 0 }).points
}

/** Of what the raw table holds. */
function recomputed(raw: readonly SeriesPoint[], start: (at: number) => number): SeriesPoint[] {
  const buckets = Map.groupBy(raw, ([at]) => start(at))
  return [...buckets].map(([at, all]) => {
    const values = all.map(([, value]) => value)
    const [min, max] = [Math.min(...values), Math.max(...values)]
    const sum = values.reduce((a, b) => a + b, 0)
    return [at, min, meanOf({ min, max, sum, count: values.length }), max, values.length]
  })
}

function expectRolledUp(files: SeriesFiles, series: number): void {
  const raw = points(files, 'raw', series)
  const starts = (of: 'hourStart' | 'dayStart') => (at: number) => calendar.at(at)[of]
  expect(points(files, 'hour', series)).toEqual(recomputed(raw, starts('hourStart')))
  expect(points(files, 'day', series)).toEqual(recomputed(raw, starts('dayStart')))
}

function inFile<R>(month: string, look: (db: Database.Database) => R): R {
  const db = new Database(join(directory, `series-${month}.db`))
  try {
    return look(db)
  } finally {
    db.close()
  }
}

const hoursIn = (month: string) =>
  inFile(month, (db) => db.prepare('SELECT count(*) FROM hours').pluck().get())

describe('hours in one row', () => {
  const bucket = fc.record({
    quarter: fc.integer({ min: 0, max: 99 }),
    min: fc.double({ noNaN: true }),
    max: fc.double({ noNaN: true }),
    sum: fc.double({ noNaN: true }),
    count: fc.integer({ min: 1, max: 3_600_000 }),
    carried: fc.boolean(),
  })

  test('come out as they went in, also several rows one behind the other', () => {
    fc.assert(
      fc.property(
        fc.array(bucket),
        fc.array(bucket),
        fc.nat({ max: 80_000 }),
        (a, b, dayNumber) => {
          const hoursOf = (all: typeof a): HourBucket[] =>
            all.map(({ quarter, ...rest }) => ({
              at: dayNumber * day + quarter * 900_000,
              ...rest,
            }))
          const [first, second] = [hoursOf(a), hoursOf(b)]
          expect(unpackHours(packHours(first))).toEqual(first)
          const both: HourBucket[] = []
          const rows = Buffer.concat([packHours(first), packHours(second)])
          // As it lies in a larger buffer, at an odd place.
          const odd = Buffer.concat([Buffer.from('x'), rows]).subarray(1)
          for (const blob of [rows, odd]) {
            both.length = 0
            eachHour(hourNumbers(blob), (one) => both.push({ ...one }))
            expect(both).toEqual([...first, ...second])
          }
        },
      ),
    )
  })
})

describe('what is gathered in memory', () => {
  test('is in every answer, and in the file when it is closed', () => {
    const files = open()
    files.apply(
      [
        [1, 1, border - 1, 2],
        [2, 1, border, 4],
        [3, 1, border + day, 5],
      ],
      3,
    )
    expect([hoursIn('2026-02'), hoursIn('2026-03')]).toEqual([0, 0])
    expectRolledUp(files, 1)
    files.flush('2026-03')
    expect([hoursIn('2026-02'), hoursIn('2026-03')]).toEqual([0, 2])
    files.apply([[4, 1, border + 1, 9]], 4)
    expectRolledUp(files, 1)
    files.close()
    expect([hoursIn('2026-02'), hoursIn('2026-03')]).toEqual([1, 2])
    expectRolledUp(open(), 1)
  })

  test('keeps its place in the log until it is written', () => {
    const files = open()
    files.apply([[5, 1, border, 4]], 7)
    files.apply([[9, 1, border - 1, 4]], 20)
    expect(files.kept(20)).toBe(4)
    files.settle(20)
    expect(files.kept(20)).toBe(4)
    files.settle(200_005)
    expect(files.kept(20)).toBe(8)
    expect([hoursIn('2026-02'), hoursIn('2026-03')]).toEqual([0, 1])
    files.flushAll()
    expect(files.kept(20)).toBe(20)
  })

  test('is right after a step that failed', () => {
    const files = open()
    files.apply([[1, 1, border, 2]], 1)
    inFile('2026-03', (db) => {
      db.exec(`CREATE TRIGGER full BEFORE INSERT ON raw WHEN NEW.value = 13 BEGIN
        SELECT RAISE(ABORT, 'disk is full'); END`)
    })
    const more: LoggedReading[] = [
      [2, 1, border + 1, 6],
      [3, 1, border + hour, 7],
      [4, 2, border, 13],
    ]
    expect(() => files.apply(more, 4)).toThrow('disk is full')
    expect(() =>
      files.write([
        [1, border + 2, 5],
        [3, border, 13],
      ]),
    ).toThrow('disk is full')
    expect(points(files, 'hour')).toEqual([[border, 2, 2, 2, 1]])
    inFile('2026-03', (db) => void db.exec('DROP TRIGGER full'))
    files.apply(more, 4)
    expectRolledUp(files, 1)
    expect(points(files, 'raw')).toHaveLength(3)
    files.flushAll()
    expectRolledUp(files, 1)
  })

  test('whatever is applied, corrected, written and lost in a crash: roll-ups are those of the readings', async () => {
    const reading = fc.tuple(
      fc.integer({ min: 1, max: 2 }),
      fc.integer({ min: -30, max: 30 }).map((n) => border + n * 40 * 60_000),
      fc.integer({ min: -50, max: 50 }).map((n) => n / 10),
    )
    const step = fc.record({
      rows: fc.array(reading, { minLength: 1, maxLength: 8 }),
      after: fc.constantFrom('nothing', 'flush', 'crash', 'look'),
      way: fc.constantFrom('log', 'log', 'write'),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        const folder = await mkdtemp(join(directory, 'run-'))
        let files = createSeriesFiles(folder, calendar)
        const log: LoggedReading[] = []
        const crashed: SeriesFiles[] = []
        for (const { rows, after, way } of steps) {
          if (way === 'write') files.write(rows)
          else {
            const fresh = rows.map(
              ([series, at, value], n): LoggedReading => [log.length + n + 1, series, at, value],
            )
            log.push(...fresh)
            files.apply(fresh, log.length)
          }
          if (after === 'flush') files.flushAll()
          if (after === 'look') for (const series of [1, 2]) expectRolledUp(files, series)
          if (after === 'crash') {
            // What it holds in memory nobody sees any more.
            crashed.push(files)
            files = createSeriesFiles(folder, calendar)
            files.recover((seq, upTo) =>
              log.flatMap(([of, series, at]) => (of > seq && of <= upTo ? [[series, at]] : [])),
            )
            expect(files.kept(log.length)).toBe(log.length)
          }
        }
        for (const series of [1, 2]) expectRolledUp(files, series)
        for (const before of crashed)
          for (const name of before.between('0', '9')) before.month(name).db.close()
        files.close()
      }),
      { numRuns: 25 },
    )
  })
})

describe('a file of an earlier version', () => {
  const old = `
CREATE TABLE raw (series INTEGER, at INTEGER, value REAL NOT NULL, PRIMARY KEY (series, at)) WITHOUT ROWID;
CREATE TABLE hour (series INTEGER, at INTEGER, min REAL NOT NULL, max REAL NOT NULL,
  sum REAL NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (series, at)) WITHOUT ROWID;
CREATE TABLE day (series INTEGER, at INTEGER, min REAL NOT NULL, max REAL NOT NULL,
  sum REAL NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (series, at)) WITHOUT ROWID;
CREATE TABLE followed (only INTEGER PRIMARY KEY CHECK (only = 1), seq INTEGER NOT NULL);
INSERT INTO followed VALUES (1, 77);
INSERT INTO hour VALUES (1, ${border}, 1, 3, 4, 2), (1, ${border + hour}, 5, 5, 5, 1),
  (1, ${border + day}, 2, 2, 2, 1), (2, ${border}, 8, 8, 8, 1);
INSERT INTO day VALUES (1, ${border}, 1, 5, 9, 3), (1, ${border + day}, 2, 2, 2, 1), (2, ${border}, 8, 8, 8, 1);
`

  test.each([1, 2])('(%i) is brought to this one with all that it holds', (version) => {
    inFile('2026-03', (db) => {
      db.exec(old)
      if (version === 1) {
        db.exec(`INSERT INTO raw VALUES (1, ${border}, 1), (1, ${border + 1}, 3),
          (1, ${border + hour}, 5), (1, ${border + day}, 2), (2, ${border}, 8)`)
      }
      db.pragma(`user_version = ${version}`)
    })
    const files = open()
    expect(files.furthest()).toBe(77)
    expect(points(files, 'hour')).toEqual([
      [border, 1, 2, 3, 2],
      [border + hour, 5, 5, 5, 1],
      [border + day, 2, 2, 2, 1],
    ])
    expect(points(files, 'day')).toEqual([
      [border, 1, 3, 5, 3],
      [border + day, 2, 2, 2, 1],
    ])
    files.apply([[78, 1, border + 2, 2]], 78)
    expect(points(files, 'hour', 2)).toEqual([[border, 8, 8, 8, 1]])
    // What was compacted stays as it is.
    expect(points(files, 'hour')[0]).toEqual([border, 1, 2, 3, version === 1 ? 3 : 2])
  })

  test('a later one is refused with what to do', () => {
    inFile('2026-03', (db) => db.pragma('user_version = 99'))
    expect(() => open().furthest()).toThrow(StoreError)
    expect(() => open().furthest()).toThrow(/newer version.*restore a backup/)
  })
})
