import { z } from 'zod'
import { isInForce } from '../../people/second-factor.ts'
import { askerOf, byOf } from '../access.ts'
import { type App, idParams, type RouteParts } from '../route.ts'
import {
  accountSchema,
  passwordChangeSchema,
  totpConfirmSchema,
  totpOfferSchema,
  totpRemoveSchema,
} from '../schemas/people.ts'
import { browserOf, giveCookie } from './session.ts'

const tag = { tags: ['account'] }
const access = { roles: 'anySignedIn', scope: 'none', personOnly: true } as const
/** Each try may cost an Argon2 hash. */
const rateLimit = { max: 60, timeWindow: 60_000 }

/** One's own password, sessions and second factor. */
export function accountRoutes(app: App, parts: RouteParts): void {
  const { services, sessions, credentials, secondFactors, account, options } = parts

  app.route({
    method: 'GET',
    url: '/account',
    config: { access },
    schema: { ...tag, summary: 'My account and my sessions', response: { 200: accountSchema } },
    handler: async (request) => {
      const { actor, sessionId } = askerOf(request)
      const user = await account.own(byOf(request))
      const before = sessions.expiry()
      const open = (await services.sessions.of(actor.id)).filter(
        (one) => one.createdAt >= before.createdAt && one.lastSeenAt >= before.lastSeenAt,
      )
      return {
        person: actor,
        secondFactor: isInForce(user),
        passwordChangedAt: user.passwordChangedAt,
        sessions: open.map((one) => ({ ...one, current: one.id === sessionId })),
      }
    },
  })

  app.route({
    method: 'POST',
    url: '/account/password',
    config: { access, rateLimit },
    schema: {
      ...tag,
      summary: 'A new password; all other sessions end, and this one gets a new cookie',
      body: passwordChangeSchema,
      response: { 204: z.null() },
    },
    handler: async (request, reply) => {
      const by = byOf(request)
      await credentials.confirmPassword(await account.own(by), request.body.old, by.address)
      const user = await account.changePassword(by, request.body)
      giveCookie(reply, await sessions.renew(user, browserOf(request)), options.secure)
      return reply.code(204).send(null)
    },
  })

  app.route({
    method: 'DELETE',
    url: '/account/sessions/:id',
    config: { access },
    schema: {
      ...tag,
      summary: 'End one of my sessions',
      params: idParams,
      response: { 204: z.null() },
    },
    handler: async (request, reply) => {
      await account.endSession(byOf(request), request.params.id)
      return reply.code(204).send(null)
    },
  })

  app.route({
    method: 'POST',
    url: '/account/sessions/end-others',
    config: { access },
    schema: {
      ...tag,
      summary: 'End all my sessions but this one',
      body: z.object({}).nullish(),
      response: { 204: z.null() },
    },
    handler: async (request, reply) => {
      await account.endOthers(byOf(request), askerOf(request).sessionId)
      return reply.code(204).send(null)
    },
  })

  app.route({
    method: 'POST',
    url: '/account/second-factor',
    config: { access, rateLimit },
    schema: {
      ...tag,
      summary: 'A new second factor, shown this once; it is in force after a first code',
      body: z.object({}).nullish(),
      response: { 200: totpOfferSchema },
    },
    handler: async (request) => secondFactors.offer(await account.own(byOf(request))),
  })

  app.route({
    method: 'POST',
    url: '/account/second-factor/confirm',
    config: { access, rateLimit },
    schema: {
      ...tag,
      summary: 'Put the offered second factor in force with its first code',
      body: totpConfirmSchema,
      response: { 204: z.null() },
    },
    handler: async (request, reply) => {
      const by = byOf(request)
      const user = await account.own(by)
      await credentials.confirmCode(user, () => account.confirmSecondFactor(by, request.body.code))
      return reply.code(204).send(null)
    },
  })

  app.route({
    method: 'POST',
    url: '/account/second-factor/remove',
    config: { access, rateLimit },
    schema: {
      ...tag,
      summary: 'Do without the second factor',
      body: totpRemoveSchema,
      response: { 204: z.null() },
    },
    handler: async (request, reply) => {
      const by = byOf(request)
      const user = await account.own(by)
      await credentials.confirmPassword(user, request.body.password, by.address)
      await account.removeSecondFactor(by)
      return reply.code(204).send(null)
    },
  })
}
