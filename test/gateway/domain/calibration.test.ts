import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bucketOf,
  type Calibration,
  calibrate,
  calibrateBucket,
  calibrateSingles,
  calibrationAt,
  splitBuckets,
} from '../../../gateway/domain/calibration.ts'
import { significant } from '../../../gateway/domain/significant.ts'

/** One sensor of fine dust, and what comparisons said of it. */

const minute = 60_000

function line(from: number, factor: number, offset = 0): Calibration {
  return { device: 'v1-pm1', property: 'pm25', from, factor, offset }
}

const factor = fc
  .double({ min: -1000, max: 1000, noNaN: true })
  .filter((value) => Math.abs(value) > 1e-3)
const offset = fc.double({ min: -100_000, max: 100_000, noNaN: true })
const value = fc.double({ min: -200, max: 10_000, noNaN: true })
const time = fc.integer({ min: 0, max: 600 * minute })
const history = fc
  .uniqueArray(time, { maxLength: 6 })
  .chain((times) =>
    fc.tuple(
      ...times
        .toSorted((a, b) => a - b)
        .map((from) => fc.tuple(factor, offset).map(([a, b]) => line(from, a, b))),
    ),
  )

describe('which calibration holds', () => {
  const two = [line(1000, 0.9), line(2000, 1.1)]

  it.each([
    ['before the first, none', 999, undefined],
    ['at its own time, it', 1000, 0.9],
    ['a moment before the next, still it', 1999, 0.9],
    ['at the time of the next, the next', 2000, 1.1],
    ['for ever after, the last', Number.MAX_SAFE_INTEGER, 1.1],
  ])('%s', (_, at, expected) => {
    expect(calibrationAt(two, at)?.factor).toBe(expected)
  })

  it('none where there is none', () => {
    expect(calibrationAt([], 5)).toBeUndefined()
  })

  it('is the last that begins no later', () => {
    fc.assert(
      fc.property(history, time, (all, at) => {
        const begun = all.filter(({ from }) => from <= at)
        expect(calibrationAt(all, at)).toBe(begun.at(-1))
      }),
    )
  })
})

describe('a value', () => {
  it.each([
    [35.2, 0.9, 2.2, 33.88],
    [0.1, 3, 0, 0.3],
    [10, -1, 0, -10],
    [1.5, 1, -0.3, 1.2],
    [35.2, 0.9, -31.68, 0],
  ])('%f × %f + %f is %f, without what binary fractions add', (measured, a, b, expected) => {
    expect(calibrate(line(0, a, b), measured)).toBe(expected)
  })

  it('stands as it was measured where nothing is calibrated, to the last digit', () => {
    fc.assert(fc.property(value, (measured) => calibrate(undefined, measured) === measured))
  })

  it('rounded once stays what it is', () => {
    fc.assert(
      fc.property(value, (one) => {
        const rounded = significant(one)
        expect(significant(rounded)).toBe(rounded)
        expect(Math.abs(rounded - one)).toBeLessThanOrEqual(Math.abs(one) * 1e-11)
      }),
    )
  })

  it('each in a row is by the calibration of its own time', () => {
    const times = fc.array(time, { maxLength: 40 }).map((all) => all.toSorted((a, b) => a - b))
    fc.assert(
      fc.property(history, times, value, (all, ats, measured) => {
        const singles = ats.map((at): [number, number] => [at, measured])
        expect(calibrateSingles(all, singles)).toEqual(
          ats.map((at) => [at, calibrate(calibrationAt(all, at), measured)]),
        )
      }),
    )
  })
})

describe('a bucket', () => {
  it('has its smallest and largest the other way round where the factor is negative', () => {
    expect(calibrateBucket(line(0, -2, 1), [500, 1, 2, 4, 3])).toEqual([500, -7, -3, -1, 3])
  })

  it('of no reading is none', () => {
    expect(bucketOf(0, [])).toBeUndefined()
  })

  it('mapped is the bucket of the mapped readings', () => {
    const values = fc.array(value, { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(values, factor, offset, (measured, a, b) => {
        const one = line(0, a, b)
        const bucket = bucketOf(7, measured)
        const mapped = bucket && calibrateBucket(one, bucket)
        const made = bucketOf(
          7,
          measured.map((each) => calibrate(one, each)),
        )
        if (!mapped || !made) throw new Error('there are readings, so there is a bucket')
        expect([mapped[0], mapped[4]]).toEqual([made[0], made[4]])
        const size = Math.abs(a) * Math.max(...measured.map(Math.abs)) + Math.abs(b)
        for (const figure of [1, 2, 3] as const) {
          expect(Math.abs(mapped[figure] - made[figure])).toBeLessThanOrEqual(size * 1e-10)
        }
      }),
    )
  })
})

describe('buckets that one line does not hold for', () => {
  const starts = [0, 10, 20, 40]
  const endOf = (start: number) => start + 10

  it.each<[string, number[], number[]]>([
    ['one that begins at a start splits none', [10], []],
    ['one that begins within splits that one', [15], [1]],
    ['one in a gap splits none', [35], []],
    ['one at the end of the last splits none', [50], []],
    ['two in the same split it once', [41, 49], [3]],
    ['one before all splits none', [-5], []],
  ])('%s', (_, froms, expected) => {
    const all = froms.map((from) => line(from, 2))
    expect(splitBuckets(all, starts, endOf)).toEqual(expected)
  })

  it('are those that have a beginning behind their start and before their end', () => {
    const some = fc
      .uniqueArray(fc.integer({ min: 0, max: 600 }), { maxLength: 50 })
      .map((all) => all.toSorted((a, b) => a - b).map((index) => index * minute))
    fc.assert(
      fc.property(history, some, (all, buckets) => {
        const split = splitBuckets(all, buckets, (start) => start + minute)
        const expected = buckets.flatMap((start, index) =>
          all.some(({ from }) => from > start && from < start + minute) ? [index] : [],
        )
        expect(split.toSorted((a, b) => a - b)).toEqual(expected)
      }),
    )
  })
})
