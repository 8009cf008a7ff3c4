import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createTokenBucket } from '../../../adapters/mqtt/token-bucket.ts'

const size = { ratePerS: 50, burst: 500 }

describe('a bucket', () => {
  test('is full at first, and never fuller', () => {
    const bucket = createTokenBucket(size, 0)
    expect(bucket.level(0)).toBe(500)
    expect(bucket.level(1_000_000)).toBe(500)
  })

  test('fills at its rate', () => {
    const bucket = createTokenBucket(size, 0)
    bucket.take(500, 0)
    expect(bucket.level(0)).toBe(0)
    expect(bucket.level(1_000)).toBe(50)
    expect(bucket.level(10_000)).toBe(500)
  })

  test('lends, and wants it back first', () => {
    const bucket = createTokenBucket(size, 0)
    bucket.take(600, 0)
    expect(bucket.level(0)).toBe(-100)
    expect(bucket.waitMs(1, 0)).toBe(2_020)
    expect(bucket.level(2_020)).toBe(1)
    expect(bucket.waitMs(1, 2_020)).toBe(0)
  })

  test('waits for no more than it can hold', () => {
    const bucket = createTokenBucket({ ratePerS: 0.5, burst: 1 }, 0)
    bucket.take(1, 0)
    expect(bucket.waitMs(5, 0)).toBe(2_000)
  })

  test('a clock that goes back gives and takes nothing', () => {
    const bucket = createTokenBucket(size, 10_000)
    bucket.take(100, 10_000)
    expect(bucket.level(0)).toBe(400)
    expect(bucket.level(10_000)).toBe(400)
    expect(bucket.level(11_000)).toBe(450)
  })
})

describe('whatever is taken whenever', () => {
  const sizes = fc.record({
    ratePerS: fc.integer({ min: 1, max: 10_000 }),
    burst: fc.integer({ min: 1, max: 100_000 }),
  })
  const steps = fc.array(
    fc.record({ afterMs: fc.nat(5_000), count: fc.integer({ min: 1, max: 200 }) }),
    { maxLength: 100 },
  )

  test('who waits to be allowed takes no more than burst, rate and one lot over', () => {
    fc.assert(
      fc.property(sizes, steps, (given, sequence) => {
        const bucket = createTokenBucket(given, 0)
        let now = 0
        let taken = 0
        for (const { afterMs, count } of sequence) {
          now += afterMs
          if (bucket.level(now) < 1) continue
          bucket.take(count, now)
          taken += count
          expect(taken).toBeLessThanOrEqual(
            given.burst + (now * given.ratePerS) / 1_000 + count + 1e-6,
          )
        }
      }),
    )
  })

  test('after the wait it named there is enough', () => {
    fc.assert(
      fc.property(sizes, steps, fc.integer({ min: 1, max: 1_000 }), (given, sequence, wanted) => {
        const bucket = createTokenBucket(given, 0)
        let now = 0
        for (const { afterMs, count } of sequence) {
          now += afterMs
          bucket.take(count, now)
        }
        const before = bucket.level(now)
        const waitMs = bucket.waitMs(wanted, now)
        expect(bucket.level(now + waitMs)).toBeGreaterThanOrEqual(
          Math.min(wanted, given.burst) - 1e-6,
        )
        if (waitMs > 0) expect(before).toBeLessThan(wanted)
      }),
    )
  })

  test('the level depends on what was taken, not on how often it was asked', () => {
    fc.assert(
      fc.property(sizes, steps, (given, sequence) => {
        const quiet = createTokenBucket(given, 0)
        const asked = createTokenBucket(given, 0)
        let now = 0
        for (const { afterMs, count } of sequence) {
          for (let at = now; at < now + afterMs; at += 500) asked.level(at)
          now += afterMs
          quiet.take(count, now)
          asked.take(count, now)
        }
        expect(asked.level(now)).toBeCloseTo(quiet.level(now), 3)
      }),
    )
  })
})
