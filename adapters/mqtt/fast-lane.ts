/**
 * Takes the common case out of the byte stream before aedes sees it: whole QoS 1 PUBLISH packets
 * of a device that is connected, on its own topic, that nobody listens to. aedes spends most of
 * its time on generality that such a packet does not need; the order of work is the same (commit,
 * then PUBACK, in the order of commit) and everything else is handed on untouched.
 */
export interface FastLane {
  /**
   * Takes what it can from the beginning of `chunk` and returns the rest, which may be empty.
   * `aligned`: the chunk begins with a packet, not in the middle of one.
   */
  take(chunk: Buffer, aligned: boolean): Buffer
  /** True while the device has as much in flight as it may: read no more. */
  isFull(): boolean
}

export interface FastLaneOptions {
  maxInFlight: number
  /** Neither forbidden nor listened to; asked for each packet. */
  mayTake(topic: string): boolean
  receive(topic: string, payload: Buffer): Promise<unknown>
  /** Called once for all acknowledgements that became due together; each character is a byte. */
  write(latin1: string): void
  /** A message was not stored: it must not be acknowledged. */
  failed(error: Error): void
  /** Called for each chunk that held packets. */
  heard(): void
  /** Calls back once all that is due in this turn is known, to be written together. */
  soon(flush: () => void): void
  /** There is room again after `isFull`. */
  drained(): void
}

/** PUBLISH, QoS 1, not retained; bit 3 marks a repetition [MQTT-3.3.1]. */
const publishQos1 = 0x32
const dupBit = 0x08
/** A PUBACK's first two bytes. As Latin-1 text: small texts are written without a buffer. */
const pubackHead = '\u0040\u0002'
/** Tails of larger packets go to aedes: keeping them here would copy them with each chunk. */
const maxTailBytes = 16_384
const none = Buffer.alloc(0)

interface Frame {
  /** Where the body begins and the packet ends. */
  body: number
  end: number
}

/** The packet at `at`; undefined while its remaining length is not all there. */
function frameAt(bytes: Buffer, at: number): Frame | undefined {
  let length = 0
  for (let i = 1; i <= 4; i++) {
    const byte = bytes[at + i]
    if (byte === undefined) return undefined
    length += (byte & 0x7f) * 2 ** (7 * (i - 1))
    if (byte < 0x80) return { body: at + i + 1, end: at + i + 1 + length }
  }
  return undefined
}

function isSame(known: Buffer, bytes: Buffer, start: number, end: number): boolean {
  if (known.length !== end - start) return false
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[start + i]) return false
  return true
}

export function createFastLane(options: FastLaneOptions): FastLane {
  let tail = none
  let topicBytes = none
  let lastTopic = ''
  let inFlight = 0
  let wasFull = false
  let due = ''

  function flush(): void {
    const acknowledgements = due
    due = ''
    options.write(acknowledgements)
    if (!wasFull || isFull()) return
    wasFull = false
    options.drained()
  }

  function acknowledge(id: number): void {
    inFlight -= 1
    if (due === '') options.soon(flush)
    due += pubackHead + String.fromCharCode(id >> 8, id & 0xff)
  }

  function isFull(): boolean {
    if (inFlight < options.maxInFlight) return false
    wasFull = true
    return true
  }

  /** Most devices use one topic: the same text again spares making it and what is looked up by it. */
  function topicIn(bytes: Buffer, start: number, end: number): string {
    if (!isSame(topicBytes, bytes, start, end)) {
      topicBytes = Buffer.from(bytes.subarray(start, end))
      lastTopic = topicBytes.toString('utf8')
    }
    return lastTopic
  }

  /** False: this packet is none of ours. */
  function takePacket(bytes: Buffer, { body, end }: Frame): boolean {
    if (end - body < 4) return false
    const topicEnd = body + 2 + bytes.readUInt16BE(body)
    if (topicEnd === body + 2 || topicEnd + 2 > end) return false
    const id = bytes.readUInt16BE(topicEnd)
    const topic = topicIn(bytes, body + 2, topicEnd)
    if (id === 0 || !options.mayTake(topic)) return false
    inFlight += 1
    options.receive(topic, bytes.subarray(topicEnd + 2, end)).then(
      () => acknowledge(id),
      (error: Error) => options.failed(error),
    )
    return true
  }

  return {
    isFull,
    take(chunk, aligned) {
      if (!aligned && tail.length === 0) return chunk
      const bytes = tail.length === 0 ? chunk : Buffer.concat([tail, chunk])
      tail = none
      let at = 0
      for (;;) {
        if (at === bytes.length) break
        if (((bytes[at] as number) & ~dupBit) !== publishQos1) break
        const frame = frameAt(bytes, at)
        if (frame === undefined || frame.end > bytes.length) {
          if (bytes.length - at > maxTailBytes) break
          tail = Buffer.from(bytes.subarray(at))
          at = bytes.length
          break
        }
        if (!takePacket(bytes, frame)) break
        at = frame.end
      }
      if (at > 0) options.heard()
      return at === 0 ? bytes : bytes.subarray(at)
    },
  }
}

/** One turn of the loop for all lanes: a commit acknowledges messages of many connections at once. */
export function createTurn(): (flush: () => void) => void {
  let due: (() => void)[] = []
  function flushAll(): void {
    const now = due
    due = []
    for (const flush of now) flush()
  }
  return (flush) => {
    if (due.push(flush) === 1) process.nextTick(flushAll)
  }
}
