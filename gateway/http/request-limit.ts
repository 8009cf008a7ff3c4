import rateLimit, { type FastifyRateLimitStore } from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { parseIp } from '../domain/network.ts'
import type { Clock } from '../ports/clock.ts'
import { ProblemError } from './problem.ts'

/**
 * How often one asker may ask. Desks share an address behind a router, so who is signed in is
 * counted by session; the figures stop a program that has lost its way, not a person. Routes that
 * cost more say so themselves (`config.rateLimit`).
 */

const windowMs = 60_000
const perSession = 6_000
const perAddress = 1_200
const rememberedKeys = 20_000

/** An IPv6 customer has a whole /64 to ask from. */
export function addressKey(address: string): string {
  const ip = parseIp(address)
  return ip?.family === 6 ? `${(ip.bits >> 64n).toString(16)}::/64` : address
}

function keyOf(request: FastifyRequest): string {
  return request.asker?.sessionId ?? addressKey(request.ip)
}

interface Count {
  since: number
  current: number
}

/** Counts by the monotonic clock: a step of the wall clock would lengthen the minute to an hour. */
function createCounts(clock: Clock): FastifyRateLimitStore {
  const counts = new Map<string, Count>()

  function present(key: string): Count {
    const now = clock.monotonic()
    const known = counts.get(key)
    if (known && now - known.since < windowMs) return known
    const fresh = { since: now, current: 0 }
    counts.delete(key)
    counts.set(key, fresh)
    return fresh
  }

  return {
    incr(key, done) {
      const count = present(key)
      count.current += 1
      const oldest = counts.keys().next().value
      if (counts.size > rememberedKeys && oldest !== undefined) counts.delete(oldest)
      done(null, { current: count.current, ttl: count.since + windowMs - clock.monotonic() })
    },
    child: () => createCounts(clock),
  }
}

/** Pages and their files cost nothing, and the plainest sign of life must always be had. */
function isCounted({ url }: FastifyRequest): boolean {
  return url.startsWith('/api/') || url.startsWith('/metrics') || url.startsWith('/readyz')
}

const silent = {
  'x-ratelimit-limit': false,
  'x-ratelimit-remaining': false,
  'x-ratelimit-reset': false,
}

/** Register it before any route. Each route's own hook comes after those that say who asks. */
export async function limitRequests(app: FastifyInstance, clock: Clock): Promise<void> {
  await app.register(rateLimit, {
    timeWindow: windowMs,
    max: (request) => (request.asker ? perSession : perAddress),
    keyGenerator: keyOf,
    allowList: (request) => !isCounted(request),
    // The plugin builds its store with `new`.
    store: function Counts() {
      return createCounts(clock)
    } as unknown as new () => FastifyRateLimitStore,
    addHeaders: silent,
    addHeadersOnExceeding: silent,
    errorResponseBuilder: () => {
      return new ProblemError(429, 'tooMany', 'Too many requests. Wait a minute, then try again.')
    },
  })
}
