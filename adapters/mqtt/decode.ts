import { isUtf8 } from 'node:buffer'
import type {
  DecodeFailure,
  DeviceEvent,
  DeviceStatus,
  Observation,
  ObservedProperty,
  QuarantineReason,
  Reading,
} from '../../gateway/domain/observation.ts'
import { isPersonal } from '../../gateway/domain/personal.ts'
import type { RawMessage } from '../../gateway/ports/adapter.ts'
import { describeIssue, failure, found } from './failures.ts'
import { decodeImage } from './image.ts'
import {
  type CheckinPayload,
  checkinSchema,
  type EventPayload,
  eventSchema,
  maxTelemetryObjects,
  propertyNames,
  type Telemetry,
  telemetrySchema,
} from './payloads.ts'
import { messageKinds, parseTopic } from './topics.ts'

/**
 * Bytes of one message → observations or a failure. Pure and total: whatever the bytes, it returns,
 * and in time linear in their number. What names a person is withheld here (see domain/personal.ts).
 */
export interface Decoded {
  outcome: Observation[] | DecodeFailure
  /** The picture of the single event in `outcome`, still to be stored. */
  image?: Uint8Array
  /** True when something that names a person was left out. */
  personal?: boolean
  /** What may be kept of the message instead of its bytes, when they name a person. */
  keep?: Uint8Array
}

const maxMessageBytes = 1_048_576
export const defaultTelemetryBytes = 65_536
const keptOfTooLarge = 4_096

interface Origin {
  device: string
  receivedAt: number
}

const topicExpected = `lianxun/<village>/<device>/ and one of ${messageKinds.join(', ')}`

export function isFailure(outcome: Observation[] | DecodeFailure): outcome is DecodeFailure {
  return !Array.isArray(outcome)
}

export function decode(
  message: RawMessage,
  maxTelemetryBytes: number = defaultTelemetryBytes,
): Decoded {
  const path = parseTopic(message.topic)
  if (path === undefined) return invalid(`topic: found ${found(message.topic)}`, topicExpected)
  const maxBytes = path.kind === 'telemetry' ? maxTelemetryBytes : maxMessageBytes
  if (message.payload.length > maxBytes) return tooLarge(message.payload, maxBytes)
  const origin = { device: path.device, receivedAt: message.receivedAt }
  switch (path.kind) {
    case 'telemetry':
      return withJson(message, (json) => ({ outcome: decodeTelemetry(json, origin) }))
    case 'event':
      return withJson(message, (json) => decodeEvent(json, origin))
    case 'checkin':
      return withJson(message, (json) => ({ outcome: decodeCheckin(json, origin) }))
    case 'status':
      return { outcome: decodeStatus(message.payload, origin) }
    default:
      return invalid(`topic: found ${found(path.kind)} as its last level`, topicExpected)
  }
}

function invalid(what: string, expected: string): Decoded {
  return { outcome: failure('invalid', `${what}, expected ${expected}.`) }
}

function tooLarge(payload: Uint8Array, maxBytes: number): Decoded {
  const detail = `payload: found ${payload.length} bytes, expected at most ${maxBytes}.`
  return { outcome: failure('tooLarge', detail), keep: payload.slice(0, keptOfTooLarge) }
}

function unparseable(what: string): Decoded {
  return { outcome: failure('unparseable', `payload: found ${what}, expected JSON in UTF-8.`) }
}

function withJson(message: RawMessage, next: (json: unknown) => Decoded): Decoded {
  const { payload } = message
  if (payload.length === 0) return unparseable('nothing (0 bytes)')
  if (!isUtf8(payload)) return unparseable('bytes that are not UTF-8')
  let json: unknown
  try {
    json = JSON.parse(textOf(payload))
  } catch (error) {
    return unparseable(`text that is not JSON (${found((error as Error).message)})`)
  }
  return withoutPersonalFields(json, next(json))
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
}

/** A refused message is kept for people to see; fields that name a person are cut out of it first. */
function withoutPersonalFields(json: unknown, decoded: Decoded): Decoded {
  if (typeof json !== 'object' || json === null) return decoded
  if (!isFailure(decoded.outcome)) {
    const isNamed = !Array.isArray(json) && Object.keys(json).some(isPersonal)
    return isNamed ? { ...decoded, personal: true } : decoded
  }
  if (!hasPersonalField(json)) return decoded
  return { ...decoded, personal: true, keep: withoutPersonal(json) }
}

/** At any depth, and without a stack that a hostile depth could exhaust. */
function hasPersonalField(json: object): boolean {
  const open: unknown[] = [json]
  while (open.length > 0) {
    const value = open.pop()
    if (typeof value !== 'object' || value === null) continue
    if (!Array.isArray(value) && Object.keys(value).some(isPersonal)) return true
    for (const inner of Object.values(value)) open.push(inner)
  }
  return false
}

