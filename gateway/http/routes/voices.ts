import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { NotFoundError } from '../../domain/errors.ts'
import { byOf, scopeOf } from '../access.ts'
import { createLooks } from '../looks.ts'
import type { App, RouteParts } from '../route.ts'
import { sha256Schema } from '../schemas/uploads.ts'

interface Part {
  from: number
  to: number
}

/** One part, as players ask for it; undefined: all of it. Null: nothing of it is here. */
function partOf(range: string | undefined, length: number): Part | undefined | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(range ?? '')
  if (!match || (match[1] === '' && match[2] === '')) return undefined
  const [, first = '', last = ''] = match
  const from = first === '' ? Math.max(0, length - Number(last)) : Number(first)
  const to = first === '' || last === '' ? length - 1 : Math.min(length - 1, Number(last))
  return from <= to ? { from, to } : null
}

/** What people said into their phones. */
export function voiceRoutes(app: App, { services }: RouteParts): void {
  const looks = createLooks(services.clock)

  async function note(request: FastifyRequest, sha256: string, number: string | undefined) {
    const { actor, address } = byOf(request)
    const act = number === undefined ? 'listenToVoiceRefused' : 'listenToVoice'
    if (number !== undefined && !looks.isNew(actor.id, sha256)) return
    try {
      const subject = `voice:${sha256}`
      const detail = number && `case ${number}`
      await services.audit.write({ actor: actor.id, act, subject, detail, address })
    } catch (error) {
      looks.forget(actor.id, sha256)
      throw error
    }
  }

  app.route({
    method: 'GET',
    url: '/voices/:sha256',
    config: { access: { roles: 'anySignedIn', scope: 'checked' } },
    schema: {
      tags: ['cases'],
      summary:
        'A voice note that a case of your area has; also in parts (Range). Everybody who listens is written down',
      params: z.object({ sha256: sha256Schema }),
    },
    handler: async (request, reply) => {
      const { sha256 } = request.params
      const told = await services.queries.voiceInScope(sha256, scopeOf(request))
      const voice = told && (await services.voices.get(sha256))
      await note(request, sha256, voice ? told.case : undefined)
      if (!told || !voice) {
        throw new NotFoundError('There is no such voice note, or it is outside your area.')
      }
      reply.header('cache-control', 'private, max-age=3600').header('accept-ranges', 'bytes')
      const part = partOf(request.headers.range, voice.length)
      if (part === null) {
        return reply.code(416).header('content-range', `bytes */${voice.length}`).send()
      }
      reply.type(told.type).header('content-disposition', 'inline; filename="voice"')
      if (part === undefined) return reply.send(Buffer.from(voice))
      const { from, to } = part
      return reply
        .code(206)
        .header('content-range', `bytes ${from}-${to}/${voice.length}`)
        .send(Buffer.from(voice.subarray(from, to + 1)))
    },
  })
}
