import type { DeviceKind } from '../../gateway/domain/device.ts'

/**
 * What each device says, message by message: a pure function of its number, so that the test knows
 * afterwards what must be in the log. The values cross the sample town's rules again and again.
 */
export interface StreamDevice {
  id: string
  village: string
  kind: DeviceKind
  secret: string
}

interface StreamMessage {
  topic: string
  payload: string
  observedAt: number
}

const stepMs = 10_000

/** True for the stretch `from`–`to` of each period: long enough for the rule's delays. */
function isWithin(index: number, period: number, [from, to]: [number, number]): boolean {
  const at = index % period
  return at >= from && at < to
}

function readingsOf(device: StreamDevice, index: number): Record<string, number> {
  const salt = (index * 7) % 10
  if (device.kind === 'smokeSensor') {
    return { smoke: isWithin(index, 80, [40, 52]) ? 9 : 1, temperature: 20 + salt / 10 }
  }
  if (device.kind === 'waterLevelGauge') {
    return { waterLevel: isWithin(index, 90, [30, 60]) ? 3.5 : 2 }
  }
  if (device.kind === 'airStation') {
    const isBurning = device.id.endsWith('1') && isWithin(index, 120, [40, 100])
    return { pm25: isBurning ? 260 : 40 + salt }
  }
  return { battery: 90 - salt }
}

export function messageAt(device: StreamDevice, index: number, startMs: number): StreamMessage {
  const observedAt = startMs + index * stepMs
  const prefix = `lianxun/${device.village}/${device.id}`
  if (device.kind === 'helpButton') {
    const type = index % 40 === 39 ? 'help' : 'selfTest'
    const id = `${device.id}-${index}`
    const payload = JSON.stringify({ ts: observedAt, id, type, state: 'pulse' })
    return { topic: `${prefix}/event`, payload, observedAt }
  }
  const payload = JSON.stringify({ ts: observedAt, readings: readingsOf(device, index) })
  return { topic: `${prefix}/telemetry`, payload, observedAt }
}

/** What the log must hold of one message: a text for each observation. */
export function keysOf(device: StreamDevice, index: number, startMs: number): string[] {
  const observedAt = startMs + index * stepMs
  if (device.kind === 'helpButton') return [`${device.id} event ${device.id}-${index}`]
  return Object.entries(readingsOf(device, index)).map(
    ([property, value]) => `${device.id} ${property} ${observedAt} ${value}`,
  )
}
