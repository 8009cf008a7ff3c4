import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import { challenges, isAuthorized } from './rtsp-auth.ts'
import {
  createRtspParser,
  formatResponse,
  type RtspItem,
  type RtspRequest,
  type RtspResponse,
} from './rtsp-messages.ts'
import { createPlayback, type Playback } from './rtsp-playback.ts'
import { describeClip } from './rtsp-sdp.ts'
import type { RtspClock, ServedStream } from './rtsp-stream.ts'

/** One client: its requests one after the other, and at most one session. */

export interface ConnectionOptions {
  socket: Socket
  streamAt: (path: string) => ServedStream | undefined
  clock: RtspClock
  sessionTimeoutMs: number
  maxBufferedBytes: number
}

interface Session {
  id: string
  stream: ServedStream
  playback: Playback
  control: string
}

const methods = [
  'OPTIONS',
  'DESCRIBE',
  'SETUP',
  'PLAY',
  'GET_PARAMETER',
  'SET_PARAMETER',
  'TEARDOWN',
]
const maxWaiting = 32
const garbageBytes = 700

/** The path of a request's address: neither query nor track, and no slash at its end. */
function pathOf(uri: string): string | undefined {
  if (uri === '*') return '*'
  const match = /^rtsps?:\/\/[^/?]+([^?]*)(?:\?.*)?$/i.exec(uri)
  return match?.[1]!.replace(/\/trackID=\d+$/, '').replace(/\/+$/, '')
}

interface Channels {
  channel: number
  rtcpChannel: number
}

/** The first transport that is TCP; undefined when only others are offered. */
function chooseTransport(header: string): Channels | undefined {
  for (const offer of header.split(',')) {
    const parts = offer.trim().split(';')
    if (parts[0]?.toUpperCase() !== 'RTP/AVP/TCP') continue
    const named = parts
      .map((part) => /^interleaved=(\d{1,3})(?:-(\d{1,3}))?$/i.exec(part))
      .find(Boolean)
    const channel = Number(named?.[1] ?? 0)
    const rtcpChannel = Number(named?.[2] ?? channel + 1)
    if (channel <= 255 && rtcpChannel <= 255) return { channel, rtcpChannel }
  }
  return undefined
}

