import type { FastifyRequest } from 'fastify'
import type { Device } from '../domain/device.ts'
import { checkScope } from './access.ts'
import type { HttpServices } from './services.ts'

/** A camera that the gateway itself calls. */
export function isCamera({ kind, adapter }: Device): boolean {
  return kind === 'camera' && adapter === 'onvif'
}

/** The camera of the address; for who may not know of it, it is not there. */
export function cameraOf(
  request: FastifyRequest<{ Params: { id: string } }>,
  { devices }: Pick<HttpServices, 'devices'>,
): Device {
  const device = devices.get(request.params.id)
  return checkScope(request, device && isCamera(device) ? device : undefined, 'such camera')
}
