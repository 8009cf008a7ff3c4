import { describe, expect, test } from 'vitest'
import type { Device } from '../../../gateway/domain/device.ts'
import { type Observation, observedProperties } from '../../../gateway/domain/observation.ts'
import { judge } from '../../../gateway/pipeline/judge.ts'

const now = Date.UTC(2026, 4, 20, 4)
const village = '990101101201'
const device: Device = {
  id: 'd',
  name: 'D',
  kind: 'airStation',
  village,
  grid: null,
  position: [106.7, 29.2],
  adapter: 'mqtt',
  address: null,
  headingDeg: null,
  fieldOfViewDeg: null,
  state: 'active',
}

function reading(property: string, value: number, observedAt = now): Observation {
  return {
    kind: 'reading',
    device: 'd',
    property,
    value,
    observedAt,
    receivedAt: now,
  } as Observation
}

describe('values', () => {
  test.each(Object.entries(observedProperties))(
    '%s: both ends are plausible, beyond them not',
    (name, range) => {
      const verdict = (value: number) =>
        judge(reading(name, value), { device, isBlocked: false, village, now })
      for (const value of [range.min, range.max, (range.min + range.max) / 2]) {
        expect(verdict(value)).toBeUndefined()
      }
      for (const value of [range.min - 1, range.max + 1, Number.NaN, Infinity, -Infinity]) {
        const failure = verdict(value)
        expect(failure?.reason).toBe('implausibleValue')
        expect(failure?.detail).toContain(`${name} is ${value}`)
        expect(failure?.detail).toContain(`${range.min} to ${range.max} ${range.unit}`)
      }
    },
  )

  test.each(['pm10', 'constructor', '__proto__', 'toString'])(
    '%s is no observed property',
    (name) => {
      expect(judge(reading(name, 1), { device, isBlocked: false, village, now })).toMatchObject({
        reason: 'unknownProperty',
        detail: expect.stringContaining('known are pm25, temperature'),
      })
    },
  )
})

describe('times', () => {
  const minute = 60_000
  test.each([
    [0, 'before 2020'],
    [now / 1000, 'seconds instead of milliseconds'],
    [Date.UTC(2019, 11, 31, 23, 59), 'before 2020'],
    [now + 10 * minute + 1, 'more than 10 minutes ahead'],
    [Date.UTC(2099, 0, 1), '2099-01-01'],
    [Number.NaN, 'NaN'],
    [Infinity, 'Infinity'],
    [9e15, '9000000000000000'],
  ])('%d is impossible', (at, detail) => {
    const failure = judge(reading('pm25', 1, at), { device, isBlocked: false, village, now })
    expect(failure?.reason).toBe('impossibleTime')
    expect(failure?.detail).toContain(detail)
  })

  test.each([Date.UTC(2020, 0, 1), now - 86_400_000, now, now + 10 * minute])('%d may be', (at) => {
    expect(
      judge(reading('pm25', 1, at), { device, isBlocked: false, village, now }),
    ).toBeUndefined()
  })

  test('events and statuses have times too', () => {
    const observed = { device: 'd', observedAt: 1, receivedAt: now }
    const around = { device, isBlocked: false, village, now }
    expect(judge({ kind: 'status', online: true, ...observed }, around)?.reason).toBe(
      'impossibleTime',
    )
    expect(
      judge({ kind: 'event', type: 'smoke', state: 'active', ...observed }, around)?.reason,
    ).toBe('impossibleTime')
  })
})

const verdict = (around: Partial<Parameters<typeof judge>[1]>) =>
  judge(reading('pm25', 1), { device, isBlocked: false, village, now, ...around })

describe('devices', () => {
  test('an unknown one is named, with what to do', () => {
    expect(verdict({ device: undefined })).toMatchObject({
      reason: 'unknownDevice',
      detail: expect.stringMatching(/"d" is known: adopt it/),
    })
  })

  test('one that sends for another village', () => {
    const failure = verdict({ village: '990101101202' })
    expect(failure?.reason).toBe('wrongVillage')
    expect(failure?.detail).toContain(village)
    expect(failure?.detail).toContain('990101101202')
    expect(verdict({ village: undefined })).toBeUndefined()
  })

  test('out of service is refused, commissioning is not', () => {
    expect(verdict({ device: { ...device, state: 'outOfService' } })?.reason).toBe('outOfService')
    expect(verdict({ device: { ...device, state: 'commissioning' } })).toBeUndefined()
  })

  test('nothing of a blocked one counts, from whatever village and out of service too', () => {
    const failure = verdict({ isBlocked: true, village: '990101101202' })
    expect(failure?.reason).toBe('blocked')
    expect(failure?.detail).toContain('unblock it')
    const away = { ...device, state: 'outOfService' as const }
    expect(verdict({ isBlocked: true, device: away })?.reason).toBe('blocked')
  })
})
