import { isInScope } from '../../domain/place.ts'
import { scopeOf } from '../access.ts'
import type { App, RouteParts } from '../route.ts'
import { hazardSchema, pageOf, placeSchema } from '../schemas.ts'

export function placeRoutes(app: App, { services }: RouteParts): void {
  app.route({
    method: 'GET',
    url: '/places',
    config: { access: { roles: 'anySignedIn', scope: 'filtered' } },
    schema: {
      tags: ['places'],
      summary: 'The places of your area, and what they lie in',
      response: { 200: pageOf(placeSchema) },
    },
    handler: async (request) => {
      const scope = scopeOf(request)
      const { places } = services.town()
      // What lies above the scope comes too: a village's map shows the town's outline.
      const items = places.filter(
        ({ code }) => isInScope(scope, code) || isInScope(code, scope),
      ) as never[]
      return { items, nextCursor: null }
    },
  })

  app.route({
    method: 'GET',
    url: '/hazards',
    config: { access: { roles: 'anySignedIn', scope: 'none' } },
    schema: {
      tags: ['places'],
      summary: 'The hazard list of the town',
      response: { 200: pageOf(hazardSchema) },
    },
    handler: async () => ({
      items: services
        .town()
        .hazards.map(({ id, name, unit, assist }) => ({ id, name, unit, assist })),
      nextCursor: null,
    }),
  })
}
