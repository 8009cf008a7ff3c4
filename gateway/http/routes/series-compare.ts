import type { Rule } from '../../domain/rule.ts'
import { scopeOf } from '../access.ts'
import { unitOf } from '../device-views.ts'
import type { App, RouteParts } from '../route.ts'
import {
  compareQuerySchema,
  comparisonSchema,
  type SeriesMarks,
  seriesMarksSchema,
} from '../schemas/series.ts'
import {
  type AskedSeries,
  asMade,
  checkWindow,
  propertyNamed,
  seriesNamed,
} from '../series-asked.ts'

const tag = { tags: ['series'] }
const access = { roles: 'anySignedIn', scope: 'checked' } as const

/** More in one chart nobody looks through; the newest are shown. */
const mostAlarms = 500

/** Several series in one chart, and what is drawn into it beside them. */
export function seriesCompareRoutes(app: App, parts: RouteParts): void {
  compareRoute(app, parts)
  marksRoute(app, parts)
}

function compareRoute(app: App, { services }: RouteParts): void {
  app.route({
    method: 'GET',
    url: '/series/compare',
    config: { access },
    ...asMade,
    schema: {
      ...tag,
      summary: 'Several series over one time, all in one resolution',
      querystring: compareQuerySchema,
      response: { 200: comparisonSchema },
    },
    handler: async (request) => {
      const { from, to, resolution } = request.query
      checkWindow(request.query)
      const asked = seriesNamed(request, services, request.query.series)
      const series = asked.map(({ device, property }) => ({ device: device.id, property }))
      const answer = await services.series.query({ series, from, to, resolution })
      return {
        resolution: answer.resolution,
        series: series.map((one, i) => ({
          ...one,
          unit: unitOf(one.property),
          points: answer.points[i] ?? [],
        })),
      }
    },
  })
}

function marksRoute(app: App, { services }: RouteParts): void {
  app.route({
    method: 'GET',
    url: '/series/marks',
    config: { access },
    schema: {
      ...tag,
      summary: 'Thresholds of rules, and alarms of that time, for a chart of these series',
      querystring: compareQuerySchema,
      response: { 200: seriesMarksSchema },
    },
    handler: async (request) => {
      const { from, to } = request.query
      checkWindow(request.query)
      const asked = seriesNamed(request, services, request.query.series)
      const alarms = await services.queries.alarmMarks({
        devices: [...new Set(asked.map(({ device }) => device.id))],
        from,
        to,
        scope: scopeOf(request),
        limit: mostAlarms,
      })
      return {
        thresholds: asked.flatMap((one) => thresholdsOf(services.town().rules, one)),
        alarms: alarms.map(({ ruleName, raisedAt, clearedAt, property, ...alarm }) => ({
          ...alarm,
          property: property === null ? null : propertyNamed(property),
          name: ruleName,
          from: raisedAt,
          to: clearedAt,
        })),
      }
    },
  })
}

type Threshold = SeriesMarks['thresholds'][number]

/** Limits on the value itself; rises and excesses have no line of their own. */
function thresholdsOf(rules: readonly Rule[], { device, property }: AskedSeries): Threshold[] {
  return rules.flatMap(({ id, name, severity, kinds, when }) => {
    if (!kinds.includes(device.kind) || !('property' in when) || when.property !== property)
      return []
    const line = { device: device.id, property, rule: id, name, severity }
    const limits: Threshold[] = []
    if ('above' in when && when.above !== undefined) {
      limits.push({ ...line, value: when.above, side: 'above' })
    }
    if ('below' in when && when.below !== undefined) {
      limits.push({ ...line, value: when.below, side: 'below' })
    }
    return limits
  })
}
