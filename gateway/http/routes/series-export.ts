import { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { UnavailableError } from '../../domain/errors.ts'
import type { ExportFormat, ExportOrder } from '../../ports/series-exchange.ts'
import { askerOf } from '../access.ts'
import type { App, RouteParts } from '../route.ts'
import { exportQuerySchema, exportSizeSchema } from '../schemas/series.ts'
import { checkWindow, devicesAsked } from '../series-asked.ts'
import type { HttpServices } from '../services.ts'
import { createStall } from '../stall.ts'

const tag = { tags: ['series'] }
const access = { roles: 'anySignedIn', scope: 'checked' } as const

const types: Record<ExportFormat, { type: string; ending: string }> = {
  csv: { type: 'text/csv; charset=utf-8', ending: 'csv' },
  parquet: { type: 'application/vnd.apache.parquet', ending: 'parquet' },
  line: { type: 'text/plain; charset=utf-8', ending: 'lp' },
}

/** Each reads for as long as its asker takes. */
const mostExports = 6
const mostExportsOfOne = 2
/** Whoever takes nothing for so long has gone. */
const stallMs = 120_000

type Query = z.output<typeof exportQuerySchema>

function orderOf(request: FastifyRequest, services: HttpServices, query: Query): ExportOrder {
  const { property: properties, from, to } = query
  checkWindow(query)
  const devices = devicesAsked(request, services, query)
  return { devices, properties, from, to }
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}

function fileName({ from, to, format }: Query): { plain: string; chinese: string } {
  const rest = `${day(from)}-${day(to - 1)}.${types[format].ending}`
  return { plain: `readings-${rest}`, chinese: encodeURIComponent(`读数-${rest}`) }
}

/** Times that no calendar has cannot stand in a file's name. */
function within({ from, to, ...rest }: Query): Query {
  const latest = 4_102_444_800_000
  const bound = (at: number) => Math.min(Math.max(0, at), latest)
  return { ...rest, from: bound(from), to: Math.max(bound(to), 1) }
}

function createSlots() {
  const taken = new Map<string, number>()
  let all = 0
  return (by: string): (() => void) => {
    const own = taken.get(by) ?? 0
    if (all >= mostExports || own >= mostExportsOfOne) {
      const text = 'Too many exports at once. Wait until one is done.'
      throw new UnavailableError(text, { retryAfterS: 30 })
    }
    taken.set(by, own + 1)
    all += 1
    let given = false
    return () => {
      if (given) return
      given = true
      all -= 1
      const left = (taken.get(by) ?? 1) - 1
      if (left > 0) taken.set(by, left)
      else taken.delete(by)
    }
  }
}

/**
 * The first piece is there before anything is answered: what cannot be read at all is told. Between
 * two pieces their taker has `stallMs`.
 */
async function begun(
  pieces: AsyncGenerator<Uint8Array>,
  response: { destroy(): void },
): Promise<AsyncGenerator<Uint8Array>> {
  const first = await pieces.next()
  const stall = createStall(stallMs, () => response.destroy())
  return (async function* () {
    try {
      for (let piece = first; !piece.done; piece = await pieces.next()) {
        stall.restart()
        yield piece.value
        stall.stop()
      }
    } finally {
      stall.stop()
      await pieces.return(undefined)
    }
  })()
}

export function seriesExportRoutes(app: App, { services }: RouteParts): void {
  const take = createSlots()
  const open = new Set<{ destroy(): void }>()
  // A stop does not wait for who takes slowly.
  app.addHook('preClose', async () => {
    for (const response of open) response.destroy()
  })

  app.route({
    method: 'GET',
    url: '/series/export-size',
    config: { access },
    schema: {
      ...tag,
      summary: 'How much an export would hold; bytes are about',
      querystring: exportQuerySchema,
      response: { 200: exportSizeSchema },
    },
    handler: (request) => {
      const query = within(request.query)
      return services.exports.size(orderOf(request, services, query), query.format)
    },
  })

  app.route({
    method: 'GET',
    url: '/series/export',
    config: { access },
    exposeHeadRoute: false,
    schema: {
      ...tag,
      summary:
        'Readings as a file: CSV for sheet programs, Parquet, or InfluxDB line protocol as measured. `value` is calibrated, `measured` as it came; where single readings are gone, hours stand there with min, max and number',
      querystring: exportQuerySchema,
    },
    handler: async (request, reply) => {
      const query = within(request.query)
      const order = orderOf(request, services, query)
      const giveBack = take(askerOf(request).actor.id)
      reply.raw.once('close', giveBack)
      if (reply.raw.destroyed) giveBack()
      const { type } = types[query.format]
      const { plain, chinese } = fileName(query)
      await services.audit.write({
        actor: askerOf(request).actor.id,
        act: 'exportSeries',
        subject: 'series:',
        detail: `${query.format}, ${order.devices.length} devices, ${new Date(query.from).toISOString()} – ${new Date(query.to).toISOString()}`,
        address: request.ip,
      })
      const pieces = await begun(services.exports.write(order, query.format), reply.raw)
      open.add(reply.raw)
      reply.raw.once('close', () => open.delete(reply.raw))
      return reply
        .type(type)
        .header(
          'content-disposition',
          `attachment; filename="${plain}"; filename*=UTF-8''${chinese}`,
        )
        .send(Readable.from(pieces, { objectMode: false }))
    },
  })
}