export function serveConnection(options: ConnectionOptions): void {
  const { socket, streamAt, clock, sessionTimeoutMs } = options
  const parser = createRtspParser()
  const nonce = randomBytes(16).toString('hex')
  let session: Session | undefined
  let waiting = 0
  let turn: Promise<void> = Promise.resolve()
  let isDeaf = false

  const idle = setTimeout(() => {
    if (!isDeaf) socket.destroy()
  }, sessionTimeoutMs)
  const sessionHeader = (id: string) => `${id};timeout=${Math.ceil(sessionTimeoutMs / 1000)}`

  function endSession(): void {
    session?.playback.stop()
    session = undefined
  }

  async function describe(request: RtspRequest, stream: ServedStream): Promise<RtspResponse> {
    stream.counts.describes++
    const clip = await stream.source.ready()
    const address = socket.localAddress?.replace(/^::ffff:/, '') ?? '0.0.0.0'
    const withParameterSets = stream.manner.kind !== 'noSprop'
    return {
      status: 200,
      headers: {
        'Content-Base': `${request.uri.replace(/\/$/, '')}/`,
        'Content-Type': 'application/sdp',
      },
      body: describeClip(clip, { address, withParameterSets }),
    }
  }

  async function setup(request: RtspRequest, stream: ServedStream): Promise<RtspResponse> {
    const channels = chooseTransport(request.headers.get('transport') ?? '')
    if (!channels) return { status: 461 }
    // One track: a second SETUP within the session could only be an aggregate of it with itself.
    if (session) return { status: 459 }
    const clip = await stream.source.ready()
    const { maxBufferedBytes } = options
    const playback = createPlayback({ socket, stream, clip, ...channels, clock, maxBufferedBytes })
    session = { id: randomBytes(8).toString('hex'), stream, playback, control: request.uri }
    const ssrc = playback.ssrc.toString(16).padStart(8, '0').toUpperCase()
    const transport = `RTP/AVP/TCP;unicast;interleaved=${channels.channel}-${channels.rtcpChannel};ssrc=${ssrc}`
    return {
      status: 200,
      headers: { Transport: transport, Session: sessionHeader(session.id) },
    }
  }

  function play({ playback, id, control }: Session): RtspResponse {
    // The answer goes out before the first packet: both are written in this turn, in this order.
    setImmediate(() => {
      if (session?.playback === playback && !socket.destroyed) playback.start()
    })
    const rtpInfo = `url=${control};seq=${playback.sequence};rtptime=${playback.timestamp}`
    return {
      status: 200,
      headers: { Session: sessionHeader(id), Range: 'npt=0.000-', 'RTP-Info': rtpInfo },
    }
  }

  function inSession(request: RtspRequest): RtspResponse {
    const id = request.headers.get('session')?.split(';')[0]
    if (!session || id !== session.id) return { status: 454 }
    if (request.method === 'PLAY') return play(session)
    if (request.method === 'TEARDOWN') endSession()
    return { status: 200, headers: { Session: sessionHeader(id) } }
  }

  /** What stands between the client and the stream; undefined when nothing does. */
  function refuse(request: RtspRequest, stream: ServedStream): RtspResponse | undefined {
    if (stream.manner.kind === 'notFound') return { status: 404 }
    const auth = stream.auth ?? (stream.manner.kind === 'refuseAuth' ? noOne : undefined)
    if (!auth) return undefined
    const asked = { method: request.method, nonce }
    const isLetIn =
      stream.manner.kind !== 'refuseAuth' &&
      isAuthorized(request.headers.get('authorization'), auth, asked)
    if (isLetIn) return undefined
    stream.counts.refusals++
    return { status: 401, headers: { 'WWW-Authenticate': challenges(auth, nonce) } }
  }

  async function answer(request: RtspRequest, stream?: ServedStream): Promise<RtspResponse> {
    if (!methods.includes(request.method)) return { status: 501 }
    const required = request.headers.get('require')
    if (required) return { status: 551, headers: { Unsupported: required } }
    if (request.method === 'OPTIONS')
      return { status: 200, headers: { Public: methods.join(', ') } }
    if (!stream) return { status: 404 }
    const refused = refuse(request, stream)
    if (refused) return refused
    if (request.method === 'DESCRIBE') return await describe(request, stream)
    if (request.method === 'SETUP') return await setup(request, stream)
    // A keep-alive may come without a session, as long as none is named.
    if (request.method.endsWith('_PARAMETER') && !request.headers.has('session'))
      return { status: 200 }
    return inSession(request)
  }

  /** Silent from here on, and for good: a cut cable does not mend itself. */
  function fallSilent(stream: ServedStream): void {
    isDeaf = true
    endSession()
    socket.pause()
    stream.silenced.add(socket)
    socket.on('close', () => stream.silenced.delete(socket))
  }

  async function handle(item: RtspItem): Promise<void> {
    if (isDeaf || socket.destroyed || item.kind === 'interleaved') return
    if (item.kind === 'refusal') {
      endSession()
      socket.end(formatResponse(item.cseq, { status: item.status }))
      return
    }
    const stream = streamAt(pathOf(item.uri) ?? '')
    if (stream?.manner.kind === 'halfOpen') return fallSilent(stream)
    if (stream?.manner.kind === 'garbage') {
      socket.write(randomBytes(garbageBytes))
      return
    }
    // Why ffmpeg failed is of no use to the client; the source has told its owner.
    const response = await answer(item, stream).catch((): RtspResponse => ({ status: 503 }))
    if (!socket.destroyed) socket.write(formatResponse(item.cseq, response))
  }

  socket.setNoDelay(true)
  socket.on('data', (chunk) => {
    idle.refresh()
    if (session?.stream.manner.kind === 'halfOpen') return fallSilent(session.stream)
    for (const item of parser.push(chunk)) {
      if (++waiting > maxWaiting) return void socket.destroy()
      turn = turn.then(() => handle(item)).finally(() => waiting--)
    }
  })
  socket.on('end', () => {
    if (!isDeaf) socket.end()
  })
  socket.on('error', () => socket.destroy())
  socket.on('close', () => {
    clearTimeout(idle)
    endSession()
  })
}

const noOne = { username: '', password: '' }
