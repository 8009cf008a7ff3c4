import type { FastifyInstance, FastifyRequest } from 'fastify'
import { parseIp } from '../domain/network.ts'
import { ProblemError } from './problem.ts'

/**
 * With a certificate, plain HTTP is for this machine only: pages lead to https, and the API is
 * refused, because a password or token that is sent there has been seen by then. What watchers ask
 * for stays. A request counts as https when it came over TLS, or when a trusted proxy says so.
 */

const forWatchers = new Set(['/healthz', '/readyz', '/metrics'])
const halfAYear = 'max-age=15552000'

export interface Transport {
  /** Port of the TLS listener; undefined: there is none. */
  httpsPort: () => number | undefined
  /** The address people type, when one is set. */
  baseUrl: string | undefined
}

function isOwnMachine(address: string): boolean {
  const ip = parseIp(address)
  if (ip?.family === 4) return ip.bits >> 24n === 127n
  return ip?.bits === 1n
}

function secureAddress(request: FastifyRequest, { httpsPort, baseUrl }: Transport): string {
  if (baseUrl?.startsWith('https:')) return `${baseUrl}${request.url}`
  const port = httpsPort()
  // What is no host name would stand in our own answer as it was sent.
  const { hostname } = request
  const host = /^([a-z0-9.-]+|\[[0-9a-f:.]+\])$/i.test(hostname) ? hostname : 'localhost'
  return `https://${host}${port === 443 ? '' : `:${port}`}${request.url}`
}

export function keepToHttps(app: FastifyInstance, transport: Transport): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.protocol === 'https') {
      // Browsers would take it for every port of the developer's own machine.
      if (request.hostname !== 'localhost') reply.header('strict-transport-security', halfAYear)
      return
    }
    const isPlainOnly = transport.httpsPort() === undefined
    if (isPlainOnly || isOwnMachine(request.ip)) return
    const path = request.url.split('?')[0] as string
    if (forWatchers.has(path)) return
    const address = secureAddress(request, transport)
    const isPage = request.method === 'GET' || request.method === 'HEAD'
    if (isPage && !path.startsWith('/api/v1/')) return reply.redirect(address, 308)
    const { origin } = new URL(address)
    const text = `Passwords and tokens do not travel in the clear: use ${origin} instead.`
    throw new ProblemError(403, 'httpsOnly', text)
  })
}
