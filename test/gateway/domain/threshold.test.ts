import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ThresholdCondition } from '../../../gateway/domain/rule.ts'
import { crossedLimit, judgeThreshold } from '../../../gateway/domain/threshold.ts'

const when = (limits: Omit<ThresholdCondition, 'property'>): ThresholdCondition => ({
  property: 'waterLevel',
  ...limits,
})

describe('a value against its limits', () => {
  const high = when({ above: 3.2, clearBelow: 3 })
  const low = when({ below: 15, clearAbove: 25 })
  const band = when({ above: 40, clearBelow: 35, below: 0, clearAbove: 5 })
  const plain = when({ above: 5 })
  const plainLow = when({ below: 5 })
  const rows: [string, ThresholdCondition, number, string][] = [
    ['over the limit', high, 3.21, 'beyond'],
    ['the limit itself', high, 3.2, 'between'],
    ['in the deadband', high, 3.1, 'between'],
    ['the lower limit itself', high, 3, 'between'],
    ['under the lower limit', high, 2.99, 'cleared'],
    ['under the limit, downwards', low, 14.9, 'beyond'],
    ['the limit itself, downwards', low, 15, 'between'],
    ['the clearing limit, downwards', low, 25, 'between'],
    ['over the clearing limit, downwards', low, 25.1, 'cleared'],
    ['too hot', band, 41, 'beyond'],
    ['too cold', band, -1, 'beyond'],
    ['no longer too hot', band, 34, 'cleared'],
    ['still nearly too hot', band, 37, 'between'],
    ['still nearly too cold', band, 3, 'between'],
    ['in the middle', band, 20, 'cleared'],
    ['the limit clears where no other is given', plain, 5, 'cleared'],
    ['the limit clears, downwards', plainLow, 5, 'cleared'],
    ['just under, downwards', plainLow, 4.999, 'beyond'],
    ['nought is a limit too', when({ above: 0 }), 0.1, 'beyond'],
    ['nought is a clearing limit too', when({ above: 5, clearBelow: 0 }), 1, 'between'],
  ]
  it.each(rows)('%s', (_, condition, value, expected) => {
    expect(judgeThreshold(condition, value)).toBe(expected)
  })

  it('names the limit that was crossed', () => {
    expect(crossedLimit(band, 41)).toBe(40)
    expect(crossedLimit(band, -1)).toBe(0)
    expect(crossedLimit(high, 4)).toBe(3.2)
    expect(crossedLimit(low, 3)).toBe(15)
  })

  it('a higher value is never less of an alarm for a limit above', () => {
    const order = { cleared: 0, between: 1, beyond: 2 }
    const value = fc.double({ min: -100, max: 100, noNaN: true })
    fc.assert(
      fc.property(value, value, value, value, (above, gap, a, b) => {
        const condition = when({ above, clearBelow: above - Math.abs(gap) })
        const [less, more] = a < b ? [a, b] : [b, a]
        const there = order[judgeThreshold(condition, more)]
        expect(there).toBeGreaterThanOrEqual(order[judgeThreshold(condition, less)])
      }),
    )
  })
})
