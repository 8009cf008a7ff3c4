import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { RtspAuth } from './rtsp-auth.ts'
import { serveConnection } from './rtsp-connection.ts'
import {
  type RtspClock,
  type RtspManner,
  type RtspStream,
  type ServedStream,
  type StreamCounts,
  serveStream,
} from './rtsp-stream.ts'

/**
 * An RTSP server as cameras have it, over TCP only: requests and pictures on one connection. Any
 * number of streams, each with its own behaviour, which may be changed while clients watch.
 */

export interface RtspServerOptions {
  port: number
  host: string
  auth?: RtspAuth
  streams: readonly RtspStream[]
  clock?: RtspClock
  /** A client that says nothing for so long is dropped. */
  sessionTimeoutMs?: number
  /** Over this a client loses pictures instead of the process its memory. */
  maxBufferedBytes?: number
  maxConnections?: number
}

export interface RtspServer {
  readonly port: number
  setManner(path: string, manner: RtspManner): void
  /** undefined: open to all. Who watches already goes on. */
  setAuth(path: string, auth: RtspAuth | undefined): void
  counts(path: string): Readonly<StreamCounts>
  connections(): number
  /** As a reboot: every connection is cut, no more are taken. */
  stop(): Promise<void>
}

const systemClock: RtspClock = { monotonicMs: () => performance.now(), nowMs: () => Date.now() }

function normalPath(path: string): string {
  return path.replace(/\/+$/, '')
}

export async function startRtspServer(options: RtspServerOptions): Promise<RtspServer> {
  const { clock = systemClock, sessionTimeoutMs = 60_000, maxBufferedBytes = 512 * 1024 } = options
  const streams = new Map<string, ServedStream>(
    options.streams.map((stream) => [normalPath(stream.path), serveStream(stream, options.auth)]),
  )
  const streamAt = (path: string) => streams.get(path)
  const sockets = new Set<Socket>()
  // Half-open is allowed so that a deaf camera does not even answer the client's farewell.
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    serveConnection({ socket, streamAt, clock, sessionTimeoutMs, maxBufferedBytes })
  })
  server.maxConnections = options.maxConnections ?? 256
  server.listen(options.port, options.host)
  await once(server, 'listening')

  function stream(path: string): ServedStream {
    const found = streams.get(normalPath(path))
    if (!found) throw new Error(`no stream at ${path}; there are ${[...streams.keys()].join(', ')}`)
    return found
  }

  return {
    port: (server.address() as AddressInfo).port,
    setManner(path, manner) {
      const served = stream(path)
      served.manner = manner
      if (manner.kind === 'halfOpen') return
      for (const socket of served.silenced) socket.destroy()
    },
    setAuth(path, auth) {
      stream(path).auth = auth
    },
    counts: (path) => stream(path).counts,
    connections: () => sockets.size,
    async stop() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
