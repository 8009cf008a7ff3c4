import type { VideoCodec } from '../../../simulators/camera/h264.ts'

/** The other end of the packetiser, written from the same clauses but not from its code. */

export interface RtpPacket {
  isMarked: boolean
  payloadType: number
  sequence: number
  timestamp: number
  ssrc: number
  payload: Buffer
}

export function parseRtp(packet: Buffer): RtpPacket {
  if (packet.length < 12 || packet[0]! >> 6 !== 2) throw new Error('no RTP packet')
  return {
    isMarked: (packet[1]! & 0x80) !== 0,
    payloadType: packet[1]! & 0x7f,
    sequence: packet.readUInt16BE(2),
    timestamp: packet.readUInt32BE(4),
    ssrc: packet.readUInt32BE(8),
    payload: packet.subarray(12),
  }
}

interface Fragment {
  isFirst: boolean
  isLast: boolean
  /** The NAL header that the fragments share. */
  header: Buffer
  rest: Buffer
}

function fragmentOf(codec: VideoCodec, payload: Buffer): Fragment | undefined {
  if (codec === 'h264') {
    if ((payload[0]! & 0x1f) !== 28) return undefined
    const fu = payload[1]!
    const header = Buffer.from([(payload[0]! & 0xe0) | (fu & 0x1f)])
    return { isFirst: fu >= 0x80, isLast: (fu & 0x40) !== 0, header, rest: payload.subarray(2) }
  }
  if (((payload[0]! >> 1) & 0x3f) !== 49) return undefined
  const fu = payload[2]!
  const header = Buffer.from([(payload[0]! & 0x81) | ((fu & 0x3f) << 1), payload[1]!])
  return { isFirst: fu >= 0x80, isLast: (fu & 0x40) !== 0, header, rest: payload.subarray(3) }
}

/** The NAL units of payloads in order; throws when a fragment is missing, doubled or left over. */
export function depacketise(codec: VideoCodec, payloads: readonly Buffer[]): Buffer[] {
  const nals: Buffer[] = []
  let open: Buffer[] | undefined
  for (const payload of payloads) {
    const fragment = fragmentOf(codec, payload)
    if (fragment === undefined) {
      if (open) throw new Error('a unit began before the last fragment came')
      nals.push(payload)
      continue
    }
    if (fragment.isFirst && fragment.isLast) throw new Error('one fragment is no fragmentation')
    if (fragment.isFirst === (open !== undefined)) throw new Error('fragments out of order')
    open = open ? [...open, fragment.rest] : [fragment.header, fragment.rest]
    if (!fragment.isLast) continue
    nals.push(Buffer.concat(open))
    open = undefined
  }
  if (open) throw new Error('the last fragment is missing')
  return nals
}
