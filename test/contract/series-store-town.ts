import { expect } from 'vitest'
import type { Reading } from '../../gateway/domain/observation.ts'
import type { Resolution } from '../../gateway/domain/resolution.ts'
import type { ObservationLog } from '../../gateway/ports/observation-store.ts'
import type {
  RolledUp,
  SeriesPart,
  SeriesPoint,
  SeriesReading,
  SeriesStore,
} from '../../gateway/ports/series-store.ts'

/** What the contract of time series does with a store and its log, and asks of them. */

export interface SeriesStoreUnderTest {
  log: ObservationLog
  /** Started. */
  series: SeriesStore
  stop(): Promise<void>
}

/** A new, empty one for a town in that zone. Each test has devices of its own. */
export type OpenSeriesStore = (timeZone: string) => Promise<SeriesStoreUnderTest>

export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour
export const noon = Date.parse('2026-05-20T12:00:00+08:00')

let devices = 0
export const newDevice = () => `device-${++devices}`

export function pm25(device: string, at: number, value: number): SeriesReading {
  return { device, property: 'pm25', at, value }
}

function logged({ device, property, at, value }: SeriesReading): Reading {
  return { kind: 'reading', device, property, value, observedAt: at, receivedAt: at + 5 }
}

export const readings = (...all: SeriesReading[]): SeriesPart => ({
  kind: 'readings',
  readings: all,
})
export const rolledUp = (...buckets: RolledUp[]): SeriesPart => ({ kind: 'rolledUp', buckets })

export async function append({ log }: SeriesStoreUnderTest, all: readonly SeriesReading[]) {
  await log.append(all.map(logged))
}

export async function ask(
  { series }: SeriesStoreUnderTest,
  device: string,
  asked: [resolution: Resolution | 'auto', from: number, to: number],
): Promise<{ resolution: Resolution; points: SeriesPoint[] }> {
  const [resolution, from, to] = asked
  const named = [{ device, property: 'pm25' as const }]
  const answer = await series.query({ series: named, from, to, resolution })
  expect(answer.points).toHaveLength(1)
  return { resolution: answer.resolution, points: answer.points[0] as SeriesPoint[] }
}

export async function readAll(
  { series }: SeriesStoreUnderTest,
  device: string,
  [from, to]: [number, number],
): Promise<SeriesPart[]> {
  const parts: SeriesPart[] = []
  for await (const part of series.read({ device, property: 'pm25' }, from, to)) parts.push(part)
  return parts
}

export const readingsOf = (parts: readonly SeriesPart[]) =>
  parts.flatMap((part) => (part.kind === 'readings' ? part.readings : []))
export const bucketsOf = (parts: readonly SeriesPart[]) =>
  parts.flatMap((part) => (part.kind === 'rolledUp' ? part.buckets : []))

export type Town = () => SeriesStoreUnderTest
