import { InvalidError } from '../../domain/errors.ts'
import type { ObservedProperty } from '../../domain/observation.ts'
import {
  chooseResolution,
  mostPoints,
  type Resolution,
  rolledResolution,
  tooManyPoints,
} from '../../domain/resolution.ts'
import { meanOf } from '../../domain/significant.ts'
import type {
  SeriesAnswer,
  SeriesName,
  SeriesPoint,
  SeriesQuery,
} from '../../ports/series-store.ts'
import type { Ask, Cell } from './ask.ts'
import { bucketStart, type Stretch, stretchesOf, type Zone } from './buckets.ts'
import { fewAtOnce } from './few-at-once.ts'
import { identifier, isOneOf, type Span, within } from './influxql.ts'
import { readingMeasurement, rolledMeasurement } from './lines.ts'

/**
 * Charts from InfluxQL. A statement asks for one property of many devices; hours and days whose
 * single readings are gone lie in measurements of their own and come in where there are no single
 * ones.
 */

/** 2100-01-01: beyond it, and before 1970, there is nothing to look for. */
const latestMs = 4_102_444_800_000
/** Names in one statement; more make it long. */
const devicesPerStatement = 100
export const statementsAtOnce = 4

/** start, min, sum, max, count */
type Bucket = [number, number, number, number, number]

function keyOf({ device, property }: { device: string; property: string }): string {
  return `${property} ${device}`
}

/** Devices of one property, as many as go into a statement. */
interface Group {
  property: ObservedProperty
  devices: string[]
}

function groupsOf(series: readonly SeriesName[]): Group[] {
  const groups: Group[] = []
  for (const [property, names] of Map.groupBy(series, (name) => name.property)) {
    const devices = [...new Set(names.map(({ device }) => device))]
    for (let i = 0; i < devices.length; i += devicesPerStatement) {
      groups.push({ property, devices: devices.slice(i, i + devicesPerStatement) })
    }
  }
  return groups
}