function withoutPersonal(json: object): Uint8Array {
  try {
    const text = JSON.stringify(json, (name, value: unknown) =>
      isPersonal(name) ? undefined : value,
    )
    return Buffer.from(text)
  } catch {
    // Nested deeper than the stack: what is left says enough.
    return Buffer.from('{}')
  }
}

function decodeTelemetry(json: unknown, origin: Origin): Observation[] | DecodeFailure {
  if (!Array.isArray(json)) return decodeTelemetryObject(json, origin, [])
  if (json.length === 0) {
    return failure('invalid', 'payload: found an empty array, expected at least one object.')
  }
  if (json.length > maxTelemetryObjects) {
    const limit = `expected at most ${maxTelemetryObjects} in one message`
    return failure('tooLarge', `payload: found an array of ${json.length} objects, ${limit}.`)
  }
  const observations: Observation[] = []
  for (const [index, item] of json.entries()) {
    const outcome = decodeTelemetryObject(item, origin, [index])
    if (isFailure(outcome)) return outcome
    observations.push(...outcome)
  }
  return observations
}

function decodeTelemetryObject(
  json: unknown,
  origin: Origin,
  at: PropertyKey[],
): Reading[] | DecodeFailure {
  const parsed = telemetrySchema.safeParse(json)
  if (!parsed.success) return describeIssue(parsed.error.issues, json, at)
  const readings = readingsOf(parsed.data, origin)
  if (readings.length > 0) return readings
  const known = `one of ${propertyNames.join(', ')}`
  return failure('invalid', `readings: found an empty object, expected at least ${known}.`)
}

function readingsOf(telemetry: Telemetry, { device, receivedAt }: Origin): Reading[] {
  const observedAt = toEpochMs(telemetry.ts, receivedAt)
  const readings: Reading[] = []
  // Its own names, not all that there are: this is done for each message.
  for (const [property, value] of Object.entries(telemetry.readings)) {
    if (value === undefined) continue
    const known = property as ObservedProperty
    readings.push({ kind: 'reading', device, property: known, value, observedAt, receivedAt })
  }
  return readings
}

function toEpochMs(ts: number | undefined, receivedAt: number): number {
  return ts === undefined ? receivedAt : Math.trunc(ts)
}

function decodeEvent(json: unknown, origin: Origin): Decoded {
  // Before validation, so that not even a malformed one reaches quarantine.
  if (namesPerson(json)) return { outcome: [], personal: true }
  const parsed = eventSchema.safeParse(json)
  if (!parsed.success) return { outcome: describeIssue(parsed.error.issues, json, []) }
  const event = eventOf(parsed.data, origin)
  if (parsed.data.image === undefined) return { outcome: [event] }
  const image = decodeImage(parsed.data.image)
  return image instanceof Uint8Array ? { outcome: [event], image } : { outcome: image }
}

function namesPerson(json: unknown): boolean {
  if (typeof json !== 'object' || json === null || !('type' in json)) return false
  return typeof json.type === 'string' && isPersonal(json.type.slice(0, 256))
}

function eventOf(payload: EventPayload, { device, receivedAt }: Origin): DeviceEvent {
  const { ts, id, image: _image, ...rest } = payload
  const event: DeviceEvent = {
    kind: 'event',
    device,
    observedAt: toEpochMs(ts, receivedAt),
    receivedAt,
    ...rest,
  }
  if (id !== undefined) event.senderId = id
  return event
}

/** A check-in of a fixed reader; the patrol book reads it from the log by its type. */
function decodeCheckin(
  json: unknown,
  { device, receivedAt }: Origin,
): DeviceEvent[] | DecodeFailure {
  const parsed = checkinSchema.safeParse(json)
  if (!parsed.success) return describeIssue(parsed.error.issues, json, [])
  const { ts, id, ...proof }: CheckinPayload = parsed.data
  const event: DeviceEvent = {
    kind: 'event',
    type: 'checkin',
    state: 'pulse',
    device,
    observedAt: toEpochMs(ts, receivedAt),
    receivedAt,
    checkin: proof,
  }
  if (id !== undefined) event.senderId = id
  return [event]
}

function decodeStatus(payload: Uint8Array, origin: Origin): DeviceStatus[] | DecodeFailure {
  const text = payload.length <= 64 && isUtf8(payload) ? textOf(payload) : undefined
  if (text === 'online' || text === 'offline') {
    const { device, receivedAt } = origin
    return [
      { kind: 'status', device, online: text === 'online', observedAt: receivedAt, receivedAt },
    ]
  }
  const what = text === undefined ? `${payload.length} bytes` : found(text)
  const reason: QuarantineReason = text === undefined ? 'unparseable' : 'invalid'
  return failure(reason, `payload: found ${what}, expected the text online or offline.`)
}
