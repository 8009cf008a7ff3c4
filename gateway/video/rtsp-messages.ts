/** Requests and answers of RTSP 1.0 (RFC 2326) as they come off a socket. */

export interface RtspMessage {
  /** `DESCRIBE rtsp://… RTSP/1.0` or `RTSP/1.0 200 OK`. */
  first: string
  /** Name and value as sent. */
  headers: [string, string][]
  body: Buffer
}

const mostHeadBytes = 16_384
const mostBodyBytes = 65_536
const headEnd = Buffer.from('\r\n\r\n')
/** A packet of the picture between the messages (10.12): `$`, channel, length. */
const packetSign = 0x24

export class RtspError extends Error {
  override name = 'RtspError'
}

export interface RtspReader {
  push(chunk: Buffer): void
  /** The next message that is complete; packets before it are passed over. */
  next(): RtspMessage | undefined
  /** What is read and not yet a message; the reader is empty then. */
  rest(): Buffer
}

export function createRtspReader(): RtspReader {
  let held: Buffer = Buffer.alloc(0)

  /** False: there is none, or it is not complete. */
  function passPacket(): boolean {
    if (held[0] !== packetSign || held.length < 4) return false
    const size = 4 + held.readUInt16BE(2)
    if (held.length < size) return false
    held = held.subarray(size)
    return true
  }

  return {
    push(chunk) {
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk])
    },
    next() {
      while (passPacket());
      if (held.length === 0 || held[0] === packetSign) return undefined
      const end = held.indexOf(headEnd)
      if ((end === -1 ? held.length : end) > mostHeadBytes) {
        throw new RtspError('a head that does not end')
      }
      if (end === -1) return undefined
      const message = parseHead(held.toString('latin1', 0, end))
      const size = Number(headerOf(message, 'content-length') ?? 0)
      if (!Number.isInteger(size) || size < 0 || size > mostBodyBytes) {
        throw new RtspError('a body of no usable length')
      }
      const from = end + headEnd.length
      if (held.length < from + size) return undefined
      message.body = held.subarray(from, from + size)
      held = held.subarray(from + size)
      return message
    },
    rest() {
      const rest = held
      held = Buffer.alloc(0)
      return rest
    },
  }
}

function parseHead(text: string): RtspMessage {
  const [first = '', ...lines] = text.replace(/^[\r\n]+/, '').split('\r\n')
  const headers = lines.flatMap((line): [string, string][] => {
    const colon = line.indexOf(':')
    return colon < 1 ? [] : [[line.slice(0, colon).trim(), line.slice(colon + 1).trim()]]
  })
  return { first, headers, body: Buffer.alloc(0) }
}

export function headersOf({ headers }: RtspMessage, name: string): string[] {
  return headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value)
}

export function headerOf(message: RtspMessage, name: string): string | undefined {
  return headersOf(message, name)[0]
}

export function statusOf({ first }: RtspMessage): number {
  return Number(/^RTSP\/\d\.\d (\d{3})/.exec(first)?.[1] ?? Number.NaN)
}

export function writeMessage({ first, headers, body }: RtspMessage): Buffer {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return Buffer.concat([Buffer.from(`${first}\r\n${lines}\r\n`, 'latin1'), body])
}
