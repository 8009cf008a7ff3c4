import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { TokenDesk } from '../people/tokens.ts'
import type { Asker } from './access.ts'
import type { People } from './people.ts'
import { ProblemError } from './problem.ts'
import type { HttpOptions } from './services.ts'

/**
 * Who asks, and whether a page of ours asks. A browser sends the cookie along with what a foreign
 * page started, so whatever changes state must carry a header that only our own pages can set, and
 * an Origin that is ours; SameSite=Strict on the cookie is the first of the three.
 */

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/** By request, because one gateway listens to both: a secure cookie never travels in the clear. */
export function cookieOf(request: FastifyRequest, isBehindHttps: boolean) {
  const secure = isBehindHttps || request.protocol === 'https'
  return {
    // The prefix makes browsers refuse it from plain http and from other hosts.
    name: secure ? '__Host-lianxun' : 'lianxun',
    options: { path: '/', httpOnly: true, sameSite: 'strict', secure } as const,
  }
}

/** Browsers tell where a request comes from; older ones only by Origin. */
function isForeign(request: FastifyRequest, origins: readonly string[]): boolean {
  const site = request.headers['sec-fetch-site']
  if (typeof site === 'string') return site !== 'same-origin' && site !== 'none'
  const origin = request.headers.origin
  if (origin === undefined) return false
  if (origins.includes(origin)) return false
  return !URL.canParse(origin) || new URL(origin).host !== request.headers.host
}

/**
 * Whoever sends the header means to be that token, never the cookie's person. A browser does not
 * send it by itself, so no proof of a page of ours is asked.
 */
async function byToken(header: string, tokens: TokenDesk): Promise<Asker | null> {
  const secret = /^Bearer +(\S+)$/i.exec(header)?.[1]
  const token = secret === undefined ? undefined : await tokens.find(secret)
  if (!token) return null
  return { actor: token.actor, sessionId: `token:${token.id}`, scopeUsed: false }
}

function tokenRefused(): ProblemError {
  const text =
    'The token is unknown, expired or revoked. Send Authorization: Bearer lxt_… with one that is valid.'
  return new ProblemError(401, 'tokenRefused', text)
}

export function authenticate(
  app: FastifyInstance,
  { sessions, tokenDesk }: Pick<People, 'sessions' | 'tokenDesk'>,
  { secure, origins }: Pick<HttpOptions, 'secure' | 'origins'>,
): void {
  app.addHook('onRequest', async (request, reply) => {
    const changes = !safeMethods.has(request.method)
    const isStream = request.routeOptions.url?.endsWith('/stream') ?? false
    // Of WebSockets the browser lets a page read what another site answers.
    const isSocket = request.headers.upgrade !== undefined
    if ((changes || isStream || isSocket) && isForeign(request, origins)) {
      throw new ProblemError(403, 'foreignOrigin', 'The request comes from a page of another site.')
    }
    const { authorization } = request.headers
    if (authorization !== undefined) {
      request.asker = await byToken(authorization, tokenDesk)
      const { access } = request.routeOptions.config
      if (request.asker || !access || access.roles === 'public') return
      reply.header('www-authenticate', 'Bearer')
      throw tokenRefused()
    }
    const session = await sessions.find(request.cookies[cookieOf(request, secure).name])
    if (!session) return
    if (changes && request.headers['x-lianxun'] !== '1') {
      const text = 'State-changing requests with a session carry the header X-Lianxun: 1.'
      throw new ProblemError(403, 'proofMissing', text)
    }
    request.asker = { actor: session.actor, sessionId: session.id, scopeUsed: false }
  })
}
