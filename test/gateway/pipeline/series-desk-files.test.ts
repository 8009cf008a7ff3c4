import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Calibration } from '../../../gateway/domain/calibration.ts'
import type { Resolution } from '../../../gateway/domain/resolution.ts'
import { createSeriesDesk } from '../../../gateway/pipeline/series-desk.ts'
import type { SeriesBounds } from '../../../gateway/ports/series-store.ts'
import { createSeriesHouse, type SeriesHouse } from '../../support/series-house.ts'

/** Calibrated answers out of real files, before and after their single readings are gone. */

const minute = 60_000
const hour = 60 * minute
const dust = { device: 'v1-pm1', property: 'pm25' } as const
const midnight = Date.parse('2024-05-20T00:00:00+08:00')
const june = Date.parse('2024-06-01T00:00:00+08:00')
let directory: string
let house: SeriesHouse

beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'lianxun-series-desk-'))
  const clock = { now: () => Date.parse('2026-05-20T12:00:00+08:00'), monotonic: () => 0 }
  house = createSeriesHouse({ directory, clock })
  await house.start()
  const readings = Array.from({ length: 24 }, (_, index) => ({
    ...dust,
    at: midnight + index * 10 * minute,
    value: index,
  }))
  await house.series.write({ kind: 'readings', readings })
})

afterAll(async () => {
  await house?.stop()
  await rm(directory, { recursive: true, force: true })
})

function line(from: number, factor: number): Calibration {
  return { ...dust, from, factor, offset: 0 }
}

/** The second begins in the middle of the second hour. */
const history = [line(midnight, 2), line(midnight + 90 * minute, 10)]

async function points(resolution: Resolution) {
  const desk = createSeriesDesk({
    store: house.series,
    calibrations: { of: () => history, ofDevice: () => undefined },
    timeZone: 'Asia/Shanghai',
  })
  const span = { from: midnight, to: midnight + 4 * hour }
  return (await desk.query({ series: [dust], ...span, resolution })).points[0]
}

it('a bucket that a calibration begins in is made of its readings', async () => {
  expect(await points('hour')).toEqual([
    [midnight, 0, 5, 10, 6],
    [midnight + hour, 12, 57, 110, 6],
    [midnight + 2 * hour, 120, 145, 170, 6],
    [midnight + 3 * hour, 180, 205, 230, 6],
  ])
  const values = Array.from({ length: 24 }, (_, index) => (index < 9 ? 2 : 10) * index)
  expect(await points('day')).toEqual([[midnight, 0, values.reduce((a, b) => a + b) / 24, 230, 24]])
})

it('once they are gone, the calibration of its start holds for all of it', async () => {
  const all = { raw: june, rolledUp: 0 }
  const bounds: SeriesBounds = { air: all, weather: all, water: all, slope: all, device: all }
  for await (const _ of house.series.compact(bounds)) {
    // One month a step.
  }
  expect(await points('raw')).toEqual([])
  expect((await points('hour'))?.slice(0, 3)).toEqual([
    [midnight, 0, 5, 10, 6],
    [midnight + hour, 12, 17, 22, 6],
    [midnight + 2 * hour, 120, 145, 170, 6],
  ])
  expect(await points('day')).toEqual([[midnight, 0, 23, 46, 24]])
})
