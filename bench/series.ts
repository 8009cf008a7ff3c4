import type { Reading } from '../gateway/domain/observation.ts'
import { createObservationStore } from '../gateway/storage/observation-store.ts'
import { createSeriesFileStore } from '../gateway/storage/series-store.ts'

/**
 * Charts on a store of many readings: `seriesCount` series of 30 days each, written through the
 * log like any other reading, then asked for at the store.
 */
export interface SeriesResult {
  rows: number
  writtenPerSecond: number
  /** 95th percentile of one series' 30 days. */
  oneP95Ms: number
  /** 200 series in one request, as a village's page asks for them. */
  villageMs: number
}

const seriesCount = 200
const days = 30
const dayMs = 86_400_000
const chunk = 4000
const asked = 200

function* readings(rows: number, start: number): Generator<Reading[]> {
  const perSeries = Math.floor(rows / seriesCount)
  const stepMs = Math.floor((days * dayMs) / perSeries)
  let batch: Reading[] = []
  for (let n = 0; n < perSeries; n++) {
    for (let series = 0; series < seriesCount; series++) {
      const observedAt = start + n * stepMs + series
      const value = 30 + ((n * 7 + series) % 50)
      const device = `bench-${series}`
      batch.push({
        kind: 'reading',
        device,
        property: 'pm25',
        value,
        observedAt,
        receivedAt: observedAt,
      })
      if (batch.length < chunk) continue
      yield batch
      batch = []
    }
  }
  if (batch.length > 0) yield batch
}

export async function measureSeries(directory: string, rows: number): Promise<SeriesResult> {
  const clock = { now: () => Date.now(), monotonic: () => performance.now() }
  const store = createObservationStore({ directory, clock })
  const logged = store.loggedSeries
  const series = createSeriesFileStore({ directory, timeZone: 'Asia/Shanghai', clock, logged })
  await store.start()
  await series.start()
  const to = Date.now()
  const from = to - days * dayMs
  const ask = (...numbers: number[]) =>
    series.query({
      series: numbers.map((number) => ({ device: `bench-${number}`, property: 'pm25' })),
      from,
      to,
      resolution: 'hour',
    })
  const begun = performance.now()
  let written = 0
  let pending: Promise<unknown> = Promise.resolve()
  for (const batch of readings(rows, from)) {
    // Two batches under way keep the disk busy.
    const before = pending
    pending = store.log.append(batch)
    await before
    written += batch.length
  }
  await pending
  await ask(0)
  const elapsedMs = performance.now() - begun
  const times: number[] = []
  for (let i = 0; i < asked; i++) {
    const at = performance.now()
    await ask((i * 37) % seriesCount)
    times.push(performance.now() - at)
  }
  times.sort((a, b) => a - b)
  const villageBegun = performance.now()
  await ask(...Array.from({ length: seriesCount }, (_, number) => number))
  const villageMs = performance.now() - villageBegun
  await series.stop()
  await store.stop()
  return {
    rows: written,
    writtenPerSecond: (written / elapsedMs) * 1000,
    oneP95Ms: times[Math.floor(times.length * 0.95)] ?? Number.NaN,
    villageMs,
  }
}
