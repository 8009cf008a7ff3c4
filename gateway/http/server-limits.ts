import type { Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { FastifyHttpOptions } from 'fastify'

/** How long and how much one connection may ask of the server: against clients that never finish. */
export interface ServerLimits {
  /** For the request line and all headers. */
  headersMs: number
  /** For the whole request; a picture of 1 MB over a poor line takes its time. */
  requestMs: number
  keepAliveMs: number
  /** How often the two above are looked at. */
  checkMs: number
  connections: number
}

export const serverLimits: ServerLimits = {
  headersMs: 10_000,
  requestMs: 60_000,
  keepAliveMs: 30_000,
  checkMs: 2_000,
  connections: 4_000,
}

export function serverOptions(
  limits: ServerLimits = serverLimits,
): Pick<FastifyHttpOptions<Server>, 'requestTimeout' | 'keepAliveTimeout' | 'http'> {
  return {
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    http: { headersTimeout: limits.headersMs, connectionsCheckingInterval: limits.checkMs },
  }
}

/** Connections whose present request may take longer than `requestMs`. */
export interface Patience {
  /** Whoever asks for it watches by himself that the body goes on. */
  allow(socket: Duplex): { end(): void }
}

type OnClientError = (error: NodeJS.ErrnoException, socket: Duplex) => void

/** Node knows one limit for all requests; it tells of each that is over it, and we decide. */
export function createPatience(server: Server): Patience {
  const patient = new WeakSet<Duplex>()
  const strict = server.listeners('clientError') as OnClientError[]
  server.removeAllListeners('clientError')
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && patient.has(socket)) return
    for (const listener of strict) listener.call(server, error, socket)
  })
  return {
    allow(socket) {
      patient.add(socket)
      return { end: () => void patient.delete(socket) }
    },
  }
}

/**
 * Ends connections that have not asked for anything yet, as browsers open them ahead: Node ends the
 * idle ones, and counts among these only those that asked at least once.
 */
export function createSilentWatch(server: Server): { end(): void } {
  const silent = new Set<Duplex>()
  let ended = false
  function heard(socket: Duplex): void {
    silent.delete(socket)
  }
  server.on('connection', (socket: Duplex) => {
    if (ended) return socket.destroy()
    silent.add(socket)
    return socket.once('close', () => heard(socket))
  })
  server.on('request', ({ socket }) => heard(socket))
  server.on('upgrade', ({ socket }) => heard(socket))
  return {
    end() {
      ended = true
      for (const socket of silent) socket.destroy()
    },
  }
}
