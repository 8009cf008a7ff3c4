import { z } from 'zod'
import { NotFoundError } from '../../domain/errors.ts'
import { askerOf, scopeOf } from '../access.ts'
import type { App, RouteParts } from '../route.ts'

export function pictureRoutes(app: App, { services }: RouteParts): void {
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
      const scope = scopeOf(request)
      const { actor } = askerOf(request)
      const visible = await services.queries.pictureInScope(sha256, scope)
      const picture = visible ? await services.pictures.get(sha256) : undefined
      await services.audit.write({
        actor: actor.id,
        act: picture ? 'viewPicture' : 'viewPictureRefused',
        subject: `picture:${sha256}`,
      })
      if (!picture) throw new NotFoundError('There is no such picture, or it is outside your area.')
      // Kept by the browser only, for as long as a shift looks at it; never by a proxy.
      reply.header('cache-control', 'private, max-age=3600').type('image/jpeg')
      return reply.send(Buffer.from(picture))
    },
  })
}
