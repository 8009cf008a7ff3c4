import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Calibration } from '../../domain/calibration.ts'
import { NotFoundError } from '../../domain/errors.ts'
import type { CalibrationEntry } from '../../ports/calibrations.ts'
import { byOf, checkScope } from '../access.ts'
import { unitOf } from '../device-views.ts'
import { type App, idParams, type RouteParts } from '../route.ts'
import { calibrationSchema, newCalibrationSchema } from '../schemas/series.ts'
import type { HttpServices } from '../services.ts'

const tag = { tags: ['devices'] }

const calibrationParams = idParams.extend({
  property: newCalibrationSchema.shape.property,
  from: z.coerce.number().int(),
})

/** What comparisons with a reference said of a device. */
export function calibrationRoutes(app: App, parts: RouteParts): void {
  listRoute(app, parts)
  addRoute(app, parts)
  removeRoute(app, parts)
}

function listRoute(app: App, { services }: RouteParts): void {
  app.route({
    method: 'GET',
    url: '/devices/:id/calibrations',
    config: { access: { roles: 'anySignedIn', scope: 'checked' } },
    schema: {
      ...tag,
      summary: 'Calibrations of a device: value = measured × factor + offset, from a time on',
      params: idParams,
      response: { 200: z.object({ items: z.array(calibrationSchema) }) },
    },
    handler: async (request) => {
      const device = checkScope(request, services.devices.get(request.params.id), 'such device')
      return { items: (await services.calibrations.list(device.id)).map(viewOf) }
    },
  })
}

function addRoute(app: App, { services }: RouteParts): void {
  app.route({
    method: 'POST',
    url: '/devices/:id/calibrations',
    config: { access: { roles: ['townAdmin'], scope: 'checked' } },
    schema: {
      ...tag,
      summary:
        'Calibrate a property from a time on; what was measured stays, and one from the same time is replaced',
      params: idParams,
      body: newCalibrationSchema,
      response: { 201: calibrationSchema },
    },
    handler: async (request, reply) => {
      const device = checkScope(request, services.devices.get(request.params.id), 'such device')
      const { reason, ...line } = request.body
      const { actor } = byOf(request)
      const calibration = { device: device.id, ...line }
      const before = await services.calibrations.put(calibration, { actor: actor.id, reason })
      const detail = `${inWords(calibration)}${before ? `; before: ${formula(before)}` : ''}`
      await writeAudit(services, request, { act: 'calibrateDevice', detail, reason })
      return reply.code(201).send(await viewAfter(services, calibration))
    },
  })
}

function removeRoute(app: App, { services }: RouteParts): void {
  app.route({
    method: 'DELETE',
    url: '/devices/:id/calibrations/:property/:from',
    config: { access: { roles: ['townAdmin'], scope: 'checked' } },
    schema: {
      ...tag,
      summary: 'Remove a calibration; the one before it holds again',
      params: calibrationParams,
      response: { 204: z.null() },
    },
    handler: async (request, reply) => {
      const { id, property, from } = request.params
      const device = checkScope(request, services.devices.get(id), 'such device')
      const gone = await services.calibrations.remove({ device: device.id, property, from })
      await writeAudit(services, request, { act: 'removeCalibration', detail: inWords(gone) })
      return reply.code(204).send(null)
    },
  })
}

/** Somebody else may have removed it meanwhile. */
async function viewAfter({ calibrations }: HttpServices, made: Calibration) {
  const found = (await calibrations.list(made.device)).find(
    ({ property, from }) => property === made.property && from === made.from,
  )
  if (!found) throw new NotFoundError('The calibration was removed again just now.')
  return viewOf(found)
}

function viewOf({ device: _device, ...entry }: CalibrationEntry) {
  return entry
}

function formula({ property, factor, offset }: Calibration): string {
  const shift = `${offset < 0 ? '−' : '+'} ${Math.abs(offset)} ${unitOf(property)}`
  return `× ${factor} ${shift}`
}

/** `pm25 from 2026-11-01T00:00:00.000Z: × 0.94 + 0.8 µg/m³` */
function inWords(calibration: Calibration): string {
  const from = new Date(calibration.from).toISOString()
  return `${calibration.property} from ${from}: ${formula(calibration)}`
}

function writeAudit(
  services: HttpServices,
  request: FastifyRequest<{ Params: { id: string } }>,
  entry: { act: string; detail: string; reason?: string },
): Promise<void> {
  const { actor, address } = byOf(request)
  const subject = `device:${request.params.id}`
  return services.audit.write({ actor: actor.id, subject, address, ...entry })
}
