import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hash, jitter, smoothNoise, uniform } from '../../simulators/random.ts'

describe('noise of the simulators', () => {
  it('is the same for the same seed and key, and another for another', () => {
    expect(uniform(7, 'a')).toBe(uniform(7, 'a'))
    expect(uniform(7, 'a')).not.toBe(uniform(8, 'a'))
    expect(uniform(7, 'a')).not.toBe(uniform(7, 'b'))
  })

  it('spreads evenly', () => {
    const bins = Array.from({ length: 10 }, () => 0)
    for (let i = 0; i < 10_000; i++) {
      const bin = Math.floor(uniform(1, `key ${i}`) * 10)
      bins[bin] = (bins[bin] ?? 0) + 1
    }
    for (const count of bins) expect(Math.abs(count - 1000)).toBeLessThan(150)
  })

  it('stays within its bounds at any time', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.string(),
        fc.double({ min: 0, max: 4e12, noNaN: true }),
        (seed, key, ms) => {
          expect(hash(key)).toBeLessThan(2 ** 32)
          expect(uniform(seed, key)).toBeLessThan(1)
          expect(Math.abs(jitter(seed, key, ms))).toBeLessThanOrEqual(1)
          expect(Math.abs(smoothNoise(seed, key, { ms, periodMs: 60_000 }))).toBeLessThanOrEqual(1)
        },
      ),
    )
  })

  it('moves without jumps', () => {
    const periodMs = 600_000
    let before = smoothNoise(3, 'wind', { ms: 0, periodMs })
    for (let ms = 1000; ms < 50 * periodMs; ms += 1000) {
      const now = smoothNoise(3, 'wind', { ms, periodMs })
      // The smooth step is steepest in its middle: 1.5 times the mean slope over a range of 2.
      expect(Math.abs(now - before)).toBeLessThan((3 * 1000) / periodMs + 1e-9)
      before = now
    }
  })
})
