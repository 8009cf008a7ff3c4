import { z } from 'zod'
import { byOf, checkScope, scopeOf } from '../access.ts'
import { type App, idParams, pageQuery, type RouteParts } from '../route.ts'
import { madeTokenSchema, newTokenSchema, tokenSchema } from '../schemas/people.ts'
import { pageOf } from '../schemas.ts'

const tag = { tags: ['tokens'] }
const admin = { roles: ['townAdmin'], personOnly: true } as const

/** Tokens of programs, for the administrators of their places. */
export function tokenRoutes(app: App, { services, tokenDesk }: RouteParts): void {
  app.route({
    method: 'GET',
    url: '/tokens',
    config: { access: { ...admin, scope: 'filtered' } },
    schema: {
      ...tag,
      summary: 'Tokens, newest first, those that ended too',
      querystring: pageQuery,
      response: { 200: pageOf(tokenSchema) },
    },
    handler: (request) =>
      services.tokens.list({
        scope: scopeOf(request),
        limit: request.query.limit,
        cursor: request.query.cursor,
      }),
  })

  app.route({
    method: 'POST',
    url: '/tokens',
    config: { access: { ...admin, scope: 'checked' } },
    schema: {
      ...tag,
      summary: 'Make a token; its secret is shown this once',
      body: newTokenSchema,
      response: { 201: madeTokenSchema },
    },
    handler: async (request, reply) => {
      checkScope(request, { village: request.body.scope, grid: null }, 'such place')
      return reply.code(201).send(await tokenDesk.make(byOf(request), request.body))
    },
  })

  app.route({
    method: 'DELETE',
    url: '/tokens/:id',
    config: { access: { ...admin, scope: 'checked' } },
    schema: {
      ...tag,
      summary: 'Revoke a token: it is cut off at once, and stays in the list',
      params: idParams,
      response: { 204: z.null() },
    },
    handler: async (request, reply) => {
      const token = await services.tokens.get(request.params.id)
      checkScope(request, token && { village: token.scope, grid: null }, 'such token')
      await tokenDesk.revoke(byOf(request), request.params.id)
      return reply.code(204).send(null)
    },
  })
}
