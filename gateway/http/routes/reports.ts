import { z } from 'zod'
import { byOf, checkScope, noteRefusal, scopeOf } from '../access.ts'
import { type App, idParams, type RouteParts } from '../route.ts'
import { newReportSchema, similarSchema, suggestionSchema } from '../schemas/queue.ts'
import { caseDetailSchema, placeCode } from '../schemas.ts'
import { caseDetail } from './cases.ts'

const tag = { tags: ['cases'] }

/** Reports of people and programs, and what the desk is offered about a case. */
export function reportRoutes(app: App, { services }: RouteParts): void {
  app.route({
    method: 'POST',
    url: '/cases',
    config: {
      access: {
        roles: ['townAdmin', 'supervisor', 'operator', 'villageCadre', 'gridWorker', 'patroller'],
        scope: 'checked',
      },
    },
    schema: {
      ...tag,
      summary:
        'Report something: a case opens in the grid of the place. The same externalId again answers 200 with the case that is there. There is no field for who told it: leave names, telephone and ID numbers out of the text',
      body: newReportSchema,
      response: { 200: caseDetailSchema, 201: caseDetailSchema },
    },
    handler: async (request, reply) => {
      const { actor, address } = byOf(request)
      const { caseId, isNew } = await services.reportDesk
        .report(actor, request.body, address)
        .catch((error: unknown) => {
          noteRefusal(request, error)
          throw error
        })
      checkScope(request, await services.queries.case(caseId), 'such case')
      return reply.code(isNew ? 201 : 200).send(await caseDetail(services, actor, caseId))
    },
  })

  app.route({
    method: 'GET',
    url: '/cases/similar',
    config: { access: { roles: 'anySignedIn', scope: 'filtered' } },
    schema: {
      ...tag,
      summary:
        'Open cases like one that is about to be reported there now, by the rules of /cases/{id}/similar; with grid, all of that grid is near',
      querystring: newReportSchema.pick({ hazard: true }).extend({
        lon: z.coerce.number().min(-180).max(180),
        lat: z.coerce.number().min(-90).max(90),
        grid: placeCode.optional(),
      }),
      response: { 200: z.object({ items: z.array(similarSchema) }) },
    },
    handler: async (request) => ({
      items: await services.advice.similarToReport(request.query, scopeOf(request)),
    }),
  })

  app.route({
    method: 'GET',
    url: '/cases/:id/similar',
    config: { access: { roles: 'anySignedIn', scope: 'checked' } },
    schema: {
      ...tag,
      summary: 'Open cases of the same hazard, near and recent: perhaps the same thing',
      params: idParams,
      response: { 200: z.object({ items: z.array(similarSchema) }) },
    },
    handler: async (request) => {
      const one = checkScope(request, await services.queries.case(request.params.id), 'such case')
      return { items: await services.advice.similar(one.id, scopeOf(request)) }
    },
  })

  app.route({
    method: 'GET',
    url: '/cases/:id/suggestions',
    config: {
      access: {
        roles: ['townAdmin', 'supervisor', 'operator', 'villageCadre', 'gridWorker'],
        scope: 'checked',
      },
    },
    schema: {
      ...tag,
      summary: 'Whom to dispatch to: on duty now, then nearest, then with the fewest open cases',
      params: idParams,
      response: { 200: z.object({ items: z.array(suggestionSchema) }) },
    },
    handler: async (request) => {
      const one = checkScope(request, await services.queries.case(request.params.id), 'such case')
      return { items: await services.advice.suggestions(one) }
    },
  })
}
