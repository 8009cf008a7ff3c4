import type { FastifyError, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { UnavailableError } from '../../domain/errors.ts'
import { roles } from '../../domain/person.ts'
import { askerOf } from '../access.ts'
import { handleError } from '../error-handler.ts'
import { ProblemError } from '../problem.ts'
import type { App, RouteParts } from '../route.ts'
import { newUploadSchema, sha256Schema, uploadStateSchema } from '../schemas/uploads.ts'

const mostBytes = 1_048_576
const pieceBytes = 262_144
const pieceType = 'application/octet-stream'
/** Each is held while it comes in; one person's, sent slowly, must leave room for the others'. */
const mostPieces = 256
const mostPiecesOfOne = 8
const access = { roles: roles.filter((role) => role !== 'viewer'), scope: 'none' as const }
const tag = { tags: ['patrols'] }
const params = z.object({ sha256: sha256Schema })

function refuseType(): ProblemError {
  const text = `Send the bytes of the piece as the body, with Content-Type ${pieceType}.`
  return new ProblemError(415, 'notAPiece', text)
}

function inWords(error: FastifyError): FastifyError | ProblemError {
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return refuseType()
  if (error.code !== 'FST_ERR_CTP_BODY_TOO_LARGE') return error
  return new ProblemError(413, 'pieceTooLarge', 'A piece has at most 256 KB. Send smaller ones.')
}

function keyOf(request: FastifyRequest<{ Params: { sha256: string } }>) {
  return { sha256: request.params.sha256, by: askerOf(request).actor.id, address: request.ip }
}

/** How many pieces come in at once. */
function createSlots() {
  const taken = new Map<string, number>()
  let all = 0
  return {
    /** Throws UnavailableError where there is none; answers what gives it back. */
    take(by: string): () => void {
      const own = taken.get(by) ?? 0
      if (all >= mostPieces || own >= mostPiecesOfOne) {
        throw new UnavailableError('Too many uploads at once. Send yours later.', {
          retryAfterS: 10,
        })
      }
      taken.set(by, own + 1)
      all += 1
      return () => {
        const left = (taken.get(by) ?? 1) - 1
        if (left > 0) taken.set(by, left)
        else taken.delete(by)
        all -= 1
      }
    },
  }
}

function pieceRoute(app: App, { services }: RouteParts): void {
  const slots = createSlots()
  app.removeAllContentTypeParsers()
  const options = { parseAs: 'buffer', bodyLimit: pieceBytes } as const
  app.addContentTypeParser(pieceType, options, (_request, body, done) => done(null, body))
  app.setErrorHandler<FastifyError>((error, request, reply) =>
    handleError(inWords(error), request, reply),
  )
  app.addHook('preParsing', async (request, reply) => {
    // Of a request that broke off already nobody would ever give it back.
    if (reply.raw.destroyed) return
    const giveBack = slots.take(askerOf(request).actor.id)
    reply.raw.once('close', giveBack)
  })

  app.route({
    method: 'PATCH',
    url: '/patrol/uploads/:sha256',
    bodyLimit: pieceBytes,
    config: { access },
    // Before the piece is read.
    onRequest: async () => services.patrols.uploads.checkPiece(),
    schema: {
      ...tag,
      summary:
        'The next piece, at most 256 KB as the body; it is on the disk when it is answered, and put off with 503 where it has to wait. Where it does not begin at what is here, 409 tells how far that is. With the last piece it is checked and kept: only `stored` lets the phone forget it',
      consumes: [pieceType],
      params,
      querystring: z.object({ offset: z.coerce.number().int().min(0).max(mostBytes) }),
      response: { 200: uploadStateSchema },
    },
    handler: async (request) => {
      const piece: unknown = request.body
      if (!Buffer.isBuffer(piece)) throw refuseType()
      return services.patrols.uploads.append(keyOf(request), request.query.offset, piece)
    },
  })
}

export function patrolUploadRoutes(app: App, parts: RouteParts): void {
  const { services } = parts

  app.route({
    method: 'GET',
    url: '/patrol/uploads/:sha256',
    config: { access },
    schema: {
      ...tag,
      summary: 'How far an upload of yours is; 404: announce it, from its beginning',
      params,
      response: { 200: uploadStateSchema },
    },
    handler: (request) => services.patrols.uploads.progress(keyOf(request)),
  })

  app.route({
    method: 'PUT',
    url: '/patrol/uploads/:sha256',
    config: { access },
    onRequest: async () => services.patrols.uploads.checkNew(),
    schema: {
      ...tag,
      summary:
        'Announce a photo (JPEG) or voice note (WebM, Ogg, MP4) of at most 1 MB by the SHA-256 of its bytes; again it answers how far it is. While many check-ins come in it is put off: 503 with Retry-After. What is not finished goes after 7 days',
      params,
      body: newUploadSchema,
      response: { 200: uploadStateSchema },
    },
    handler: (request) => services.patrols.uploads.announce(keyOf(request), request.body),
  })

  void app.register(async (own: App) => pieceRoute(own, parts))
}
