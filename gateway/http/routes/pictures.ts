import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { NotFoundError } from '../../domain/errors.ts'
import { byOf, scopeOf } from '../access.ts'
import { createLooks } from '../looks.ts'
import type { App, RouteParts } from '../route.ts'

export function pictureRoutes(app: App, { services }: RouteParts): void {
  const looks = createLooks(services.clock)

  async function note(request: FastifyRequest, sha256: string, detail: string | undefined) {
    const { actor, address } = byOf(request)
    const act = detail === undefined ? 'lookAtPictureRefused' : 'lookAtPicture'
    // Whoever is refused tries on purpose: each try counts.
    if (detail !== undefined && !looks.isNew(actor.id, sha256)) return
    try {
      const subject = `picture:${sha256}`
      await services.audit.write({ actor: actor.id, act, subject, detail, address })
    } catch (error) {
      looks.forget(actor.id, sha256)
      throw error
    }
  }

  app.route({
    method: 'GET',
    url: '/pictures/:sha256',
    config: { access: { roles: 'anySignedIn', scope: 'checked' } },
    schema: {
      tags: ['pictures'],
      summary: 'A picture that an alarm of your area shows; every look is written down',
      params: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex') }),
    },
    handler: async (request, reply) => {
      const { sha256 } = request.params
      const shown = await services.queries.pictureInScope(sha256, scopeOf(request))
      const picture = shown && (await services.pictures.get(sha256))
      const of = shown && [`alarm ${shown.alarm}`, shown.case && `case ${shown.case}`]
      await note(request, sha256, picture && of?.filter(Boolean).join(', '))
      if (!picture) throw new NotFoundError('There is no such picture, or it is outside your area.')
      // Kept by the browser only, for as long as a shift looks at it; never by a proxy.
      reply.header('cache-control', 'private, max-age=3600').type('image/jpeg')
      return reply.send(Buffer.from(picture))
    },
  })
}
