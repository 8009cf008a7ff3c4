import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ProblemError } from './problem.ts'
import type { Sessions } from './sessions.ts'

/**
 * Who asks, and whether a page of ours asks. A browser sends the cookie along with what a foreign
 * page started, so whatever changes state must carry a header that only our own pages can set, and
 * an Origin that is ours; SameSite=Strict on the cookie is the first of the three.
 */

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

export function cookieName(secure: boolean): string {
  // The prefix makes browsers refuse it from plain http and from other hosts.
  return secure ? '__Host-lianxun' : 'lianxun'
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

export function authenticate(
  app: FastifyInstance,
  sessions: Sessions,
  { secure, origins }: { secure: boolean; origins: readonly string[] },
): void {
  app.addHook('onRequest', async (request) => {
    const changes = !safeMethods.has(request.method)
    const isStream = request.routeOptions.url?.endsWith('/stream') ?? false
    if ((changes || isStream) && isForeign(request, origins)) {
      throw new ProblemError(403, 'foreignOrigin', 'The request comes from a page of another site.')
    }
    // Tokens are not built; whoever sends one means to be that token, not the cookie's person.
    if (request.headers.authorization !== undefined) return
    const session = await sessions.find(request.cookies[cookieName(secure)])
    if (!session) return
    if (changes && request.headers['x-lianxun'] !== '1') {
      const text = 'State-changing requests with a session carry the header X-Lianxun: 1.'
      throw new ProblemError(403, 'proofMissing', text)
    }
    request.asker = { actor: session.actor, sessionId: session.id, scopeUsed: false }
  })
}
