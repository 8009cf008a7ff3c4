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
  /** Lane or gate have room again. */
  resume(): void
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
const none = Buffer.alloc(0)

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
 * Puts the guard between the socket and its reader. `push` is replaced on this one socket: a stream
 * in between would cost every message a second copy and a second event, and so would the socket's
 * own buffer for what the lane takes. What may not pass yet is held here, at most one read's worth,
 * while the socket itself is not read.
 */
export function guardSocket(socket: Socket, limits: PacketLimits): GuardedSocket {
  const guard = createPacketGuard(limits)
  const push = socket.push.bind(socket)
  let held: Buffer = none
  let lane: FastLane | undefined
  let gate: ReadGate | undefined

  /** False: more must not be read now. */
  function passOn(): boolean {
    let hasRoom = true
    while (held.length > 0) {
      if (lane?.isFull() === true) return false
      const allowance = gate?.allowance() ?? held.length
      if (allowance === 0) return false
      const chunk = allowance < held.length ? held.subarray(0, Math.floor(allowance)) : held
      held = chunk === held ? none : held.subarray(chunk.length)
      const aligned = guard.isBetweenPackets()
      const before = guard.packets()
      if (!guard.accepts(chunk)) {
        held = none
        socket.destroy(new Error(guard.reason()))
        return false
      }
      gate?.took(guard.packets() - before)
      const rest = lane === undefined ? chunk : lane.take(chunk, aligned)
      if (rest.length > 0) hasRoom = push(rest)
    }
    return hasRoom
  }

  function take(chunk: Buffer): boolean {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk])
    return passOn()
  }

  function resume(): void {
    // What a stream does when it wants more; `read` would not, as it saw none of what was taken.
    if (!socket.destroyed && passOn()) socket._read(0)
  }

  // With TLS, bytes may have come together with the end of the handshake.
  const early: unknown = socket.read()
  if (Buffer.isBuffer(early)) {
    held = early
    process.nextTick(resume)
  }
  // Null is the end of the stream.
  socket.push = (chunk: unknown) => (Buffer.isBuffer(chunk) ? take(chunk) : push(chunk))

  return {
    ...guard,
    resume,
    divert(given) {
      lane = given
    },
    slowDown(given) {
      gate = given
    },
  }
}
