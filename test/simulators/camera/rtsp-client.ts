import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { parseRtp, type RtpPacket } from './depacketise.ts'

/** A client that shows what comes over the wire; it asks what the test tells it to. */

interface RtspReply {
  status: number
  /** All values of a name, in lower case. */
  headers: ReadonlyMap<string, readonly string[]>
  body: string
}

export interface RtspClient {
  socket: Socket
  /** Interleaved packets in the order they came. */
  packets: { channel: number; packet: Buffer }[]
  request(method: string, uri: string, headers?: Record<string, string>): Promise<RtspReply>
  /** SETUP and PLAY; what SETUP and PLAY answered. */
  watch(
    uri: string,
    headers?: Record<string, string>,
  ): Promise<{ setup: RtspReply; play: RtspReply }>
  /** Pictures that are complete, each with its packets. */
  pictures(): RtpPacket[][]
  until(isSo: () => boolean): Promise<void>
  closed: Promise<void>
  isClosed(): boolean
}

function parseReply(head: string): RtspReply & { cseq: number; bodyBytes: number } {
  const [first = '', ...lines] = head.split('\r\n')
  const headers = new Map<string, string[]>()
  for (const line of lines) {
    const at = line.indexOf(':')
    const name = line.slice(0, at).toLowerCase()
    headers.set(name, [...(headers.get(name) ?? []), line.slice(at + 1).trim()])
  }
  const number = (name: string) => Number(headers.get(name)?.[0] ?? 0)
  const status = Number(first.split(' ')[1])
  return { status, headers, body: '', cseq: number('cseq'), bodyBytes: number('content-length') }
}

export async function connectRtsp(port: number): Promise<RtspClient> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  const waiting = new Map<number, (reply: RtspReply) => void>()
  const checks = new Set<() => void>()
  const packets: RtspClient['packets'] = []
  let pending: Buffer = Buffer.alloc(0)
  let cseq = 0
  let isClosed = false

  function readOne(): boolean {
    if (pending[0] === 0x24) {
      const length = pending.length < 4 ? Number.POSITIVE_INFINITY : pending.readUInt16BE(2)
      if (pending.length < 4 + length) return false
      packets.push({ channel: pending[1]!, packet: pending.subarray(4, 4 + length) })
      pending = pending.subarray(4 + length)
      return true
    }
    const end = pending.indexOf('\r\n\r\n')
    if (end < 0) return false
    const reply = parseReply(pending.toString('utf8', 0, end))
    const whole = end + 4 + reply.bodyBytes
    if (pending.length < whole) return false
    const body = pending.toString('utf8', end + 4, whole)
    pending = pending.subarray(whole)
    waiting.get(reply.cseq)?.({ ...reply, body })
    return true
  }

  const check = () => {
    for (const one of checks) one()
  }
  socket.on('data', (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
    while (readOne()) continue
    check()
  })
  socket.on('error', () => {})
  const closed = new Promise<void>((resolve) => {
    socket.on('end', () => socket.end())
    socket.on('close', () => {
      isClosed = true
      check()
      resolve()
    })
  })
  await once(socket, 'connect')

  const client: RtspClient = {
    socket,
    packets,
    closed,
    isClosed: () => isClosed,
    request(method, uri, headers = {}) {
      const number = ++cseq
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
      const reply = new Promise<RtspReply>((resolve) => waiting.set(number, resolve))
      socket.write(`${method} ${uri} RTSP/1.0\r\nCSeq: ${number}\r\n${lines.join('')}\r\n`)
      return reply
    },
    async watch(uri, headers = {}) {
      const transport = { Transport: 'RTP/AVP/TCP;unicast;interleaved=0-1' }
      const setup = await client.request('SETUP', `${uri}/trackID=0`, { ...transport, ...headers })
      const session = setup.headers.get('session')?.[0]?.split(';')[0] ?? ''
      const play = await client.request('PLAY', uri, { Session: session, ...headers })
      return { setup, play }
    },
    pictures() {
      const pictures: RtpPacket[][] = []
      let open: RtpPacket[] = []
      for (const { channel, packet } of packets) {
        if (channel % 2 === 1) continue
        const parsed = parseRtp(packet)
        open.push(parsed)
        if (!parsed.isMarked) continue
        pictures.push(open)
        open = []
      }
      return pictures
    },
    /** Looks again whenever something came, and every few milliseconds for what comes elsewhere. */
    until(isSo) {
      return new Promise((resolve) => {
        const look = () => {
          if (!isSo()) return
          checks.delete(look)
          clearInterval(timer)
          resolve()
        }
        const timer = setInterval(look, 5)
        checks.add(look)
        look()
      })
    },
  }
  return client
}
