import { z } from 'zod'
import { checkScope } from '../access.ts'
import { unitOf } from '../device-views.ts'
import type { App, RouteParts } from '../route.ts'
import { seriesQuerySchema, seriesSchema } from '../schemas.ts'
import { asMade, checkWindow, propertyNamed } from '../series-asked.ts'

const observationSchema = z.object({
  seq: z.number().int(),
  kind: z.enum(['reading', 'event', 'status']),
  device: z.string(),
  observedAt: z.number().int(),
  receivedAt: z.number().int(),
  property: z.string().optional(),
  value: z.number().optional(),
  /** As it came, where a calibration made the value of it. */
  measured: z.number().optional(),
  unit: z.string().optional(),
  type: z.string().optional(),
  state: z.string().optional(),
  confidence: z.number().optional(),
  bearingDeg: z.number().optional(),
  picture: z.string().optional(),
  online: z.boolean().optional(),
})

/** How far back `GET /observations` looks: the log is for following, the series are for the past. */
const lookBackEntries = 50_000
const readEntries = 5_000

export function seriesRoutes(app: App, { services }: RouteParts): void {
  app.route({
    method: 'GET',
    url: '/series',
    config: { access: { roles: 'anySignedIn', scope: 'checked' } },
    ...asMade,
    schema: {
      tags: ['series'],
      summary: 'One property of one device over time',
      querystring: seriesQuerySchema,
      response: { 200: seriesSchema },
    },
    handler: async (request) => {
      const { device: id } = request.query
      const device = checkScope(request, services.devices.get(id), 'such device')
      const property = propertyNamed(request.query.property)
      checkWindow(request.query)
      const { resolution, points } = await services.series.query({
        ...request.query,
        series: [{ device: device.id, property }],
      })
      return {
        device: device.id,
        property,
        unit: unitOf(property),
        resolution,
        points: points[0] ?? [],
      }
    },
  })

  app.route({
    method: 'GET',
    url: '/observations',
    config: { access: { roles: 'anySignedIn', scope: 'checked' } },
    schema: {
      tags: ['series'],
      summary: 'The latest observations of one device, newest first, as they were accepted',
      querystring: z.object({
        device: z.string().min(1).max(64),
        limit: z.coerce.number().int().min(1).max(200).default(50),
      }),
      response: { 200: z.object({ items: z.array(observationSchema), nextCursor: z.null() }) },
    },
    handler: async (request) => {
      const { device, limit } = request.query
      checkScope(request, services.devices.get(device), 'such device')
      const head = await services.log.head()
      const found: z.output<typeof observationSchema>[] = []
      for (let end = head; end > 0 && end > head - lookBackEntries; end -= readEntries) {
        const start = Math.max(0, end - readEntries)
        const entries = await services.log.read(start, end - start)
        for (const { seq, observation } of entries.toReversed()) {
          if (observation.device !== device || seq > end) continue
          const unit = observation.kind === 'reading' ? { unit: unitOf(observation.property) } : {}
          found.push({ seq, ...observation, ...unit })
          if (found.length === limit) return { items: found, nextCursor: null }
        }
      }
      return { items: found, nextCursor: null }
    },
  })
}
