import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { propertyClassNames } from '../../../gateway/domain/property-class.ts'
import { eachClass, retentionDefaults } from '../../../gateway/domain/retention.ts'
import { type SeriesGrowth, settledBytes } from '../../../gateway/domain/series-size.ts'

/** What series come to when as much goes as comes. */

const none = eachClass(() => 0)
const { series: days } = retentionDefaults
const growth = (part: Partial<SeriesGrowth>): SeriesGrowth => ({
  readings: { ...none, air: 1000 },
  series: none,
  bytesPerDay: 1_000_000,
  ...part,
})

describe('readings settle', () => {
  it('at as many days as single readings are kept, and the month that goes as a whole', () => {
    expect(settledBytes(growth({}), days)).toBe(431_000_000)
  })

  it('each class at its own days, as far as it has readings', () => {
    const own = { ...days, device: { raw: 30, rolledUp: 3650 } }
    const readings = { ...none, air: 750, device: 250 }
    expect(settledBytes(growth({ readings }), own)).toBe(750_000 * 431 + 250_000 * 61)
  })

  it('with hours and days, which are kept longer and cost each series the same', () => {
    // A series is 25 rows of 48 bytes a day.
    const series = { ...none, air: 100 }
    expect(settledBytes(growth({ series }), days)).toBe(880_000 * 431 + 120_000 * 3681)
  })

  it('never at more hours and days than come in altogether', () => {
    const series = { ...none, air: 1000, water: 1000 }
    expect(settledBytes(growth({ series }), days)).toBe(1_000_000 * 3681)
  })

  it.each([
    ['nothing grows', growth({ bytesPerDay: 0 })],
    ['it shrinks', growth({ bytesPerDay: -5 })],
    ['there are no readings', growth({ readings: none })],
  ])('nowhere that anybody knows while %s', (_, unknown) => {
    expect(settledBytes(unknown, days)).toBeNull()
  })

  it('at more with more days of any class, and never below what stays anyhow', () => {
    const count = fc.integer({ min: 1, max: 1_000_000 })
    const classes = fc.record(Object.fromEntries(propertyClassNames.map((name) => [name, count])))
    fc.assert(
      fc.property(
        classes,
        fc.constantFrom(...propertyClassNames),
        fc.integer({ min: 1, max: 500 }),
        (readings, name, more) => {
          const seen = growth({ readings: { ...none, ...readings } })
          const before = settledBytes(seen, days) ?? 0
          const longer = { ...days, [name]: { raw: 400 + more, rolledUp: 3650 } }
          expect(settledBytes(seen, longer)).toBeGreaterThanOrEqual(before)
          expect(before).toBeGreaterThanOrEqual(seen.bytesPerDay * 400)
        },
      ),
    )
  })
})