export function createInfluxQuery(ask: Ask, zone: Zone) {
  /** Rows of many statements, by series; they come in order of time. */
  async function gather<T>(
    statements: readonly { text: string; property: string | null }[],
    toPoint: (cells: Cell[]) => T | null,
  ): Promise<Map<string, T[]>> {
    const found = new Map<string, T[]>()
    let count = 0
    await fewAtOnce(statements, statementsAtOnce, async ({ text, property }) => {
      for (const { tags, values } of await ask(text)) {
        const key = keyOf({ device: tags.device ?? '', property: property ?? tags.property ?? '' })
        const points = values.map(toPoint).filter((point) => point !== null)
        count += points.length
        if (count > mostPoints) throw tooManyPoints()
        const known = found.get(key)
        if (!known) found.set(key, points)
        else for (const point of points) known.push(point)
      }
    })
    return found
  }

  async function singles(
    groups: readonly Group[],
    span: Span,
  ): Promise<Map<string, SeriesPoint[]>> {
    const statements = groups.map(({ property, devices }) => ({
      property,
      text: `SELECT ${identifier(property)} FROM ${identifier(readingMeasurement)} WHERE ${isOneOf('device', devices)} AND ${within(span)} GROUP BY "device" LIMIT ${mostPoints + 1}`,
    }))
    return await gather(statements, ([at, value]): SeriesPoint | null =>
      typeof value === 'number' ? [at as number, value] : null,
    )
  }

  async function ofSingles(groups: readonly Group[], stretches: readonly Stretch[]) {
    const statements = stretches.flatMap((stretch) =>
      groups.map(({ property, devices }) => ({
        property,
        text: `SELECT ${rolledUp(property)} FROM ${identifier(readingMeasurement)} WHERE ${isOneOf('device', devices)} AND ${within(stretch)} GROUP BY time(${stretch.everyMs}ms, ${stretch.offsetMs}ms), "device" fill(none)`,
      })),
    )
    return await gather(statements, toBucket)
  }

  async function ofRolledUp(groups: readonly Group[], span: Span, resolution: 'hour' | 'day') {
    const statements = groups.map(({ property, devices }) => ({
      property,
      text: `SELECT "min", "sum", "max", "count" FROM ${identifier(rolledMeasurement(resolution))} WHERE ${isOneOf('device', devices)} AND ${isOneOf('property', [property])} AND ${within(span)} GROUP BY "device", "property"`,
    }))
    return await gather(statements, toBucket)
  }

  async function buckets(
    groups: readonly Group[],
    span: Span,
    resolution: 'minute' | 'hour' | 'day',
  ): Promise<Map<string, SeriesPoint[]>> {
    const [single, rolled] = await Promise.all([
      ofSingles(groups, stretchesOf(span, resolution, zone)),
      resolution === 'minute' ? new Map<string, Bucket[]>() : ofRolledUp(groups, span, resolution),
    ])
    const keys = new Set([...single.keys(), ...rolled.keys()])
    return new Map(
      [...keys].map((key) => [key, merged(single.get(key) ?? [], rolled.get(key) ?? [])]),
    )
  }

  async function choose(groups: readonly Group[], { from, to }: Span): Promise<Resolution> {
    const rolled = rolledResolution(to - from)
    const start = bucketStart(from, rolled, zone.calendar)
    const end = stretchesOf({ from: start, to }, rolled, zone).at(-1)?.to ?? to
    const span = { from: start, to: end }
    const [single, gone] = await Promise.all([
      gather(countStatements(groups, span), ([, count]) => Number(count)),
      gather(goneStatements(groups, span, rolled), ([, count]) => Number(count)),
    ])
    const keys = [...new Set([...single.keys(), ...gone.keys()])]
    return chooseResolution({
      readings: Math.max(0, ...keys.map((key) => sumOf(single, key) + sumOf(gone, key))),
      compacted: keys.some((key) => sumOf(gone, key) > 0),
      span: to - from,
    })
  }

  return async ({ series, ...asked }: SeriesQuery): Promise<SeriesAnswer> => {
    if (!(Number.isFinite(asked.from) && Number.isFinite(asked.to) && asked.from < asked.to)) {
      throw new InvalidError('from must lie before to; both are epoch milliseconds.')
    }
    const groups = groupsOf(series)
    const to = Math.min(Math.max(Math.ceil(asked.to), 1), latestMs + 1)
    const from = Math.min(Math.max(Math.ceil(asked.from), 0), latestMs)
    const resolution =
      asked.resolution === 'auto' ? await choose(groups, { from, to }) : asked.resolution
    const span = { from: bucketStart(from, resolution, zone.calendar), to }
    const found =
      resolution === 'raw' ? await singles(groups, span) : await buckets(groups, span, resolution)
    const points = series.map((name) => found.get(keyOf(name)) ?? [])
    // One that is asked for twice is answered twice.
    if (points.reduce((sum, some) => sum + some.length, 0) > mostPoints) throw tooManyPoints()
    return { resolution, points }
  }
}

function sumOf(found: ReadonlyMap<string, number[]>, key: string): number {
  return (found.get(key) ?? []).reduce((sum, count) => sum + count, 0)
}

function rolledUp(property: string): string {
  const field = identifier(property)
  return ['min', 'sum', 'max', 'count'].map((name) => `${name}(${field}) AS "${name}"`).join(', ')
}

function countStatements(groups: readonly Group[], span: Span) {
  return groups.map(({ property, devices }) => ({
    property,
    text: `SELECT count(${identifier(property)}) FROM ${identifier(readingMeasurement)} WHERE ${isOneOf('device', devices)} AND ${within(span)} GROUP BY "device"`,
  }))
}

function goneStatements(groups: readonly Group[], span: Span, resolution: 'hour' | 'day') {
  return groups.map(({ property, devices }) => ({
    property,
    text: `SELECT sum("count") FROM ${identifier(rolledMeasurement(resolution))} WHERE ${isOneOf('device', devices)} AND ${isOneOf('property', [property])} AND ${within(span)} GROUP BY "device", "property"`,
  }))
}

function toBucket([at, min, sum, max, count]: Cell[]): Bucket | null {
  return typeof min === 'number' ? ([at, min, sum, max, count] as Bucket) : null
}

/** Where both have a bucket, that of the single readings stands. */
function merged(single: readonly Bucket[], rolled: readonly Bucket[]): SeriesPoint[] {
  const starts = new Set(single.map(([at]) => at))
  const all = [...single, ...rolled.filter(([at]) => !starts.has(at))]
  return all
    .toSorted(([a], [b]) => a - b)
    .map(([at, min, sum, max, count]) => [at, min, meanOf({ min, max, sum, count }), max, count])
}
