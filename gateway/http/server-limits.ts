import type { Server } from 'node:http'
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
