import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  isObservedProperty,
  type ObservedProperty,
  observedProperties,
} from '../../../gateway/domain/observation.ts'
import type { RolledUp, SeriesReading } from '../../../gateway/ports/series-store.ts'
import { calibrationsOf, exported, now, readBack, sensors } from './kit.ts'
import { createMemoryStore } from './memory-store.ts'

/** What goes out comes in again as it was, in each of the three forms. */

const names = Object.keys(observedProperties).filter(isObservedProperty)

function valueOf(property: ObservedProperty) {
  const { min, max } = observedProperties[property]
  return fc
    .double({ min, max, noNaN: true, noDefaultInfinity: true })
    .map((value) => (value === 0 ? 0 : value))
}

const reading: fc.Arbitrary<SeriesReading> = fc
  .record({
    device: fc.constantFrom(...sensors.map(({ id }) => id)),
    property: fc.constantFrom(...names),
    at: fc.integer({ min: Date.UTC(2000, 0, 1), max: now }),
  })
  .chain((name) => valueOf(name.property).map((value) => ({ ...name, value })))

const readings = fc.array(reading, { maxLength: 60 })

describe.each(['csv', 'parquet', 'line'] as const)('%s', (format) => {
  it('comes back as it went out', async () => {
    await fc.assert(
      fc.asyncProperty(readings, async (some) => {
        const store = createMemoryStore({ kind: 'readings', readings: some })
        const back = await readBack(await exported(store, format))
        expect(back.errors).toEqual(some.length === 0 && format === 'line' ? [empty] : [])
        const again = createMemoryStore({ kind: 'readings', readings: back.readings })
        expect(again.all()).toEqual(store.all())
      }),
      { numRuns: 40 },
    )
  })

  it('brings what was measured, whatever calibration stands over it', async () => {
    const [device = ''] = sensors.map(({ id }) => id)
    const measured = { device, property: 'pm25', at: now - 5000, value: 12.5 } as const
    const store = createMemoryStore({ kind: 'readings', readings: [measured] })
    const line = { device, property: 'pm25', from: 0, factor: -2, offset: 30 } as const
    const file = await exported(store, format, { calibrations: calibrationsOf(line) })
    expect((await readBack(file)).readings).toEqual([measured])
    if (format === 'csv') expect(file.toString()).toContain(',5,12.5,,,')
  })
})

const empty = { row: 1, column: null, text: 'the file is empty' }

const hour: RolledUp = {
  device: 'v1-pm1',
  property: 'tilt',
  resolution: 'hour',
  at: Date.UTC(2020, 4, 1, 3),
  min: -3,
  max: 4.25,
  sum: 12.5,
  count: 60,
}

const day: RolledUp = { ...hour, resolution: 'day', at: Date.UTC(2020, 3, 30, 16) }

describe('hours of which no single readings are left', () => {
  it('go whole through line protocol', async () => {
    const store = createMemoryStore({ kind: 'rolledUp', buckets: [hour, day] })
    const back = await readBack(await exported(store, 'line'))
    expect(back).toMatchObject({ errors: [], readings: [], rolledUp: [hour, day] })
  })

  it.each(['csv', 'parquet'] as const)('stand in %s, and are no readings', async (format) => {
    const one: SeriesReading = { device: 'v1-pm1', property: 'tilt', at: now, value: 1 }
    const store = createMemoryStore(
      { kind: 'rolledUp', buckets: [hour, day] },
      { kind: 'readings', readings: [one] },
    )
    const line = { device: 'v1-pm1', property: 'tilt', from: 0, factor: -1, offset: 0 } as const
    const file = await exported(store, format, { calibrations: calibrationsOf(line) })
    expect(await readBack(file)).toEqual({ readings: [one], rolledUp: [], errors: [], leftOut: 1 })
    if (format === 'parquet') return
    const mean = (12.5 / 60).toPrecision(12)
    const text = `2020-05-01T11:00:00.000+08:00,v1-pm1,站点 v1-pm1,990101101201,tilt,°,-${mean},${mean},-4.25,3,60`
    expect(file.toString().split('\r\n')[1]).toBe(text)
  })
})
