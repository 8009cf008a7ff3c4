import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createVirtualClock, startFor } from '../../simulators/virtual-clock.ts'
import { afternoon, hourMs, minuteMs } from './setting.ts'

function setting(speed: number, lagMs: number) {
  let now = afternoon
  const clock = createVirtualClock({ wall: () => now, startMs: now - lagMs, speed })
  return {
    clock,
    pass: (ms: number) => {
      now += ms
      return now
    },
  }
}

describe('virtual clock', () => {
  it('runs faster until it has caught up, then with the wall', () => {
    const { clock, pass } = setting(8, 14 * minuteMs)
    expect(clock.now()).toBe(afternoon - 14 * minuteMs)
    pass(minuteMs)
    expect(clock.now()).toBe(afternoon - 6 * minuteMs)
    expect(clock.isLive()).toBe(false)
    pass(minuteMs)
    expect(clock.isLive()).toBe(true)
    const wall = pass(hourMs)
    expect(clock.now()).toBe(wall)
  })

  it('never runs ahead of the wall and never back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3600 }),
        fc.integer({ min: 0, max: 48 * hourMs }),
        fc.array(fc.integer({ min: 0, max: hourMs }), { maxLength: 20 }),
        (speed, lagMs, steps) => {
          const { clock, pass } = setting(speed, lagMs)
          let before = clock.now()
          for (const step of steps) {
            const wall = pass(step)
            expect(clock.now()).toBeLessThanOrEqual(wall)
            expect(clock.now()).toBeGreaterThanOrEqual(before)
            before = clock.now()
          }
        },
      ),
    )
  })

  it('says how long to wait for a moment', () => {
    const { clock, pass } = setting(10, 90 * minuteMs)
    const moment = afternoon - 30 * minuteMs
    expect(clock.wallMsUntil(moment)).toBe(6 * minuteMs)
    pass(6 * minuteMs)
    expect(clock.now()).toBe(moment)
    expect(clock.wallMsUntil(moment)).toBe(0)
    // A moment beyond the present comes when the wall gets there.
    expect(clock.wallMsUntil(afternoon + hourMs)).toBe(54 * minuteMs)
  })

  it('starts a scenario so that it ends at the present moment', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3600 }),
        fc.integer({ min: 1, max: 24 * hourMs }),
        (speed, durationMs) => {
          const startMs = startFor({ nowMs: afternoon, durationMs, speed })
          let now = afternoon
          const clock = createVirtualClock({ wall: () => now, startMs, speed })
          now += durationMs / speed
          expect(Math.abs(clock.now() - (startMs + durationMs))).toBeLessThan(2)
          expect(Math.abs(now - (startMs + durationMs))).toBeLessThan(2)
        },
      ),
    )
  })
})
