import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { InvalidError, NotFoundError } from '../../domain/errors.ts'
import type { QuarantineEntry } from '../../ports/observation-store.ts'
import { byOf, checkScope, scopeOf } from '../access.ts'
import { textOf } from '../payload-text.ts'
import { type App, pageQuery, type RouteParts, wordQuery } from '../route.ts'
import { pageOf, type QuarantineView, quarantineSchema } from '../schemas.ts'
import type { HttpServices } from '../services.ts'

const tag = { tags: ['quarantine'] }
const params = z.object({ id: z.coerce.number().int().positive() })
/** Such a text in UTF-8, with room for what JSON escapes. */
const repairedBytes = 1_048_576
const repaired = z.object({ payload: z.string().max(262_144).optional() }).nullish()

function toView(entry: QuarantineEntry): QuarantineView {
  return { ...entry, payload: textOf(entry.payload) }
}

/** Messages of no known village concern whoever looks after the whole town. */
function quarantineScope(request: FastifyRequest, services: HttpServices): string | null {
  const scope = scopeOf(request)
  const town = services.town().places.find((place) => place.level === 'town')
  return scope === town?.code ? null : scope
}

async function entryInScope(
  request: FastifyRequest,
  services: HttpServices,
  id: number,
): Promise<QuarantineEntry> {
  const entry = await services.quarantine.get(id)
  if (quarantineScope(request, services) !== null) {
    const village = entry?.village
    checkScope(request, village ? { village, grid: null } : undefined, 'such message')
  }
  if (!entry) throw new NotFoundError('There is no such message, or it is outside your area.')
  return entry
}

function cursorId(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined
  if (!/^\d{1,15}$/.test(cursor)) {
    throw new InvalidError('cursor is not one this gateway gave; ask for the first page again')
  }
  return Number(cursor)
}

export function quarantineRoutes(app: App, { services }: RouteParts): void {
  const mend = { access: { roles: ['townAdmin', 'operator'], scope: 'checked' } } as const

  async function note(request: FastifyRequest, act: string, id: number, detail?: string) {
    const { actor, address } = byOf(request)
    const subject = `quarantine:${id}`
    await services.audit.write({ actor: actor.id, act, subject, detail, address })
  }

  app.route({
    method: 'GET',
    url: '/quarantine',
    config: { access: { roles: ['townAdmin', 'supervisor', 'operator'], scope: 'filtered' } },
    schema: {
      ...tag,
      summary: 'Messages that could not be accepted, newest first',
      querystring: pageQuery.extend({
        state: z.enum(['waiting', 'replayed', 'discarded']).optional(),
        device: wordQuery,
      }),
      response: { 200: pageOf(quarantineSchema) },
    },
    handler: async (request) => {
      const { limit, cursor, state, device } = request.query
      const entries = await services.quarantine.list({
        ...(state && { state }),
        ...(device && { device }),
        scope: quarantineScope(request, services),
        beforeId: cursorId(cursor),
        limit: limit + 1,
      })
      const page = entries.slice(0, limit)
      const last = entries.length > limit ? page.at(-1) : undefined
      return { items: page.map(toView), nextCursor: last ? String(last.id) : null }
    },
  })

  app.route({
    method: 'POST',
    url: '/quarantine/:id/replay',
    bodyLimit: repairedBytes,
    config: mend,
    schema: {
      ...tag,
      summary: 'Accept it now that its cause is mended, as it was sent or with a repaired text',
      params,
      body: repaired,
      response: { 200: quarantineSchema },
    },
    handler: async (request) => {
      const { id } = request.params
      await entryInScope(request, services, id)
      const outcome = await services.replay({ id, payload: request.body?.payload })
      const text = request.body?.payload === undefined ? 'as it was sent' : 'with a repaired text'
      await note(request, 'replayQuarantine', id, `${text}: ${outcome.state}`)
      if (outcome.state === 'waiting') {
        throw new InvalidError(`Still not acceptable: ${outcome.failure.detail}`)
      }
      return toView(await entryInScope(request, services, id))
    },
  })

  app.route({
    method: 'POST',
    url: '/quarantine/:id/discard',
    config: mend,
    schema: {
      ...tag,
      summary: 'Discard: it stays listed and counts for nothing',
      params,
      body: z.object({}).nullish(),
      response: { 200: quarantineSchema },
    },
    handler: async (request) => {
      const { id } = request.params
      const entry = await entryInScope(request, services, id)
      if (entry.state === 'waiting') await services.quarantine.setState(id, 'discarded')
      await note(request, 'discardQuarantine', id)
      return toView(await entryInScope(request, services, id))
    },
  })
}
