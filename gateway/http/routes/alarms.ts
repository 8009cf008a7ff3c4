import { z } from 'zod'
import { askerOf, checkScope, scopeOf } from '../access.ts'
import {
  type App,
  flagQuery,
  idParams,
  isSet,
  pageQuery,
  placeQuery,
  type RouteParts,
  wordQuery,
} from '../route.ts'
import { alarmSchema, incidentSchema, pageOf } from '../schemas.ts'

const tag = { tags: ['alarms'] }

export function alarmRoutes(app: App, { services }: RouteParts): void {
  app.route({
    method: 'GET',
    url: '/alarms',
    config: { access: { roles: 'anySignedIn', scope: 'filtered' } },
    schema: {
      ...tag,
      summary: 'Alarms, newest first',
      querystring: pageQuery.extend({
        device: wordQuery,
        village: placeQuery,
        hazard: wordQuery,
        incident: wordQuery,
        active: flagQuery,
        unacknowledged: flagQuery,
      }),
      response: { 200: pageOf(alarmSchema) },
    },
    handler: (request) => {
      const { active, unacknowledged, ...rest } = request.query
      return services.queries.alarms({
        ...rest,
        scope: scopeOf(request),
        active: isSet(active),
        unacknowledged: isSet(unacknowledged),
      })
    },
  })

  app.route({
    method: 'POST',
    url: '/alarms/:id/acknowledge',
    config: {
      access: {
        roles: ['townAdmin', 'supervisor', 'operator', 'villageCadre', 'gridWorker'],
        scope: 'checked',
      },
    },
    schema: {
      ...tag,
      summary: 'Acknowledge: somebody has seen it',
      params: idParams,
      body: z.object({}).nullish(),
      response: { 200: alarmSchema },
    },
    handler: async (request) => {
      const { id } = request.params
      checkScope(request, await services.queries.alarm(id), 'such alarm')
      await services.desk.acknowledge(askerOf(request).actor, id, request.ip)
      return checkScope(request, await services.queries.alarm(id), 'such alarm')
    },
  })

  app.route({
    method: 'GET',
    url: '/incidents',
    config: { access: { roles: 'anySignedIn', scope: 'filtered' } },
    schema: {
      tags: ['incidents'],
      summary: 'Incidents, newest first',
      querystring: pageQuery.extend({ hazard: wordQuery, village: placeQuery, open: flagQuery }),
      response: { 200: pageOf(incidentSchema) },
    },
    handler: (request) => {
      const { open, ...rest } = request.query
      return services.queries.incidents({ ...rest, scope: scopeOf(request), open: isSet(open) })
    },
  })
}
