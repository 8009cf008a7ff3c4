import type { FastifyRequest } from 'fastify'
import type { Device } from '../../domain/device.ts'
import { askerOf, checkScope } from '../access.ts'
import { deviceViews } from '../device-views.ts'
import { type App, idParams, type RouteParts } from '../route.ts'
import { blockSchema, deviceSchema, rotatedSecretSchema, rotationSchema } from '../schemas.ts'
import type { HttpServices } from '../services.ts'

const tag = { tags: ['devices'] }
const access = { roles: ['townAdmin'], scope: 'checked' } as const

interface Act {
  act: string
  detail?: string
  reason?: string
}

function writeAudit(
  { audit }: HttpServices,
  request: FastifyRequest,
  device: Device,
  act: Act,
): Promise<void> {
  const { actor } = askerOf(request)
  return audit.write({
    actor: actor.id,
    subject: `device:${device.id}`,
    address: request.ip,
    ...act,
  })
}

async function viewOf(services: HttpServices, device: Device) {
  const [view] = await deviceViews(services, [device])
  if (!view) throw new Error(`there is no view of device ${device.id}`)
  return view
}

/** A device's secret, and whether it may speak. */
export function deviceTrustRoutes(app: App, parts: RouteParts): void {
  secretRoute(app, parts)
  blockRoute(app, parts)
  unblockRoute(app, parts)
}

function secretRoute(app: App, { services }: RouteParts): void {
  app.route({
    method: 'POST',
    url: '/devices/:id/secret',
    config: { access },
    schema: {
      ...tag,
      summary: 'Give a device a new secret, shown this once; the old one opens for a while too',
      params: idParams,
      body: rotationSchema.nullish(),
      response: { 200: rotatedSecretSchema },
    },
    handler: async (request) => {
      const device = checkScope(request, services.devices.get(request.params.id), 'such device')
      const immediately = request.body?.immediately ?? false
      const rotated = await services.deviceTrust.rotate(device.id, { immediately })
      const detail = immediately ? 'the old secret was dropped at once' : undefined
      await writeAudit(services, request, device, {
        act: 'rotateSecret',
        ...(detail && { detail }),
      })
      return { ...rotated, mqttPort: services.mqttPort() ?? null }
    },
  })
}

function blockRoute(app: App, { services }: RouteParts): void {
  app.route({
    method: 'POST',
    url: '/devices/:id/block',
    config: { access },
    schema: {
      ...tag,
      summary: 'Block a device: it is disconnected, and nothing that it sends counts',
      params: idParams,
      body: blockSchema,
      response: { 200: deviceSchema },
    },
    handler: async (request) => {
      const device = checkScope(request, services.devices.get(request.params.id), 'such device')
      const { reason } = request.body
      await services.deviceTrust.block(device.id, reason)
      await writeAudit(services, request, device, { act: 'blockDevice', reason })
      return await viewOf(services, device)
    },
  })
}

function unblockRoute(app: App, { services }: RouteParts): void {
  app.route({
    method: 'POST',
    url: '/devices/:id/unblock',
    config: { access },
    schema: {
      ...tag,
      summary: 'Let a blocked device in again',
      params: idParams,
      response: { 200: deviceSchema },
    },
    handler: async (request) => {
      const device = checkScope(request, services.devices.get(request.params.id), 'such device')
      await services.deviceTrust.unblock(device.id)
      await writeAudit(services, request, device, { act: 'unblockDevice' })
      return await viewOf(services, device)
    },
  })
}
