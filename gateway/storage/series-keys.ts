import type { DeviceEvent, LogEntry, Observation, ObservedProperty } from '../domain/observation.ts'
import type { SeriesName } from '../ports/series-store.ts'
import type { LogRow, SeriesKey } from './worker-messages.ts'

/**
 * Names of series and their numbers. The name says what may be observed once at a time: two
 * observations of one series at one time are the same observation. An event without a sender's id
 * therefore carries its state in the name, so that an `active` and its `clear` in the same
 * millisecond are two; with a sender's id the id alone decides.
 */
export interface SeriesKeys {
  /** The number of the observation's series; allots one to a new series. */
  idOf(observation: Observation): number
  find(device: string, kind: SeriesKey['kind'], name: string): number | undefined
  /** The number of a series of readings; allots one to a new one. */
  numberOf(name: SeriesName): number
  /** Every series of readings. */
  readings(): SeriesKey[]
  /** Series that no commit has listed yet; they go along with each until one succeeds. */
  unsaved(): SeriesKey[]
  saved(keys: readonly SeriesKey[]): void
  toEntry(row: LogRow): LogEntry
}

function nameOf(observation: Observation): string {
  switch (observation.kind) {
    case 'reading':
      return observation.property
    case 'status':
      return observation.online ? 'online' : 'offline'
    case 'event':
      return observation.senderId === undefined
        ? `${observation.type}:${observation.state}`
        : observation.type
  }
}

/** What an event holds beside device, times and the sender's id. */
export function eventBody(event: DeviceEvent): string {
  const { kind: _, device: _d, observedAt: _o, receivedAt: _r, senderId: _s, ...body } = event
  return JSON.stringify(body)
}

function toObservation(key: SeriesKey, row: LogRow): Observation {
  const [, , observedAt, receivedAt, value, body, senderId] = row
  const observed = { device: key.device, observedAt, receivedAt }
  switch (key.kind) {
    case 'reading':
      return {
        kind: 'reading',
        ...observed,
        property: key.name as ObservedProperty,
        value: value ?? 0,
      }
    case 'status':
      return { kind: 'status', ...observed, online: key.name === 'online' }
    case 'event': {
      const rest = JSON.parse(body ?? '{}') as Pick<DeviceEvent, 'type' | 'state'>
      return { kind: 'event', ...observed, ...rest, ...(senderId === null ? {} : { senderId }) }
    }
  }
}

export function createSeriesKeys(known: readonly SeriesKey[]): SeriesKeys {
  const byDevice = new Map<string, Map<string, number>>()
  const byId = new Map<number, SeriesKey>()
  const unsaved = new Set<SeriesKey>()
  let nextId = 1

  function add(key: SeriesKey) {
    let names = byDevice.get(key.device)
    if (!names) byDevice.set(key.device, (names = new Map()))
    // Kinds share one map: a property is never called online or offline, an event is marked.
    names.set(key.kind === 'event' ? `event ${key.name}` : key.name, key.id)
    byId.set(key.id, key)
    nextId = Math.max(nextId, key.id + 1)
  }

  function lookup(device: string, kind: SeriesKey['kind'], name: string) {
    return byDevice.get(device)?.get(kind === 'event' ? `event ${name}` : name)
  }

  function allot(device: string, kind: SeriesKey['kind'], name: string): number {
    const found = lookup(device, kind, name)
    if (found !== undefined) return found
    const key = { id: nextId, device, kind, name }
    add(key)
    unsaved.add(key)
    return key.id
  }

  for (const key of known) add(key)

  return {
    idOf: (observation) => allot(observation.device, observation.kind, nameOf(observation)),
    find: lookup,
    numberOf: ({ device, property }) => allot(device, 'reading', property),
    readings: () => [...byId.values()].filter(({ kind }) => kind === 'reading'),
    unsaved: () => [...unsaved],
    saved(keys) {
      for (const key of keys) unsaved.delete(key)
    },
    toEntry(row) {
      const key = byId.get(row[1])
      if (!key) throw new Error(`The observation log names series ${row[1]}, which is not listed.`)
      return { seq: row[0], observation: toObservation(key, row) }
    },
  }
}
