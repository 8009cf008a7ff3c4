import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { CameraError } from '../../ports/cameras.ts'
import { askerOf } from '../access.ts'
import { cameraOf } from '../camera-of.ts'
import { noPicture } from '../camera-trouble.ts'
import { createLooks } from '../looks.ts'
import { type App, flagQuery, idParams, isSet, type RouteParts } from '../route.ts'
import { cameraStillSchema } from '../schemas/cameras.ts'

const tag = { tags: ['cameras'] }
const minuteMs = 60_000
const mostListed = 50

/** What a camera shows now, and what it showed when something happened. */
export function stillRoutes(app: App, { services }: RouteParts): void {
  const looks = createLooks(services.clock)

  async function note(request: FastifyRequest, camera: string): Promise<void> {
    const { actor } = askerOf(request)
    if (!looks.isNew(actor.id, camera)) return
    try {
      await services.audit.write({
        actor: actor.id,
        act: 'lookAtCamera',
        subject: `device:${camera}`,
        address: request.ip,
      })
    } catch (error) {
      looks.forget(actor.id, camera)
      throw error
    }
  }

  app.route({
    method: 'GET',
    url: '/cameras/:id/still',
    config: {
      access: { roles: 'anySignedIn', scope: 'checked' },
      rateLimit: { max: 240, timeWindow: minuteMs },
    },
    schema: {
      ...tag,
      summary:
        'What the camera shows: its last still when that is younger than a minute, else one of now; `fresh` takes one of now',
      params: idParams,
      querystring: z.object({ fresh: flagQuery }),
    },
    handler: async (request, reply) => {
      const { id } = cameraOf(request, services)
      await note(request, id)
      try {
        const still = await services.cameras.stills.take(
          id,
          isSet(request.query.fresh) ? 1_000 : minuteMs,
        )
        return await reply
          .header('cache-control', 'private, no-store')
          .header('x-taken-at', String(still.at))
          .type('image/jpeg')
          .send(Buffer.from(still.jpeg))
      } catch (error) {
        throw error instanceof CameraError ? noPicture(error) : error
      }
    },
  })

  app.route({
    method: 'GET',
    url: '/cameras/:id/stills',
    config: { access: { roles: 'anySignedIn', scope: 'checked' } },
    schema: {
      ...tag,
      summary: 'Stills that were kept as evidence, newest first',
      params: idParams,
      response: { 200: z.object({ items: z.array(cameraStillSchema) }) },
    },
    handler: async (request) => {
      const { id } = cameraOf(request, services)
      return { items: await services.cameras.evidence.stillsOf(id, mostListed) }
    },
  })
}
