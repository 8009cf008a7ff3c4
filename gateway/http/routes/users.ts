import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { ListedUser } from '../../ports/user-store.ts'
import { byOf, checkScope, scopeOf } from '../access.ts'
import { type App, pageQuery, type RouteParts } from '../route.ts'
import { madeUserSchema, newUserSchema, userChangeSchema, userSchema } from '../schemas/people.ts'
import { pageOf } from '../schemas.ts'

const tag = { tags: ['people'] }
const admin = { roles: ['townAdmin'], personOnly: true } as const
const one = { ...admin, scope: 'checked' } as const
const params = z.object({ username: z.string().min(1).max(64) })
const noBody = z.object({}).nullish()

function checkPlace(request: FastifyRequest, scope: string | undefined): void {
  if (scope !== undefined) checkScope(request, { village: scope, grid: null }, 'such place')
}

/** People's accounts, for the administrators of their places. */
export function userRoutes(app: App, { services, sessions, userDesk }: RouteParts): void {
  async function find(request: FastifyRequest, username: string): Promise<ListedUser> {
    const user = await services.users.listed(username, sessions.expiry())
    checkScope(request, user && { village: user.scope, grid: null }, 'such person')
    return user as ListedUser
  }

  app.route({
    method: 'GET',
    url: '/users',
    config: { access: { ...admin, scope: 'filtered' } },
    schema: {
      ...tag,
      summary: 'People by user name',
      querystring: pageQuery,
      response: { 200: pageOf(userSchema) },
    },
    handler: (request) =>
      services.users.list({
        scope: scopeOf(request),
        limit: request.query.limit,
        cursor: request.query.cursor,
        expiry: sessions.expiry(),
      }),
  })

  app.route({
    method: 'GET',
    url: '/teams',
    config: { access: { roles: admin.roles, scope: 'filtered' } },
    schema: {
      ...tag,
      summary: 'Teams of your area, as patrol routes and people name them',
      response: { 200: z.object({ items: z.array(z.string()) }) },
    },
    handler: async (request) => ({ items: await services.users.teams(scopeOf(request)) }),
  })

  app.route({
    method: 'POST',
    url: '/users',
    config: { access: one },
    schema: {
      ...tag,
      summary: 'Add a person; a password that is made here is shown this once',
      body: newUserSchema,
      response: { 201: madeUserSchema },
    },
    handler: async (request, reply) => {
      checkPlace(request, request.body.scope)
      const { username, password } = await userDesk.add(byOf(request), request.body)
      return reply.code(201).send({ user: await find(request, username), password })
    },
  })

  app.route({
    method: 'PATCH',
    url: '/users/:username',
    config: { access: one },
    schema: {
      ...tag,
      summary: 'Change a person; other rights end all sessions of the person',
      params,
      body: userChangeSchema,
      response: { 200: userSchema },
    },
    handler: async (request) => {
      const { username } = request.params
      await find(request, username)
      checkPlace(request, request.body.scope)
      await userDesk.change(byOf(request), username, request.body)
      return find(request, username)
    },
  })

  app.route({
    method: 'POST',
    url: '/users/:username/password',
    config: { access: one },
    schema: {
      ...tag,
      summary: 'A new password, shown this once; all sessions of the person end',
      params,
      body: noBody,
      response: { 200: madeUserSchema },
    },
    handler: async (request) => {
      const { username } = request.params
      await find(request, username)
      const password = await userDesk.resetPassword(byOf(request), username)
      return { user: await find(request, username), password }
    },
  })

  app.route({
    method: 'POST',
    url: '/users/:username/sign-out',
    config: { access: one },
    schema: {
      ...tag,
      summary: 'End all sessions of a person',
      params,
      body: noBody,
      response: { 200: userSchema },
    },
    handler: async (request) => {
      const { username } = request.params
      await find(request, username)
      await userDesk.signOut(byOf(request), username)
      return find(request, username)
    },
  })

  app.route({
    method: 'DELETE',
    url: '/users/:username/second-factor',
    config: { access: one },
    schema: {
      ...tag,
      summary: 'Take the second factor away, as when the phone is lost',
      params,
      response: { 200: userSchema },
    },
    handler: async (request) => {
      const { username } = request.params
      await find(request, username)
      await userDesk.removeSecondFactor(byOf(request), username)
      return find(request, username)
    },
  })
}
