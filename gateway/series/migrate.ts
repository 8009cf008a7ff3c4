import { UnavailableError } from '../domain/errors.ts'
import type { SeriesName, SeriesPart, SeriesStore } from '../ports/series-store.ts'

/**
 * Carries what one store keeps into another, month by month and in each series by series. What is
 * done is noted with how many readings it was, so that a run that broke off goes on where it was,
 * and a later one takes only what has come since. Nothing is removed anywhere; what is written twice
 * stands once.
 */

type Source = Pick<SeriesStore, 'query' | 'extents' | 'read'>
type Target = Pick<SeriesStore, 'query' | 'write'>

export interface MigrationNotes {
  /** How many readings of that month were carried; undefined: none yet. */
  readings(series: SeriesName, month: string): number | undefined
  /** On the disk when it resolves. */
  note(series: SeriesName, month: string, readings: number): Promise<void>
}

export interface Month {
  /** `2026-11` */
  name: string
  from: number
  to: number
}

export interface MigrationParts {
  source: Source
  target: Target
  notes: MigrationNotes
  /** The months between two times, in the town's zone, the first and last cut to them. */
  monthsBetween: (from: number, to: number) => Month[]
  /** Called often; `done` 0…1. */
  progress: (done: number, text: string) => void
  wait: (ms: number) => Promise<void>
}

interface Difference extends SeriesName {
  month: string
  source: number
  target: number
}

export interface Migrated {
  series: number
  readings: number
  /** Of these, carried by this run. */
  carried: number
  /** Months of a series that could not be carried, with why. */
  left: { series: SeriesName; month: string; why: string }[]
  /** Where the target has fewer. */
  lacking: Difference[]
  /** Months of a series where it has more, for it had some of its own. */
  more: number
}

/** As many series are counted in one question: 31 days of each. */
const countedTogether = 100
/** How long a store may be away in the middle. */
const waitsMs = [500, 1000, 2000, 5000, 10_000, 30_000, 60_000]

export async function migrateSeries(
  parts: MigrationParts,
  span: { from: number; to: number },
): Promise<Migrated> {
  const steps = createSteps(parts)
  const extents = (await steps.extents()).filter(
    ({ first, last }) => first < span.to && last >= span.from,
  )
  const result = noneYet(extents.length)
  if (extents.length === 0) return result
  const first = Math.max(span.from, Math.min(...extents.map((one) => one.first)))
  const last = Math.min(span.to, Math.max(...extents.map((one) => one.last)) + 1)
  const months = parts.monthsBetween(first, last)
  for (const [index, month] of months.entries()) {
    const series = extents
      .filter((one) => one.first < month.to && one.last >= month.from)
      .map(({ device, property }): SeriesName => ({ device, property }))
    const counts = await steps.counted(parts.source, series, month)
    for (const [i, one] of series.entries()) {
      const done = (index + i / series.length) / months.length
      parts.progress(done, `${month.name}, ${one.device}`)
      await steps.carry(one, { month, readings: counts[i] ?? 0, result })
    }
    const there = await steps.counted(parts.target, series, month)
    for (const [i, one] of series.entries()) {
      const both = { ...one, month: month.name, source: counts[i] ?? 0, target: there[i] ?? 0 }
      compare(both, result)
      if (both.target < both.source) await steps.doubt(both)
    }
  }
  parts.progress(1, '')
  return result
}

function noneYet(series: number): Migrated {
  return { series, readings: 0, carried: 0, left: [], lacking: [], more: 0 }
}

function compare(both: Difference, result: Migrated): void {
  result.readings += both.source
  if (both.target > both.source) result.more += 1
  if (both.target < both.source) result.lacking.push(both)
}

interface Carrying {
  month: Month
  readings: number
  result: Migrated
}

function createSteps({ source, target, notes, wait }: MigrationParts) {
  async function patiently<T>(work: () => Promise<T>): Promise<T> {
    for (const ms of waitsMs) {
      try {
        return await work()
      } catch (error) {
        if (!(error instanceof UnavailableError)) throw error
        await wait(Math.max(ms, 1000 * (error.retryAfterS ?? 0)))
      }
    }
    return await work()
  }

  async function copy(series: SeriesName, month: Month): Promise<void> {
    let after = month.from
    await patiently(async () => {
      // Again from the part that came last.
      for await (const part of source.read(series, after, month.to)) {
        await target.write(part)
        after = startOf(part) ?? after
      }
    })
  }

  return {
    extents: () => patiently(() => source.extents()),
    /** Readings of one month, series by series; those that were rolled up too. */
    async counted(store: Pick<SeriesStore, 'query'>, series: readonly SeriesName[], month: Month) {
      const counts: number[] = []
      for (let i = 0; i < series.length; i += countedTogether) {
        const some = series.slice(i, i + countedTogether)
        const { points } = await patiently(() =>
          store.query({ series: some, from: month.from, to: month.to, resolution: 'day' }),
        )
        for (const days of points) counts.push(days.reduce((sum, day) => sum + (day[4] ?? 0), 0))
      }
      return counts
    },
    /** The next run carries it anew. */
    async doubt({ device, property, month, target: there }: Difference): Promise<void> {
      if (notes.readings({ device, property }, month) !== undefined) {
        await notes.note({ device, property }, month, there)
      }
    },
    async carry(series: SeriesName, { month, readings, result }: Carrying): Promise<void> {
      if (readings === 0 || notes.readings(series, month.name) === readings) return
      try {
        await copy(series, month)
        await notes.note(series, month.name, readings)
        result.carried += readings
      } catch (error) {
        if (error instanceof UnavailableError) throw error
        const why = error instanceof Error ? error.message : String(error)
        result.left.push({ series, month: month.name, why })
      }
    },
  }
}

function startOf(part: SeriesPart): number | undefined {
  return part.kind === 'readings' ? part.readings[0]?.at : part.buckets[0]?.at
}
