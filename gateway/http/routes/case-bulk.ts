import { roles } from '../../domain/person.ts'
import { askerOf, noteRefusal, scopeOf } from '../access.ts'
import { problemOf } from '../error-handler.ts'
import type { App, RouteParts } from '../route.ts'
import { bulkActionSchema, bulkOutcomeSchema } from '../schemas/bulk.ts'

/** One act on the cases that were ticked in the list. */
export function caseBulkRoutes(app: App, { services }: RouteParts): void {
  app.route({
    method: 'POST',
    url: '/cases/actions',
    config: {
      access: { roles: roles.filter((role) => role !== 'viewer'), scope: 'filtered' },
    },
    schema: {
      tags: ['cases'],
      summary: 'One step of up to 100 cases; says for each whether it was done, or why not',
      body: bulkActionSchema,
      response: { 200: bulkOutcomeSchema },
    },
    handler: async (request) => {
      // The desk refuses each case outside of it, as if it were not there.
      scopeOf(request)
      const { ids, ...deed } = request.body
      const { actor } = askerOf(request)
      const outcomes = await services.desk.actOnAll(actor, [...new Set(ids)], deed, request.ip)
      for (const { error } of outcomes) noteRefusal(request, error)
      return {
        items: outcomes.map(({ id, error }) => ({
          id,
          ok: error === null,
          problem: error && problemOf(error, request),
        })),
      }
    },
  })
}
