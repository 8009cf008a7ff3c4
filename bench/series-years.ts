import type { Reading } from '../gateway/domain/observation.ts'
import type { Resolution } from '../gateway/domain/resolution.ts'
import type { SeriesBounds } from '../gateway/ports/series-store.ts'
import { createObservationStore } from '../gateway/storage/observation-store.ts'
import { createSeriesFiles, type LoggedReading } from '../gateway/storage/series-files.ts'
import { createSeriesFileStore } from '../gateway/storage/series-store.ts'
import { createTownCalendar } from '../gateway/storage/town-calendar.ts'
import { type CaseTiming, timed } from './timed.ts'

/**
 * A year and a month of a village's readings in files of the house: 200 series that speak at equal
 * distances, applied to the files by the code that applies the log. Then what screens ask for, and
 * how long it takes to let a month go.
 */

export interface YearsResult {
  rows: number
  writtenPerSecond: number
  bytesPerReading: number
  timings: CaseTiming[]
  /** A whole month deleted; and one of which hours and days stay. */
  dropMs: number
  compactMs: number
  /** Highest resident memory of this process, MB: one that reads and writes. */
  memoryMb: number
}

export const yearSeries = 200
const timeZone = 'Asia/Shanghai'
const dayMs = 86_400_000
const spanDays = 396
const applied = 20_000
const clock = { now: () => Date.now(), monotonic: () => performance.now() }

export interface Year {
  rows: number
  from: number
  to: number
}

/** seq, series, time, value: in the order of time, all series at each step. */
export function* yearOf({ rows, from, to }: Year): Generator<LoggedReading> {
  const value = createWandering()
  const steps = Math.ceil(rows / yearSeries)
  const stepMs = Math.floor((to - from) / steps)
  let seq = yearSeries
  for (let n = 0; n < steps; n++) {
    for (let series = 1; series <= yearSeries; series++) {
      seq += 1
      // Not all of them in the same millisecond.
      yield [seq, series, from + n * stepMs + series * 7, value(series)]
    }
  }
}

export function deviceOf(series: number): string {
  return `bench-${series}`
}

/** A value that wanders in tenths, as that of a sensor does. */
function createWandering(): (series: number) => number {
  const tenths = new Int32Array(yearSeries + 1).fill(300)
  let random = 1
  return (series) => {
    random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0
    const step = (random >>> 24) % 7
    const next = Math.min(900, Math.max(0, (tenths[series] ?? 0) + step - 3))
    tenths[series] = next
    return next / 10
  }
}

/** Allots the numbers 1 … 200, in this order, as the first reading of each does. */
async function listSeries(directory: string, at: number): Promise<void> {
  const store = createObservationStore({ directory, clock })
  await store.start()
  const first = Array.from({ length: yearSeries }, (_, i): Reading => {
    const times = { observedAt: at + i, receivedAt: at + i }
    return { kind: 'reading', device: deviceOf(i + 1), property: 'pm25', value: 30, ...times }
  })
  await store.log.append(first)
  await store.stop()
}

function fill(directory: string, year: Year): number {
  const files = createSeriesFiles(directory, createTownCalendar(timeZone))
  let batch: LoggedReading[] = []
  let seq = 0
  for (const reading of yearOf(year)) {
    batch.push(reading)
    seq = reading[0]
    if (batch.length < applied) continue
    files.apply(batch, seq)
    files.settle(seq)
    batch = []
  }
  files.apply(batch, seq)
  files.close()
  return seq - yearSeries
}

export async function measureYears(directory: string, rows: number): Promise<YearsResult> {
  const to = Date.now()
  const from = to - spanDays * dayMs
  await listSeries(directory, from)
  const begun = performance.now()
  const written = fill(directory, { rows, from, to })
  const writtenPerSecond = (written / (performance.now() - begun)) * 1000
  const memoryMb = process.resourceUsage().maxRSS / 1024

  const house = createObservationStore({ directory, clock })
  const store = createSeriesFileStore({ directory, timeZone, logged: house.loggedSeries, clock })
  await house.start()
  await store.start()
  const all = Array.from({ length: yearSeries }, (_, i) => i + 1)
  const ask = (series: readonly number[], days: number, resolution: Resolution) =>
    store.query({
      series: series.map((one) => ({ device: deviceOf(one), property: 'pm25' as const })),
      from: to - days * dayMs,
      to,
      resolution,
    })
  const one = (round: number) => [((round * 37) % yearSeries) + 1]
  const timings = [
    await timed('one series, 30 days by hours', (round) => ask(one(round), 30, 'hour')),
    await timed('a village of 200 series, 30 days by hours', () => ask(all, 30, 'hour')),
    await timed('one series, a year by days', (round) => ask(one(round), 365, 'day')),
    await timed('a village of 200 series, a year by days', () => ask(all, 365, 'day')),
    await timed('one series, a day of single readings', (round) => ask(one(round), 1, 'raw')),
    await timed('one series, a day by minutes', (round) => ask(one(round), 1, 'minute')),
  ]
  const months = (await store.sizes()) ?? []
  const bytes = months.reduce((sum, month) => sum + month.bytes, 0)
  const [compactMs, dropMs] = await letGo(store, months.length)
  await store.stop()
  await house.stop()
  return {
    rows: written,
    writtenPerSecond,
    bytesPerReading: bytes / written,
    timings,
    dropMs,
    compactMs,
    memoryMb,
  }
}

type Store = ReturnType<typeof createSeriesFileStore>

function bounds(raw: number, rolledUp: number): SeriesBounds {
  const one = { raw, rolledUp }
  return { air: one, weather: one, water: one, slope: one, device: one }
}

/** Of the two oldest months, one after the other: single readings go; then all of it. */
async function letGo(store: Store, months: number): Promise<[number, number]> {
  const sizes = (await store.sizes()) ?? []
  const oldest = sizes.at(-1)?.month ?? ''
  const after = Date.parse(`${sizes.at(-3)?.month ?? oldest}-02T00:00:00Z`)
  const step = async (asked: SeriesBounds) => {
    const begun = performance.now()
    for await (const _ of store.compact(asked)) return performance.now() - begun
    throw new Error(`nothing to let go of ${months} months`)
  }
  const dropMs = await step(bounds(after, after))
  const compactMs = await step(bounds(after, 0))
  return [compactMs, dropMs]
}
