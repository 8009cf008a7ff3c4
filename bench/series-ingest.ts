import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { Reading } from '../gateway/domain/observation.ts'
import { createObservationStore } from '../gateway/storage/observation-store.ts'
import { createSeriesFiles, type LoggedReading } from '../gateway/storage/series-files.ts'
import { monthSchema } from '../gateway/storage/series-month.ts'
import { createSeriesFileStore } from '../gateway/storage/series-store.ts'
import { createTownCalendar } from '../gateway/storage/town-calendar.ts'

/** What the time series cost the way in, and what of that are the roll-ups. */

const clock = { now: () => Date.now(), monotonic: () => performance.now() }
const timeZone = 'Asia/Shanghai'
const devices = 500
const batchRows = 1000
/** As many commits as a busy broker keeps waiting. */
const underWay = 8
/** As many as the follower takes in one step. */
const stepRows = 20_000

function rowOf(row: number, start: number): LoggedReading {
  const device = row % devices
  return [
    row + 1,
    device + 1,
    start + Math.floor(row / devices) * 60_000 + device,
    (row % 700) / 10,
  ]
}

function perSecond(rows: number, begun: number): number {
  return (rows * 1000) / (performance.now() - begun)
}

function* steps(rows: number, start: number): Generator<LoggedReading[]> {
  for (let first = 0; first < rows; first += stepRows) {
    const count = Math.min(stepRows, rows - first)
    yield Array.from({ length: count }, (_, i) => rowOf(first + i, start))
  }
}

/** Readings a second into the files with their roll-ups. */
export async function rateWithRollUps(directory: string, rows: number): Promise<number> {
  await mkdir(directory, { recursive: true })
  const files = createSeriesFiles(directory, createTownCalendar(timeZone))
  const begun = performance.now()
  for (const step of steps(rows, Date.now())) {
    const seq = step.at(-1)?.[0] ?? 0
    files.apply(step, seq)
    files.settle(seq)
  }
  files.flushAll()
  const rate = perSecond(rows, begun)
  files.close()
  return rate
}

/** The same readings into the same table of single readings, and nothing else. */
export async function rateWithoutRollUps(directory: string, rows: number): Promise<number> {
  await mkdir(directory, { recursive: true })
  const db = new Database(join(directory, 'plain.db'))
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.exec(monthSchema)
  const insert = db.prepare('INSERT OR IGNORE INTO raw (series, at, value) VALUES (?, ?, ?)')
  const apply = db.transaction((step: readonly LoggedReading[]) => {
    for (const [, series, at, value] of step) insert.run(series, at, value)
  })
  const begun = performance.now()
  for (const step of steps(rows, Date.now())) apply.immediate(step)
  const rate = perSecond(rows, begun)
  db.close()
  return rate
}

export interface FollowedIngest {
  /** Acknowledged readings a second. */
  perSecond: number
  /** Until the series had all of them too. */
  bothPerSecond: number
}

/** Readings into the log as fast as it takes them, alone or while the series follow. */
export async function measureLog(
  directory: string,
  { rows, follow }: { rows: number; follow: boolean },
): Promise<FollowedIngest> {
  await mkdir(directory, { recursive: true })
  const store = createObservationStore({ directory, clock })
  const series = createSeriesFileStore({ directory, timeZone, logged: store.loggedSeries, clock })
  await store.start()
  if (follow) await series.start()
  const start = Date.now()
  const begun = performance.now()
  let next = 0
  const append = async () => {
    while (next < rows) {
      const first = next
      next += batchRows
      await store.log.append(
        Array.from({ length: batchRows }, (_, i) => readingOf(first + i, start)),
      )
    }
  }
  await Promise.all(Array.from({ length: underWay }, append))
  const acknowledged = perSecond(next, begun)
  if (follow) {
    const name = { device: 'bench-1', property: 'pm25' as const }
    await series.query({ series: [name], from: start, to: start + 1, resolution: 'raw' })
    await series.stop()
  }
  const both = perSecond(next, begun)
  await store.stop()
  return { perSecond: acknowledged, bothPerSecond: both }
}

function readingOf(row: number, start: number): Reading {
  const [, device, observedAt, value] = rowOf(row, start)
  const times = { observedAt, receivedAt: observedAt }
  return { kind: 'reading', device: `bench-${device}`, property: 'pm25', value, ...times }
}
