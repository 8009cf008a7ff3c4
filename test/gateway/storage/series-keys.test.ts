import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DeviceEvent, Observation } from '../../../gateway/domain/observation.ts'
import { createSeriesKeys, eventBody } from '../../../gateway/storage/series-keys.ts'
import type { LogRow } from '../../../gateway/storage/worker-messages.ts'
import { event, reading } from '../../contract/observation-store.ts'

const status = (device: string, online: boolean): Observation => ({
  kind: 'status',
  device,
  online,
  observedAt: 1,
  receivedAt: 2,
})

describe('what is one series', () => {
  const same: [string, Observation, Observation, boolean][] = [
    ['a property at two times', reading('a', 1, 5), reading('a', 2, 6), true],
    ['a property of two devices', reading('a', 1, 5), reading('b', 1, 5), false],
    ['two properties', reading('a', 1, 5), { ...reading('a', 1, 5), property: 'smoke' }, false],
    ['online and offline', status('a', true), status('a', false), false],
    ['online twice', status('a', true), status('a', true), true],
    ['two states of an event', event('a', 1), event('a', 1, { state: 'clear' }), false],
    ['two types', event('a', 1), event('a', 1, { type: 'fire' }), false],
    [
      'two states with the sender’s ids: the id decides',
      event('a', 1, { senderId: 'x' }),
      event('a', 1, { senderId: 'y', state: 'clear' }),
      true,
    ],
    ['with and without the sender’s id', event('a', 1, { senderId: 'x' }), event('a', 1), false],
    [
      'an event called like a property',
      event('a', 1, { type: 'pm25', senderId: 'x' }),
      reading('a', 1, 5),
      false,
    ],
    [
      'an event called like a status',
      event('a', 1, { type: 'online', senderId: 'x' }),
      status('a', true),
      false,
    ],
    ['devices that run together', reading('a b', 1, 5), reading('a', 1, 5), false],
    [
      'a device with a name of every object',
      reading('__proto__', 1, 5),
      reading('constructor', 1, 5),
      false,
    ],
  ]
  it.each(same)('%s: %#', (_, one, other, isSame) => {
    const keys = createSeriesKeys([])
    expect(keys.idOf(one) === keys.idOf(other)).toBe(isSame)
  })
})

describe('numbers of series', () => {
  it('are used again after a restart, and new ones come after the highest', () => {
    const known = [
      { id: 7, device: 'a', kind: 'reading', name: 'pm25' },
      { id: 3, device: 'a', kind: 'event', name: 'smoke:active' },
    ] as const
    const keys = createSeriesKeys(known)
    expect(keys.idOf(reading('a', 1, 5))).toBe(7)
    expect(keys.idOf(event('a', 1))).toBe(3)
    expect(keys.unsaved()).toEqual([])
    expect(keys.idOf(reading('b', 1, 5))).toBe(8)
    expect(keys.idOf(status('b', true))).toBe(9)
    expect(keys.unsaved()).toHaveLength(2)
  })

  it('go along with commits until one of them was kept', () => {
    const keys = createSeriesKeys([])
    keys.idOf(reading('a', 1, 5))
    const first = keys.unsaved()
    keys.idOf(reading('b', 1, 5))
    keys.idOf(reading('a', 2, 5))
    expect(keys.unsaved().map(({ device }) => device)).toEqual(['a', 'b'])
    keys.saved(first)
    expect(keys.unsaved().map(({ device }) => device)).toEqual(['b'])
  })

  it('are found by name without making one', () => {
    const keys = createSeriesKeys([])
    expect(keys.find('a', 'reading', 'pm25')).toBeUndefined()
    const id = keys.idOf(reading('a', 1, 5))
    expect(keys.find('a', 'reading', 'pm25')).toBe(id)
    expect(keys.find('a', 'event', 'pm25')).toBeUndefined()
    expect(keys.find('a', 'reading', 'smoke')).toBeUndefined()
    expect(keys.unsaved()).toHaveLength(1)
  })

  it('of a row that nobody listed are an error that names them', () => {
    expect(() => createSeriesKeys([]).toEntry([1, 42, 1, 1, 5, null, null])).toThrow('series 42')
  })
})

const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
const fraction = fc.double({ min: 0, max: 1, noNaN: true }).map((n) => (n === 0 ? 0 : n))
const time = fc.nat(2 ** 40)
const anyEvent: fc.Arbitrary<DeviceEvent> = fc.record(
  {
    kind: fc.constant('event' as const),
    device: name,
    observedAt: time,
    receivedAt: time,
    type: name,
    state: fc.constantFrom('active', 'clear', 'unknown', 'pulse'),
    senderId: name,
    confidence: fraction,
    bearingDeg: fraction,
    box: fc.tuple(fraction, fraction, fraction, fraction),
    picture: name,
    checkin: fc.record({ tag: name, counter: fc.nat() }),
  },
  { requiredKeys: ['kind', 'device', 'observedAt', 'receivedAt', 'type', 'state'] },
)
const anyObservation: fc.Arbitrary<Observation> = fc.oneof(
  anyEvent,
  fc.tuple(name, time, fraction).map(([device, at, value]) => reading(device, at, value)),
  fc.tuple(name, fc.boolean()).map(([device, online]) => status(device, online)),
)

function rowOf(seq: number, series: number, one: Observation): LogRow {
  const isEvent = one.kind === 'event'
  return [
    seq,
    series,
    one.observedAt,
    one.receivedAt,
    one.kind === 'reading' ? one.value : null,
    isEvent ? eventBody(one) : null,
    isEvent ? (one.senderId ?? null) : null,
  ]
}

describe('an observation', () => {
  it('comes back from its row as it was, in this run and in the next', () => {
    fc.assert(
      fc.property(fc.array(anyObservation, { maxLength: 20 }), (observations) => {
        const keys = createSeriesKeys([])
        const rows = observations.map((one, i) => rowOf(i + 1, keys.idOf(one), one))
        const restarted = createSeriesKeys(keys.unsaved())
        for (const [i, row] of rows.entries()) {
          const entry = { seq: i + 1, observation: observations[i] }
          expect(keys.toEntry(row)).toEqual(entry)
          expect(restarted.toEntry(row)).toEqual(entry)
          expect(restarted.idOf(observations[i] as Observation)).toBe(row[1])
        }
      }),
    )
  })

  it('does not keep in its body what stands in columns', () => {
    const body = JSON.parse(eventBody(event('a', 1, { senderId: 'x', confidence: 0.5 })))
    expect(body).toEqual({ type: 'smoke', state: 'active', confidence: 0.5 })
  })
})
