import type { AccessUnit, VideoCodec } from './h264.ts'

/**
 * Packs NAL units into RTP: single NAL unit packets where one fits, fragmentation units where not
 * (H.264: RFC 6184 §5.6 and §5.8; H.265: RFC 7798 §4.4.1 and §4.4.3). The marker is set on the last
 * packet of a picture, and all packets of a picture carry one timestamp (RFC 3550 §5.1).
 */

export const rtpClockHz = 90_000
export const payloadType = 96
const rtpHeaderBytes = 12
/** What goes into one datagram on an Ethernet; TCP would take more, clients expect no more. */
const maxPayloadBytes = 1400

const fuA = 28
const fuH265 = 49

function fragmentsOfH264(nal: Buffer, maxBytes: number): Buffer[] {
  const header = nal[0]!
  const fragments: Buffer[] = []
  const room = maxBytes - 2
  for (let at = 1; at < nal.length; at += room) {
    const isFirst = at === 1
    const isLast = at + room >= nal.length
    const fu = (isFirst ? 0x80 : 0) | (isLast ? 0x40 : 0) | (header & 0x1f)
    const prefix = Buffer.from([(header & 0xe0) | fuA, fu])
    fragments.push(Buffer.concat([prefix, nal.subarray(at, at + room)]))
  }
  return fragments
}

function fragmentsOfH265(nal: Buffer, maxBytes: number): Buffer[] {
  const type = (nal[0]! >> 1) & 0x3f
  const fragments: Buffer[] = []
  const room = maxBytes - 3
  for (let at = 2; at < nal.length; at += room) {
    const isFirst = at === 2
    const isLast = at + room >= nal.length
    const fu = (isFirst ? 0x80 : 0) | (isLast ? 0x40 : 0) | type
    const prefix = Buffer.from([(nal[0]! & 0x81) | (fuH265 << 1), nal[1]!, fu])
    fragments.push(Buffer.concat([prefix, nal.subarray(at, at + room)]))
  }
  return fragments
}

/** The RTP payloads of one NAL unit, none larger than `maxBytes`. */
export function payloadsOf(codec: VideoCodec, nal: Buffer, maxBytes = maxPayloadBytes): Buffer[] {
  if (nal.length <= maxBytes) return [nal]
  return codec === 'h264' ? fragmentsOfH264(nal, maxBytes) : fragmentsOfH265(nal, maxBytes)
}

export interface RtpStamp {
  ssrc: number
  /** Of the first packet; the others count on. */
  sequence: number
  timestamp: number
  isMarked: boolean
}

export function rtpHeader({ ssrc, sequence, timestamp, isMarked }: RtpStamp): Buffer {
  const header = Buffer.allocUnsafe(rtpHeaderBytes)
  header[0] = 0x80
  header[1] = (isMarked ? 0x80 : 0) | payloadType
  header.writeUInt16BE(sequence & 0xffff, 2)
  header.writeUInt32BE(timestamp >>> 0, 4)
  header.writeUInt32BE(ssrc >>> 0, 8)
  return header
}

/** RFC 2326 §10.12: a dollar sign, the channel, the length, the packet. */
export function interleave(channel: number, parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const prefix = Buffer.from([0x24, channel, length >> 8, length & 0xff])
  return Buffer.concat([prefix, ...parts])
}

export interface PackedPicture {
  /** All packets, interleaved, in one piece: one write a picture. */
  bytes: Buffer
  packets: number
  /** RTP payload bytes alone, as a sender report counts them. */
  octets: number
}

export function packPicture(
  unit: { codec: VideoCodec; picture: AccessUnit },
  stamp: Omit<RtpStamp, 'isMarked'>,
  channel: number,
): PackedPicture {
  const payloads = unit.picture.nals.flatMap((nal) => payloadsOf(unit.codec, nal))
  const packets = payloads.map((payload, i) => {
    const isMarked = i === payloads.length - 1
    const header = rtpHeader({ ...stamp, sequence: stamp.sequence + i, isMarked })
    return interleave(channel, [header, payload])
  })
  return {
    bytes: Buffer.concat(packets),
    packets: packets.length,
    octets: payloads.reduce((sum, payload) => sum + payload.length, 0),
  }
}

/** Seconds from 1900 to 1970. */
const ntpOffsetSeconds = 2_208_988_800

/** A sender report (RFC 3550 §6.4.1) with the source description every compound packet needs. */
export function senderReport(report: {
  ssrc: number
  wallClockMs: number
  timestamp: number
  packets: number
  octets: number
}): Buffer {
  const sr = Buffer.alloc(28)
  sr[0] = 0x80
  sr[1] = 200
  sr.writeUInt16BE(6, 2)
  sr.writeUInt32BE(report.ssrc >>> 0, 4)
  const seconds = Math.floor(report.wallClockMs / 1000)
  const fraction = Math.floor(((report.wallClockMs - seconds * 1000) / 1000) * 2 ** 32)
  sr.writeUInt32BE((seconds + ntpOffsetSeconds) >>> 0, 8)
  sr.writeUInt32BE(fraction >>> 0, 12)
  sr.writeUInt32BE(report.timestamp >>> 0, 16)
  sr.writeUInt32BE(report.packets >>> 0, 20)
  sr.writeUInt32BE(report.octets >>> 0, 24)
  const name = Buffer.from('camera')
  // One chunk: SSRC, CNAME item, a zero byte at the end, filled up to 32 bits.
  const sdes = Buffer.alloc(4 + 4 + Math.ceil((2 + name.length + 1) / 4) * 4)
  sdes[0] = 0x81
  sdes[1] = 202
  sdes.writeUInt16BE(sdes.length / 4 - 1, 2)
  sdes.writeUInt32BE(report.ssrc >>> 0, 4)
  sdes[8] = 1
  sdes[9] = name.length
  name.copy(sdes, 10)
  return Buffer.concat([sr, sdes])
}
