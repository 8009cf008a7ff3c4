import { healthReaders } from '../../domain/person.ts'
import type { App, RouteParts } from '../route.ts'
import { healthSchema } from '../schemas/trust.ts'

export function healthItemRoutes(app: App, { services }: RouteParts): void {
  app.route({
    method: 'GET',
    url: '/health',
    // Counts only; which device or village it is stands in lists that look at the scope.
    config: { access: { roles: healthReaders, scope: 'none' } },
    schema: {
      tags: ['health'],
      summary: 'What somebody should attend to, worst first; also the event `health` of the stream',
      response: { 200: healthSchema },
    },
    handler: async () => services.health.current(),
  })
}
