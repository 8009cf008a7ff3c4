import { retentionChanges } from '../../domain/retention.ts'
import { byOf } from '../access.ts'
import { type App, pageQuery, type RouteParts } from '../route.ts'
import { seriesSizeSchema } from '../schemas/series.ts'
import { purgeSchema, retentionSchema } from '../schemas/trust.ts'
import { pageOf } from '../schemas.ts'
import { checkTown } from '../town-scope.ts'

const tag = { tags: ['retention'] }
const access = { roles: ['townAdmin'], scope: 'checked' } as const

/** How many days each kind is kept, and what was removed. */
export function retentionRoutes(app: App, { services }: RouteParts): void {
  app.route({
    method: 'GET',
    url: '/retention',
    config: { access },
    schema: {
      ...tag,
      summary: 'Days that each kind is kept; what is older goes at night',
      response: { 200: retentionSchema },
    },
    handler: (request) => {
      checkTown(request, services, 'such setting')
      return services.retention.read()
    },
  })

  app.route({
    method: 'PUT',
    url: '/retention',
    config: { access },
    schema: {
      ...tag,
      summary: 'Decide how many days each kind is kept, from the next night on',
      body: retentionSchema,
      response: { 200: retentionSchema },
    },
    handler: async (request) => {
      checkTown(request, services, 'such setting')
      const { actor, address } = byOf(request)
      const before = await services.retention.write(request.body)
      await services.audit.write({
        actor: actor.id,
        act: 'changeRetention',
        subject: 'setting:retention',
        detail: retentionChanges(before, request.body),
        address,
      })
      return services.retention.read()
    },
  })

  app.route({
    method: 'GET',
    url: '/retention/sizes',
    config: { access },
    schema: {
      ...tag,
      summary: 'What the time series take on the disk, month by month, and when it will be full',
      response: { 200: seriesSizeSchema },
    },
    handler: (request) => {
      checkTown(request, services, 'such figures')
      return services.seriesSizes()
    },
  })

  app.route({
    method: 'GET',
    url: '/purges',
    config: { access },
    schema: {
      ...tag,
      summary: 'What was removed, newest first',
      querystring: pageQuery,
      response: { 200: pageOf(purgeSchema) },
    },
    handler: (request) => {
      checkTown(request, services, 'such list')
      const { limit, cursor } = request.query
      return services.retention.purges({ limit, cursor })
    },
  })
}
