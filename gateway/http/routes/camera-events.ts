import { z } from 'zod'
import { askerOf } from '../access.ts'
import type { App, RouteParts } from '../route.ts'
import { eventMappingsSchema, unmappedTopicSchema } from '../schemas/cameras.ts'
import { checkTown } from '../town-scope.ts'

const tag = { tags: ['cameras'] }

/** What events of cameras mean here, and which were seen that mean nothing yet. */
export function cameraEventRoutes(app: App, { services }: RouteParts): void {
  const access = { roles: ['townAdmin' as const], scope: 'checked' as const }

  app.route({
    method: 'GET',
    url: '/camera-events/mappings',
    config: { access },
    schema: {
      ...tag,
      summary: 'What camera events mean, first match first',
      response: { 200: eventMappingsSchema },
    },
    handler: async (request) => {
      checkTown(request, services, 'such list')
      return { items: [...services.cameras.mappings.current()] }
    },
  })

  app.route({
    method: 'PUT',
    url: '/camera-events/mappings',
    config: { access },
    schema: {
      ...tag,
      summary: 'Replace the list; a type that no rule knows yet gets a rule of its own',
      body: eventMappingsSchema,
      response: { 200: eventMappingsSchema },
    },
    handler: async (request) => {
      checkTown(request, services, 'such list')
      await services.cameras.desk.map(request.body.items)
      await services.audit.write({
        actor: askerOf(request).actor.id,
        act: 'mapCameraEvents',
        subject: 'camera-events:all',
        detail: `${request.body.items.length} mappings`,
        address: request.ip,
      })
      return { items: [...services.cameras.mappings.current()] }
    },
  })

  app.route({
    method: 'GET',
    url: '/camera-events/unmapped',
    config: { access },
    schema: {
      ...tag,
      summary: 'Topics that cameras sent and no mapping fits, newest first',
      response: { 200: z.object({ items: z.array(unmappedTopicSchema) }) },
    },
    handler: async (request) => {
      checkTown(request, services, 'such list')
      return { items: await services.cameras.mappings.unmapped() }
    },
  })
}
