import type { FastifyError, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { NotFoundError } from '../../domain/errors.ts'
import { roles } from '../../domain/person.ts'
import { type SentPictureType, sentPictureTypes } from '../../ports/picture-cleaner.ts'
import { uploadKeptMs } from '../../ports/picture-uploads.ts'
import { askerOf, byOf, scopeOf } from '../access.ts'
import { handleError } from '../error-handler.ts'
import { createLooks } from '../looks.ts'
import { ProblemError } from '../problem.ts'
import type { App, RouteParts } from '../route.ts'

const mostBytes = 8_388_608
const minuteMs = 60_000
const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex')

function refuseType(): ProblemError {
  const text = `This is not sent as a picture. Send its bytes as the body, with Content-Type ${sentPictureTypes.join(', ')}.`
  return new ProblemError(415, 'notAPicture', text)
}

/** Says what Fastify's own errors leave open: how large, and what to do. */
function inWords(error: FastifyError): FastifyError | ProblemError {
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return refuseType()
  if (error.code !== 'FST_ERR_CTP_BODY_TOO_LARGE') return error
  const text = 'The picture is larger than 8 MB. Make it smaller, then send it again.'
  return new ProblemError(413, 'pictureTooLarge', text)
}

/** Bytes of pictures are a body here and nowhere else. */
function acceptPictures(app: App): void {
  app.removeAllContentTypeParsers()
  const options = { parseAs: 'buffer', bodyLimit: mostBytes } as const
  app.addContentTypeParser([...sentPictureTypes], options, (_request, body, done) => {
    done(null, body)
  })
  app.setErrorHandler<FastifyError>((error, request, reply) =>
    handleError(inWords(error), request, reply),
  )
}

function typeOf(request: FastifyRequest): SentPictureType {
  const said = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  const type = sentPictureTypes.find((one) => one === said)
  if (type === undefined) throw refuseType()
  return type
}

function uploadRoute(app: App, { services }: RouteParts): void {
  app.route({
    method: 'POST',
    url: '/pictures',
    bodyLimit: mostBytes,
    config: {
      access: { roles: roles.filter((role) => role !== 'viewer'), scope: 'none' },
      rateLimit: { max: 60, timeWindow: minuteMs },
    },
    schema: {
      tags: ['pictures'],
      summary:
        'Send a picture (JPEG, PNG, WebP, at most 8 MB as the body) for a report or a step; it is written anew without position and device, and goes after a day unless a case uses it',
      consumes: [...sentPictureTypes],
      response: { 201: z.object({ sha256: sha256Schema }) },
    },
    handler: async (request, reply) => {
      const bytes: unknown = request.body
      if (!Buffer.isBuffer(bytes)) throw refuseType()
      const taken = await services.pictureDesk.take({
        bytes,
        type: typeOf(request),
        by: byOf(request),
      })
      if (taken.kind === 'refused') throw new ProblemError(415, 'notAPicture', taken.problem)
      if (taken.kind === 'tooMany') {
        const text = 'You sent very many pictures today. Send the next one tomorrow.'
        throw new ProblemError(429, 'tooMany', text)
      }
      return reply.code(201).send({ sha256: taken.sha256 })
    },
  })
}

export function pictureRoutes(app: App, parts: RouteParts): void {
  const { services } = parts
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

  /** What it is shown as to this person; undefined: it is not. */
  async function shownAs(request: FastifyRequest, sha256: string): Promise<string | undefined> {
    const shown = await services.queries.pictureInScope(sha256, scopeOf(request))
    if (shown) {
      const { alarm, case: number, checkin } = shown
      const of = [
        alarm && `alarm ${alarm}`,
        number && `case ${number}`,
        checkin && `checkin ${checkin}`,
      ]
      return of.filter(Boolean).join(', ')
    }
    const since = services.clock.now() - uploadKeptMs
    const isOwn = await services.uploads.isOwn(sha256, askerOf(request).actor.id, since)
    return isOwn ? 'own upload' : undefined
  }

  app.route({
    method: 'GET',
    url: '/pictures/:sha256',
    config: { access: { roles: 'anySignedIn', scope: 'checked' } },
    schema: {
      tags: ['pictures'],
      summary:
        'A picture that an alarm or a case of your area shows, or that you sent; every look is written down',
      params: z.object({ sha256: sha256Schema }),
      querystring: z.object({
        size: z.enum(['small', 'whole']).default('whole').describe('small: at most 320 pixels'),
      }),
    },
    handler: async (request, reply) => {
      const { sha256 } = request.params
      const shown = await shownAs(request, sha256)
      const source = request.query.size === 'small' ? services.thumbnails : services.pictures
      const picture = shown && (await source.get(sha256))
      await note(request, sha256, picture ? shown : undefined)
      if (!picture) throw new NotFoundError('There is no such picture, or it is outside your area.')
      // Kept by the browser only, for as long as a shift looks at it; never by a proxy.
      reply.header('cache-control', 'private, max-age=3600').type('image/jpeg')
      return reply.send(Buffer.from(picture))
    },
  })

  void app.register(async (own: App) => {
    acceptPictures(own)
    uploadRoute(own, parts)
  })
}
