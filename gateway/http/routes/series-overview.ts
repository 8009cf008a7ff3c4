import type { Device, DeviceKind } from '../../domain/device.ts'
import { InvalidError } from '../../domain/errors.ts'
import type { ObservedProperty } from '../../domain/observation.ts'
import { type PropertyClass, propertyClasses } from '../../domain/property-class.ts'
import { coarseResolution } from '../../domain/resolution.ts'
import type { SeriesPoint } from '../../ports/series-store.ts'
import { unitOf } from '../device-views.ts'
import type { App, RouteParts } from '../route.ts'
import {
  extentQuerySchema,
  extentSchema,
  mostInOverview,
  overviewQuerySchema,
  overviewSchema,
} from '../schemas/series.ts'
import { asMade, checkWindow, devicesAsked, devicesOf } from '../series-asked.ts'
import type { HttpServices } from '../services.ts'

const tag = { tags: ['series'] }

/** A place at one look, and how far back its series go. */
export function seriesOverviewRoutes(app: App, parts: RouteParts): void {
  overviewRoute(app, parts)
  extentRoute(app, parts)
}

function overviewRoute(app: App, { services }: RouteParts): void {
  app.route({
    method: 'GET',
    url: '/series/overview',
    config: { access: { roles: 'anySignedIn', scope: 'checked' } },
    ...asMade,
    schema: {
      ...tag,
      summary: `All series of one class in a place, at most ${mostInOverview}, coarsely`,
      querystring: overviewQuerySchema,
      response: { 200: overviewSchema },
    },
    handler: async (request) => {
      const { place, from, to } = request.query
      checkWindow(request.query)
      const series = await seriesOf(
        services,
        devicesOf(request, services, place),
        request.query.class,
      )
      if (series.length > mostInOverview) throw tooMany(series.length)
      const { resolution, points } = await services.series.query({
        series: series.map(({ device, property }) => ({ device: device.id, property })),
        from,
        to,
        resolution: coarseResolution(to - from),
      })
      const items = series.map(({ device, property, latest }, i) => ({
        device: device.id,
        deviceName: device.name,
        village: device.village,
        property,
        unit: unitOf(property),
        latest: latestOf(latest, points[i] ?? [], request.query),
        points: points[i] ?? [],
      }))
      return { resolution, items }
    },
  })
}

function extentRoute(app: App, { services }: RouteParts): void {
  app.route({
    method: 'GET',
    url: '/series/extent',
    config: { access: { roles: 'anySignedIn', scope: 'checked' } },
    schema: {
      ...tag,
      summary: 'Which series there are, from when to when, and how many readings',
      querystring: extentQuerySchema,
      response: { 200: extentSchema },
    },
    handler: async (request) => {
      const devices = devicesAsked(request, services, request.query)
      const extents = await services.series.extents(devices.map(({ id }) => id))
      return { items: extents.map((one) => ({ ...one, unit: unitOf(one.property) })) }
    },
  })
}

const withoutReadings: ReadonlySet<DeviceKind> = new Set(['camera', 'tagReader'])

interface PlacedSeries {
  device: Device
  property: ObservedProperty
  latest: [number, number] | undefined
}

/** By device name. What a device ever said to this gateway is known without asking its history. */
async function seriesOf(
  { queries, series: desk }: HttpServices,
  devices: readonly Device[],
  propertyClass: PropertyClass,
): Promise<PlacedSeries[]> {
  const byId = new Map(devices.map((device) => [device.id, device]))
  const properties: readonly string[] = propertyClasses[propertyClass]
  const readings = await queries.latestReadings([...byId.keys()])
  const heard = new Set(readings.map(({ device }) => device))
  const unheard = devices.filter(({ id, kind }) => !heard.has(id) && !withoutReadings.has(kind))
  // Those have what was read in from files, if anything.
  const broughtIn = unheard.length > 0 ? await desk.extents(unheard.map(({ id }) => id)) : []
  return [
    ...readings.map(({ observedAt, value, ...one }) => ({
      ...one,
      latest: atOf(observedAt, value),
    })),
    ...broughtIn.map(({ device, property }) => ({ device, property, latest: undefined })),
  ]
    .filter(({ property }) => properties.includes(property))
    .map(({ device, property, latest }) => ({
      device: byId.get(device) as Device,
      property: property as ObservedProperty,
      latest,
    }))
    .sort(
      (a, b) =>
        a.device.name.localeCompare(b.device.name, 'zh-CN') ||
        properties.indexOf(a.property) - properties.indexOf(b.property),
    )
}

function atOf(at: number, value: number): [number, number] {
  return [at, value]
}

/** In the window; of a time gone by the last point, which is a mean where it was rolled up. */
function latestOf(
  latest: [number, number] | undefined,
  points: readonly SeriesPoint[],
  { from, to }: { from: number; to: number },
): [number, number] | null {
  if (latest && latest[0] >= from && latest[0] < to) return latest
  const last = points.at(-1)
  if (last === undefined) return null
  return [last[0], last.length === 2 ? last[1] : last[2]]
}

function tooMany(count: number): InvalidError {
  return new InvalidError(
    `There are ${count} series of that class in the place, and one look takes at most ${mostInOverview}: ask for one of its villages or grids.`,
  )
}
