import type { Socket } from 'node:net'
import type { FastLane } from './fast-lane.ts'
import type { ReadGate } from './throttles.ts'

/**
 * Follows the MQTT framing of one inbound byte stream and stops it at the header of a packet that
 * is too large: aedes has no such limit and would buffer whatever is announced, before CONNECT too.
 */
export interface PacketGuard {
  /** False: the stream must be closed and the chunk thrown away. */
  accepts(chunk: Uint8Array): boolean
  /** Why `accepts` was false. */
  reason(): string | undefined
  /** True when the last whole packet header was DISCONNECT. */
  saidGoodbye(): boolean
  /** True where a packet has ended and the next has not begun. */
  isBetweenPackets(): boolean
  /** How many packets have begun. */
  packets(): number
}

export interface GuardedSocket extends PacketGuard {
  /** From now on each chunk passes through the lane first. */
  divert(lane: FastLane): void
  /** From now on no more is read than the gate allows. */
  slowDown(gate: ReadGate): void
}

export interface PacketLimits {
  maxPacketBytes: number
  maxConnectBytes: number
}

const connectType = 1
const subscribeType = 8
const disconnectType = 14
/** What a client may send: CONNECT, PUBLISH and its answers, SUBSCRIBE, UNSUBSCRIBE, PINGREQ, DISCONNECT. */
const clientTypes = new Set([1, 3, 4, 5, 6, 7, 8, 10, 12, 14])
/** A packet id, one topic's length, and what is asked for. */
const minSubscribeBytes = 5
/** [MQTT-2.2.3]: the remaining length takes one to four bytes. */
const maxLengthBytes = 4

export function createPacketGuard(limits: PacketLimits): PacketGuard {
  let type = 0
  let packets = 0
  let body = 0
  let lengthBytes = -1
  let remaining = 0
  let problem: string | undefined

  function startPacket(header: number): void {
    type = header >> 4
    if (packets === 0 && type !== connectType) problem = 'its first packet is no CONNECT'
    else if (!clientTypes.has(type))
      problem = `a packet of type ${type} is none that a client sends`
    packets += 1
    lengthBytes = 0
    remaining = 0
  }

  function addLengthByte(byte: number): void {
    remaining += (byte & 0x7f) * 2 ** (7 * lengthBytes)
    lengthBytes += 1
    if (byte >= 0x80) {
      if (lengthBytes === maxLengthBytes) problem = 'its remaining length is malformed'
      return
    }
    const limit = type === connectType ? limits.maxConnectBytes : limits.maxPacketBytes
    if (remaining > limit) problem = `a packet of ${remaining} bytes is over the limit of ${limit}`
    if (type === subscribeType && remaining < minSubscribeBytes) {
      problem = 'it subscribed to nothing [MQTT-3.8.3-3]'
    }
    body = remaining
    lengthBytes = -1
  }

  function accepts(chunk: Uint8Array): boolean {
    let at = 0
    while (at < chunk.length && problem === undefined) {
      if (body > 0) {
        const skipped = Math.min(body, chunk.length - at)
        body -= skipped
        at += skipped
        continue
      }
      const byte = chunk[at] as number
      at += 1
      if (lengthBytes < 0) startPacket(byte)
      else addLengthByte(byte)
    }
    return problem === undefined
  }

  return {
    accepts,
    reason: () => problem,
    saidGoodbye: () => type === disconnectType,
    isBetweenPackets: () => body === 0 && lengthBytes < 0,
    packets: () => packets,
  }
}

/**
 * Puts the guard between the socket and its reader. `read` is replaced on this one socket because
 * a stream in between would cost every message a second copy and a second event.
 */
export function guardSocket(socket: Socket, limits: PacketLimits): GuardedSocket {
  const guard = createPacketGuard(limits)
  const read = socket.read.bind(socket)
  let lane: FastLane | undefined
  let gate: ReadGate | undefined

  /**
   * Undefined: all that is there. A stream says `readable` again only when it was read empty, and
   * aedes does not ask for more by itself.
   */
  function sizeWithin(allowance: number): number | undefined {
    if (allowance >= socket.readableLength) return undefined
    setImmediate(() => socket.emit('readable'))
    return Math.floor(allowance)
  }

  socket.read = (size?: number) => {
    for (;;) {
      if (lane?.isFull() === true) return null
      const allowance = gate?.allowance() ?? Number.POSITIVE_INFINITY
      if (allowance === 0) return null
      // The stream itself asks for 0 bytes to get going, and throws away what it is given.
      const chunk: unknown = read(size === 0 ? 0 : (sizeWithin(allowance) ?? size))
      if (!Buffer.isBuffer(chunk)) return chunk
      const aligned = guard.isBetweenPackets()
      const before = guard.packets()
      if (!guard.accepts(chunk)) {
        socket.destroy(new Error(guard.reason()))
        return null
      }
      gate?.took(guard.packets() - before)
      const rest = lane === undefined ? chunk : lane.take(chunk, aligned)
      if (rest.length > 0) return rest
    }
  }
  return {
    ...guard,
    divert(given) {
      lane = given
    },
    slowDown(given) {
      gate = given
    },
  }
}
