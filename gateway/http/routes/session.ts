import { z } from 'zod'
import type { Actor } from '../../domain/person.ts'
import { isInSeason, monthDay } from '../../domain/season.ts'
import { askerOf } from '../access.ts'
import { cookieName } from '../authenticate.ts'
import { ProblemError } from '../problem.ts'
import type { App, RouteParts } from '../route.ts'
import { type Session, sessionSchema, signInSchema } from '../schemas.ts'
import type { HttpServices } from '../services.ts'
import { absoluteMs } from '../sessions.ts'

const tag = { tags: ['session'] }

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

export function sessionRoutes(app: App, { services, sessions, options }: RouteParts): void {
  const name = cookieName(options.secure)
  const cookie = { path: '/', httpOnly: true, sameSite: 'strict', secure: options.secure } as const

  app.route({
    method: 'POST',
    url: '/session',
    config: {
      access: { roles: 'public', scope: 'none' },
      // Each try costs an Argon2 hash, so one address gets no more of them than this.
      rateLimit: { max: 120, timeWindow: 60_000 },
    },
    schema: { ...tag, summary: 'Sign in', body: signInSchema, response: { 200: sessionSchema } },
    handler: async (request, reply) => {
      const { token, actor } = await sessions.signIn({
        ...request.body,
        address: request.ip,
        replaces: request.cookies[name],
      })
      reply.setCookie(name, token, { ...cookie, maxAge: absoluteMs / 1000 })
      return present(services, actor)
    },
  })

  app.route({
    method: 'GET',
    url: '/session',
    config: { access: { roles: 'anySignedIn', scope: 'none' } },
    schema: { ...tag, summary: 'Who is signed in', response: { 200: sessionSchema } },
    handler: async (request) => present(services, askerOf(request).actor),
  })

  app.route({
    method: 'DELETE',
    url: '/session',
    config: { access: { roles: 'anySignedIn', scope: 'none' } },
    schema: { ...tag, summary: 'Sign out', response: { 204: z.null() } },
    handler: async (request, reply) => {
      const { actor, sessionId } = askerOf(request)
      await sessions.end(sessionId)
      await services.audit.write({
        actor: actor.id,
        act: 'signOut',
        subject: `user:${actor.username}`,
      })
      return reply.clearCookie(name, cookie).code(204).send(null)
    },
  })
}
