import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { InvalidError, NotFoundError } from '../../domain/errors.ts'
import type { PatrolPoint } from '../../domain/patrol.ts'
import { villageOfGrid } from '../../domain/patrol-checks.ts'
import { isInScope } from '../../domain/place.ts'
import { placeName } from '../../domain/town.ts'
import { sheetLanguages } from '../../patrol/sheet/sheet-words.ts'
import { drawTagSheet, type SheetLabel } from '../../patrol/sheet/tag-sheet.ts'
import { askerOf, checkScope, scopeOf } from '../access.ts'
import { ownAddress } from '../own-address.ts'
import { type App, idParams, placeQuery, type RouteParts } from '../route.ts'
import { rotatingCodeSchema, tagSettingSchema } from '../schemas/patrol-tags.ts'

const tag = { tags: ['patrols'] }
const mostLabels = 500
/** Each keeps the gateway busy for a second or two. */
const rateLimit = { max: 30, timeWindow: 60_000 }

const sheetQuery = z.object({
  points: z
    .string()
    .max(40_000)
    .transform((text) => [...new Set(text.split(',').filter((id) => id !== ''))])
    .optional()
    .describe('ids with commas between them; without it all of the village, or of your area'),
  village: placeQuery,
  perPage: z.enum(['6', '12']).default('6'),
  language: z.enum(sheetLanguages).default('zh'),
})

type SheetQuery = z.output<typeof sheetQuery>

function chosen(points: readonly PatrolPoint[], { points: ids, village }: SheetQuery) {
  const near = points.filter(({ grid }) => village === undefined || isInScope(village, grid))
  if (ids === undefined) return near
  const known = new Map(near.map((point) => [point.id, point]))
  return ids.map((id) => {
    const point = known.get(id)
    if (!point) throw new NotFoundError(`There is no point ${id}, or it is outside your area.`)
    return point
  })
}

function checkCount(count: number): void {
  if (count === 0) {
    throw new NotFoundError(
      'There are no points here. Add points first, or choose another village.',
    )
  }
  if (count > mostLabels) {
    const text = `village: ${count} points are too many for one sheet; choose a village, or at most ${mostLabels} points.`
    throw new InvalidError(text)
  }
}

function sheetRoute(app: App, { services, options }: RouteParts): void {
  function labelsOf(points: readonly PatrolPoint[], base: string): Promise<SheetLabel[]> {
    const town = services.town()
    return Promise.all(
      points.map(async (point) => ({
        id: point.id,
        name: point.name,
        place: [villageOfGrid(point.grid), point.grid]
          .map((code) => placeName(town, code))
          .join(' · '),
        tag: point.tag,
        url: await services.patrols.tags.printed(point, base),
      })),
    )
  }

  app.route({
    method: 'GET',
    url: '/patrol/tag-sheet',
    config: { access: { roles: ['townAdmin', 'supervisor'], scope: 'filtered' }, rateLimit },
    schema: {
      ...tag,
      summary: 'Labels with codes to print, cut and put up: A4, 6 or 12 a page, a PDF file',
      querystring: sheetQuery,
    },
    handler: async (request, reply) => {
      const { query } = request
      const scope = scopeOf(request)
      const points = chosen(await services.patrols.store.points(scope), query)
      checkCount(points.length)
      const place = services.town().places.find(({ level }) => level === 'town')
      const labels = await labelsOf(points, ownAddress(request, options.transport))
      const { language } = query
      const perPage = query.perPage === '6' ? 6 : 12
      const at = services.clock.now()
      const sheet = await drawTagSheet({ town: place?.name ?? '', labels, perPage, language, at })
      await services.audit.write({
        actor: askerOf(request).actor.id,
        act: 'printPatrolTags',
        subject: `place:${query.village ?? scope}`,
        detail: points.length === 1 ? (points[0]?.id ?? '') : String(points.length),
        address: request.ip,
      })
      const name = `filename="tags.pdf"; filename*=UTF-8''${encodeURIComponent('打卡标签.pdf')}`
      return reply
        .type('application/pdf')
        .header('content-disposition', `attachment; ${name}`)
        .header('cache-control', 'no-store')
        .send(sheet)
    },
  })
}

export function patrolTagRoutes(app: App, parts: RouteParts): void {
  const { services, options } = parts
  sheetRoute(app, parts)

  async function pointOf(request: FastifyRequest<{ Params: { id: string } }>) {
    const point = await services.patrols.store.point(request.params.id)
    const placed = point && { village: villageOfGrid(point.grid), grid: point.grid }
    checkScope(request, placed, 'such point')
    return point as PatrolPoint
  }

  app.route({
    method: 'GET',
    url: '/patrol/points/:id/tag',
    config: { access: { roles: ['townAdmin'], scope: 'checked', personOnly: true } },
    schema: {
      ...tag,
      summary: 'What to write onto the tag of a point, with its keys; every look is written down',
      params: idParams,
      response: { 200: tagSettingSchema },
    },
    handler: async (request, reply) => {
      const point = await pointOf(request)
      const setting = await services.patrols.tags.setting(
        point,
        ownAddress(request, options.transport),
      )
      await services.audit.write({
        actor: askerOf(request).actor.id,
        act: 'readPatrolTag',
        subject: `patrolPoint:${point.id}`,
        address: request.ip,
      })
      return reply.header('cache-control', 'no-store').send(setting)
    },
  })

  app.route({
    method: 'GET',
    url: '/patrol/points/:id/code',
    // Not for those who walk: who can fetch it at home was not at the point.
    config: {
      access: {
        roles: ['townAdmin', 'supervisor', 'operator', 'villageCadre', 'viewer'],
        scope: 'checked',
      },
    },
    schema: {
      ...tag,
      summary: 'The code that a screen at the point shows now, and until when',
      params: idParams,
      response: { 200: rotatingCodeSchema },
    },
    handler: async (request, reply) => {
      const point = await pointOf(request)
      const base = ownAddress(request, options.transport)
      const code = await services.patrols.tags.code(point, base, services.clock.now())
      return reply.header('cache-control', 'no-store').send(code)
    },
  })
}
