import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { reportEveryMs } from '../../simulators/curves.ts'
import {
  type Day,
  hasDroppedOut,
  isAway,
  nextSampleMs,
  sampleAt,
  samplesBetween,
} from '../../simulators/sampler.ts'
import { forestFire } from '../../simulators/scenarios/forest-fire.ts'
import { towerDown } from '../../simulators/scenarios/tower-down.ts'
import { mqttDevices } from '../../simulators/town.ts'
import { afternoon, device, devices, hourMs, minuteMs, staged } from './setting.ts'

const quiet: Day = { seed: 1, plays: [] }
const span = { afterMs: afternoon, untilMs: afternoon + hourMs }

describe('sampler', () => {
  it('measures at the rate of the kind, at whole seconds, after the beginning and up to the end', () => {
    const samples = samplesBetween(quiet, device('v1-pm1'), span)
    expect(samples).toHaveLength(60)
    for (const [i, { ts }] of samples.entries()) {
      expect(ts % 1000).toBe(0)
      expect(ts).toBeGreaterThan(span.afterMs)
      expect(ts).toBeLessThanOrEqual(span.untilMs)
      if (i > 0) expect(ts - (samples[i - 1]?.ts ?? 0)).toBe(minuteMs)
    }
    expect(samplesBetween(quiet, device('v3-tilt1'), span)).toHaveLength(12)
    expect(samplesBetween(quiet, device('v1-sos1'), span)).toHaveLength(2)
    expect(samplesBetween(quiet, device('v1-reader1'), span)).toEqual([])
  })

  it('gives the same samples however the time is cut', () => {
    const play = staged(forestFire)
    const day: Day = { seed: 1, plays: [play] }
    const sensor = device(play.expects[0]?.devices[0] ?? '')
    const whole = samplesBetween(day, sensor, span)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: hourMs - 1 }), { maxLength: 8 }), (cuts) => {
        const edges = [0, ...cuts.sort((a, b) => a - b), hourMs].map((ms) => afternoon + ms)
        const parts = edges
          .slice(1)
          .flatMap((untilMs, i) => samplesBetween(day, sensor, { afterMs: edges[i] ?? 0, untilMs }))
        expect(parts).toEqual(whole)
      }),
      { numRuns: 20 },
    )
  })

  it('does not measure everywhere at the same second', () => {
    const seconds = devices
      .filter((one) => one.kind === 'airStation')
      .map((one) => nextSampleMs(quiet, one, afternoon))
    expect(new Set(seconds).size).toBeGreaterThan(20)
  })

  it('thins the past evenly', () => {
    const all = samplesBetween(quiet, device('v1-pm1'), span)
    const thin = samplesBetween(quiet, device('v1-pm1'), { ...span, thinning: 10 })
    expect(thin).toEqual(all.filter((_, i) => i % 10 === 0))
  })

  it('reports every few seconds while there is smoke, and as usual before and after', () => {
    const play = staged(forestFire)
    const day: Day = { seed: 1, plays: [play] }
    const sensor = device(play.expects[0]?.devices[0] ?? '')
    const gap = (atMs: number) => {
      const first = nextSampleMs(day, sensor, atMs) ?? 0
      return (nextSampleMs(day, sensor, first) ?? 0) - first
    }
    expect(gap(afternoon + 5 * minuteMs)).toBe(5000)
    expect(gap(afternoon + 60 * minuteMs)).toBe(reportEveryMs.smokeSensor)
    expect(gap(afternoon - 10 * minuteMs)).toBe(reportEveryMs.smokeSensor)
  })

  it('leaves out the effect of a scenario that is over', () => {
    const play = staged(forestFire)
    const sensor = device(play.expects[0]?.devices[0] ?? '')
    const later = play.endMs + hourMs
    expect(sampleAt({ seed: 1, plays: [play] }, sensor, later)).toEqual(
      sampleAt(quiet, sensor, later),
    )
  })
})

function away(seed: number): boolean[] {
  return Array.from({ length: 2000 }, (_, i) =>
    hasDroppedOut(seed, device('v1-pm1'), afternoon + i * 5 * minuteMs),
  )
}

describe('drop-outs', () => {
  const week = 7 * 24 * hourMs

  it('happen now and then, and are shorter than the silence that a rule would notice', () => {
    let stretches = 0
    for (const one of mqttDevices(devices)) {
      let sinceMs: number | undefined
      for (let ms = afternoon; ms < afternoon + week; ms += minuteMs) {
        const away = hasDroppedOut(1, one, ms)
        if (away && sinceMs === undefined) {
          sinceMs = ms
          stretches++
        }
        if (!away) sinceMs = undefined
        if (sinceMs !== undefined) expect(ms - sinceMs).toBeLessThan(10 * minuteMs)
      }
    }
    // 101 devices, 56 windows, one in twenty.
    expect(stretches).toBeGreaterThan(150)
    expect(stretches).toBeLessThan(450)
  })

  it('are the same for the same seed', () => {
    expect(away(1)).toEqual(away(1))
    expect(away(1)).not.toEqual(away(2))
  })

  it('add to what a scenario takes away', () => {
    const play = staged(towerDown)
    const day: Day = { seed: 1, plays: [play] }
    const during = afternoon + 10 * minuteMs
    expect(isAway(day, device('v8-pm1'), during)).toBe(true)
    expect(isAway(day, device('v8-pm1'), afternoon + 22 * minuteMs)).toBe(
      hasDroppedOut(1, device('v8-pm1'), afternoon + 22 * minuteMs),
    )
  })
})
