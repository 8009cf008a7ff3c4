import { describe, expect, it } from 'vitest'
import { deviceKinds } from '../../gateway/domain/device.ts'
import { type ObservedProperty, observedProperties } from '../../gateway/domain/observation.ts'
import { asMeasured, localHour, readingsAt, reportEveryMs } from '../../simulators/curves.ts'
import { afternoon, device, devices, hourMs, minuteMs } from './setting.ts'

const kinds = deviceKinds.map((kind) => {
  const one = devices.find((candidate) => candidate.kind === kind)
  if (!one) throw new Error(`the sample town has no ${kind}`)
  return { kind, one }
})

const measures: Record<string, ObservedProperty[]> = {
  airStation: ['pm25', 'temperature', 'humidity'],
  smokeSensor: ['smoke', 'temperature', 'battery'],
  weatherStation: ['temperature', 'humidity', 'wind', 'windDirection', 'rain'],
  waterLevelGauge: ['waterLevel', 'battery'],
  tiltSensor: ['tilt', 'soilMoisture', 'battery'],
  helpButton: ['battery'],
  tagReader: [],
  camera: [],
}

function values(id: string, property: ObservedProperty, span: { hours: number; stepMs: number }) {
  const series: number[] = []
  for (let ms = afternoon; ms < afternoon + span.hours * hourMs; ms += span.stepMs) {
    series.push(readingsAt(1, device(id), ms)[property] ?? Number.NaN)
  }
  return series
}

/** The weather at an hour of the town's day. */
function at(hour: number) {
  return readingsAt(1, device('v1-met1'), afternoon + (hour - 14) * hourMs)
}

describe('day curves', () => {
  it.each(kinds)('$kind measures what its kind measures', ({ kind, one }) => {
    expect(Object.keys(readingsAt(1, one, afternoon))).toEqual(measures[kind])
    expect(reportEveryMs[kind] === undefined).toBe(measures[kind]?.length === 0)
  })

  it.each(kinds)('$kind stays plausible through the year', ({ one }) => {
    for (let hour = 0; hour < 24 * 365; hour += 5) {
      const readings = readingsAt(4, one, afternoon + hour * hourMs)
      for (const [name, value] of Object.entries(readings)) {
        const { min, max } = observedProperties[name as ObservedProperty]
        const shown = asMeasured(name as ObservedProperty, value)
        expect(shown).toBeGreaterThanOrEqual(min)
        expect(shown).toBeLessThanOrEqual(max)
        // The clamp is for the last digit, not for a curve that leaves its range.
        expect(Math.abs(shown - value)).toBeLessThan(max * 0.05)
      }
    }
  })

  it('are reproducible, and another seed is another day', () => {
    for (const one of devices) {
      expect(readingsAt(1, one, afternoon)).toEqual(readingsAt(1, one, afternoon))
    }
    const station = device('v1-pm1')
    expect(readingsAt(1, station, afternoon)).not.toEqual(readingsAt(2, station, afternoon))
  })

  it('are warmest in the afternoon and dampest at night', () => {
    expect(at(15).temperature).toBeGreaterThan((at(27).temperature ?? 0) + 3)
    expect(at(15).humidity).toBeLessThan((at(27).humidity ?? 0) - 5)
    expect(localHour(afternoon)).toBe(14)
  })

  it('are colder in January than in July', () => {
    const winter = readingsAt(1, device('v1-met1'), Date.UTC(2027, 0, 15, 6)).temperature ?? 0
    const summer = readingsAt(1, device('v1-met1'), Date.UTC(2027, 6, 15, 6)).temperature ?? 0
    expect(summer - winter).toBeGreaterThan(10)
  })

  it('stay clear of the rules on a quiet day', () => {
    const day = { hours: 48, stepMs: 5 * minuteMs }
    expect(Math.max(...values('v1-smoke1', 'smoke', day))).toBeLessThan(1)
    expect(Math.max(...values('v2-water1', 'waterLevel', day))).toBeLessThan(2.8)
    expect(Math.min(...values('v3-tilt1', 'battery', day))).toBeGreaterThan(25)
    expect(Math.max(...values('v1-pm1', 'pm25', day))).toBeLessThan(75)
  })

  it('neighbouring stations breathe the same air', () => {
    const day = { hours: 24, stepMs: 10 * minuteMs }
    const here = values('v1-pm1', 'pm25', day)
    const there = values('v1-pm2', 'pm25', day)
    const furthest = Math.max(...here.map((value, i) => Math.abs(value - (there[i] ?? 0))))
    expect(furthest).toBeLessThan(30)
  })

  it('print values as the sensor would', () => {
    expect(asMeasured('pm25', 41.26)).toBe(41.3)
    expect(asMeasured('humidity', 101.2)).toBe(100)
    expect(asMeasured('smoke', -0.03)).toBe(0)
    expect(asMeasured('battery', 87.6)).toBe(88)
  })
})
