import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Actor } from '../../domain/person.ts'
import { isInSeason, monthDay } from '../../domain/season.ts'
import { askerOf } from '../access.ts'
import { cookieOf } from '../authenticate.ts'
import { ProblemError } from '../problem.ts'
import type { App, RouteParts } from '../route.ts'
import { type Session, sessionSchema, signInSchema } from '../schemas.ts'
import type { HttpServices } from '../services.ts'
import { absoluteMs, type Browser } from '../sessions.ts'

const tag = { tags: ['session'] }
/** Enough to tell one browser from another. */
const agentChars = 200

export function runningSeasons({ clock, town }: Pick<HttpServices, 'clock' | 'town'>) {
  const { seasons, timeZone } = town()
  const today = monthDay(clock.now(), timeZone)
  return seasons
    .filter((season) => isInSeason(season, today))
    .map(({ id, name, to }) => ({ id, name, to }))
}

function present(services: HttpServices, actor: Actor): Session {
  const { places, timeZone } = services.town()
  const town = places.find((place) => place.level === 'town')
  if (!town) {
    const text = 'There is no town yet. Import one: bin/lianxun.mjs import DIR'
    throw new ProblemError(503, 'noTown', text)
  }
  const { username, displayName, role, scope } = actor
  return {
    person: { username, displayName, role, scope },
    town: { code: town.code, name: town.name, timeZone },
    seasons: runningSeasons(services),
    now: services.clock.now(),
  }
}

/** What a person recognises an own session by. */
export function browserOf(request: FastifyRequest): Browser {
  return { address: request.ip, agent: request.headers['user-agent']?.slice(0, agentChars) ?? null }
}

export function giveCookie(reply: FastifyReply, token: string, isBehindHttps: boolean): void {
  const { name, options } = cookieOf(reply.request, isBehindHttps)
  reply.setCookie(name, token, { ...options, maxAge: absoluteMs / 1000 })
}

export function sessionRoutes(app: App, { services, sessions, options }: RouteParts): void {
  app.route({
    method: 'POST',
    url: '/session',
    config: {
      access: { roles: 'public', scope: 'none', personOnly: true },
      // Each try costs an Argon2 hash, so one address gets no more of them than this.
      rateLimit: { max: 120, timeWindow: 60_000 },
    },
    schema: {
      ...tag,
      summary: 'Sign in; 401 codeRequired asks for the second factor',
      body: signInSchema,
      response: { 200: sessionSchema },
    },
    handler: async (request, reply) => {
      const { token, actor } = await sessions.signIn({
        ...request.body,
        ...browserOf(request),
        replaces: request.cookies[cookieOf(request, options.secure).name],
      })
      giveCookie(reply, token, options.secure)
      return present(services, actor)
    },
  })

  app.route({
    method: 'GET',
    url: '/session',
    config: { access: { roles: 'anySignedIn', scope: 'none', personOnly: true } },
    schema: { ...tag, summary: 'Who is signed in', response: { 200: sessionSchema } },
    handler: async (request) => present(services, askerOf(request).actor),
  })

  app.route({
    method: 'DELETE',
    url: '/session',
    config: { access: { roles: 'anySignedIn', scope: 'none', personOnly: true } },
    schema: { ...tag, summary: 'Sign out', response: { 204: z.null() } },
    handler: async (request, reply) => {
      const { actor, sessionId } = askerOf(request)
      await sessions.end(sessionId)
      await services.audit.write({
        actor: actor.id,
        act: 'signOut',
        subject: `user:${actor.username}`,
        address: request.ip,
      })
      const { name, options: cookie } = cookieOf(request, options.secure)
      return reply.clearCookie(name, cookie).code(204).send(null)
    },
  })
}
