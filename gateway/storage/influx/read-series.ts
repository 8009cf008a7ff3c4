import type { RolledUp, SeriesName, SeriesPart, SeriesReading } from '../../ports/series-store.ts'
import type { Ask, Cell } from './ask.ts'
import { identifier, isOneOf, isSeries, within } from './influxql.ts'
import { readingMeasurement, rolledMeasurement } from './lines.ts'

/** Goes through all that is kept of one series, page by page, oldest first. */

const pageRows = 5000
/** Beyond it there is nothing to look for. */
const latestMs = 4_102_444_800_000

interface Pages<T> {
  /** What comes next, [] at the end; the same until some of it is taken. */
  peek(): Promise<readonly T[]>
  take(count: number): void
}

function createPages<T extends { at: number }>(
  from: number,
  page: (from: number) => Promise<T[]>,
): Pages<T> {
  let next: number | null = from
  let rows: T[] = []
  return {
    async peek() {
      if (rows.length === 0 && next !== null) {
        rows = await page(next)
        const last = rows.at(-1)
        next = last && rows.length >= pageRows ? last.at + 1 : null
      }
      return rows
    },
    take(count) {
      rows = rows.slice(count)
    },
  }
}

export function createReadSeries(ask: Ask) {
  function readings(series: SeriesName, from: number, to: number): Pages<SeriesReading> {
    const { device, property } = series
    return createPages(from, async (start) => {
      const rows = await ask(
        `SELECT ${identifier(property)} FROM ${identifier(readingMeasurement)} WHERE ${isOneOf('device', [device])} AND ${within({ from: start, to })} LIMIT ${pageRows}`,
      )
      return cellsOf(rows).map(([at, value]) => ({
        ...series,
        at: Number(at),
        value: Number(value),
      }))
    })
  }

  function rolledUp(
    series: SeriesName,
    resolution: RolledUp['resolution'],
    { from, to }: { from: number; to: number },
  ): Pages<RolledUp> {
    return createPages(from, async (start) => {
      const rows = await ask(
        `SELECT "min", "max", "sum", "count" FROM ${identifier(rolledMeasurement(resolution))} WHERE ${isSeries(series)} AND ${within({ from: start, to })} LIMIT ${pageRows}`,
      )
      return cellsOf(rows).map(([at, min, max, sum, count]) => ({
        ...series,
        resolution,
        ...({ at, min, max, sum, count } as Pick<RolledUp, 'at' | 'min' | 'max' | 'sum' | 'count'>),
      }))
    })
  }

  return async function* read(
    { device, property }: SeriesName,
    from: number,
    to: number,
  ): AsyncIterable<SeriesPart> {
    const series = { device, property }
    const span = { from: Math.max(0, Math.ceil(from)), to: Math.min(Math.ceil(to), latestMs) }
    const single = readings(series, span.from, span.to)
    const hours = rolledUp(series, 'hour', span)
    const days = rolledUp(series, 'day', span)
    let buckets: RolledUp[] = []
    for (;;) {
      const pages = [await days.peek(), await hours.peek(), await single.peek()] as const
      const heads = pages.map((rows) => rows[0]?.at ?? Number.POSITIVE_INFINITY)
      const first = heads.indexOf(Math.min(...heads))
      const rows = pages[first] ?? []
      const others = Math.min(...heads.filter((_, index) => index !== first))
      const count = rows.findLastIndex(({ at }) => at <= others) + 1
      ;[days, hours, single][first]?.take(count)
      const isRolledUp = count > 0 && first < 2
      // A day and its hours take turns: they go together.
      if (isRolledUp) buckets.push(...(rows.slice(0, count) as RolledUp[]))
      if (buckets.length > 0 && !(isRolledUp && buckets.length < pageRows)) {
        yield { kind: 'rolledUp', buckets }
        buckets = []
      }
      if (count === 0) return
      if (first === 2) yield { kind: 'readings', readings: rows.slice(0, count) as SeriesReading[] }
    }
  }
}

function cellsOf(rows: readonly { values: Cell[][] }[]): Cell[][] {
  return rows.flatMap(({ values }) => values).filter((cells) => typeof cells[1] === 'number')
}
