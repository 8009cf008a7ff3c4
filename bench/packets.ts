import { generate } from 'mqtt-packet'

/** MQTT 3.1.1 packets of the load generator, built once and patched in place. */

export interface Login {
  id: string
  village: string
  secret: string
  /** What it measures. */
  property: string
}

export function connectPacket({ id, secret }: Login): Buffer {
  return generate({
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    keepalive: 60,
    clientId: id,
    username: id,
    password: Buffer.from(secret),
  })
}

const firstTs = 1_763_712_000_000
const payloadBytes = 150

/**
 * A telemetry PUBLISH at QoS 1 with a payload of 150 bytes; `set` writes time, packet id and the
 * last digit of the value into it; no value raises an alarm.
 */
export interface PublishTemplate {
  bytes: Buffer
  set(ts: number, packetId: number, value: number): void
}

export function publishTemplate({ id, village, property }: Login): PublishTemplate {
  const bare = JSON.stringify({ ts: firstTs, readings: { [property]: 1.25 }, note: '' })
  const payload = bare.replace('""', `"${'x'.repeat(payloadBytes - bare.length)}"`)
  const topic = `lianxun/${village}/${id}/telemetry`
  const bytes = generate({
    cmd: 'publish',
    topic,
    payload,
    qos: 1,
    dup: false,
    retain: false,
    messageId: 1,
  })
  const start = bytes.length - payloadBytes
  const tsAt = bytes.indexOf(String(firstTs), start)
  const valueAt = bytes.indexOf('1.25', start) + 3
  return {
    bytes,
    set(ts, packetId, value) {
      bytes.writeUInt16BE(packetId, start - 2)
      let rest = ts
      for (let at = tsAt + 12; at >= tsAt; at--) {
        bytes[at] = 48 + (rest % 10)
        rest = Math.floor(rest / 10)
      }
      bytes[valueAt] = 48 + (value % 10)
    },
  }
}

/** Bytes of a PUBACK and of a CONNACK. */
export const ackBytes = 4
export const pubackType = 0x40
