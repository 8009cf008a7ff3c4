import type { FastifyRequest } from 'fastify'
import type { Device } from '../domain/device.ts'
import { InvalidError } from '../domain/errors.ts'
import {
  isObservedProperty,
  type ObservedProperty,
  observedProperties,
} from '../domain/observation.ts'
import { isInScope } from '../domain/place.ts'
import { checkScope, scopeOf } from './access.ts'
import type { HttpServices } from './services.ts'

/** What a question for time series names, checked: the window, the property, the asker's places. */

export function checkWindow({ from, to }: { from: number; to: number }): void {
  if (to <= from) throw new InvalidError('to must be later than from; both are epoch ms.')
}

export function propertyNamed(name: string): ObservedProperty {
  if (isObservedProperty(name)) return name
  const known = Object.keys(observedProperties).join(', ')
  throw new InvalidError(`There is no property ${name}; ask for one of ${known}.`)
}

export interface AskedSeries {
  device: Device
  property: ObservedProperty
}

/** `device:property`, at the last colon; ids of devices may have others. */
export function seriesNamed(
  request: FastifyRequest,
  { devices }: Pick<HttpServices, 'devices'>,
  names: readonly string[],
): AskedSeries[] {
  return names.map((name) => {
    const colon = name.lastIndexOf(':')
    const device = checkScope(request, devices.get(name.slice(0, colon)), 'such device')
    return { device, property: propertyNamed(name.slice(colon + 1)) }
  })
}

/** Of a place that the asker may see. */
export function devicesOf(
  request: FastifyRequest,
  { devices, town }: Pick<HttpServices, 'devices' | 'town'>,
  place: string,
): Device[] {
  const known = town().places.find(({ code }) => code === place)
  checkScope(request, known && { village: known.code, grid: null }, 'such place')
  return devices.all().filter(({ grid, village }) => isInScope(place, grid ?? village))
}

/** Named, or of a place, or all that the asker may see. */
export function devicesAsked(
  request: FastifyRequest,
  services: Pick<HttpServices, 'devices' | 'town'>,
  { device: ids, place }: { device?: string[] | undefined; place?: string | undefined },
): Device[] {
  const within = place === undefined ? undefined : devicesOf(request, services, place)
  if (ids === undefined) {
    const scope = scopeOf(request)
    const all = within ?? services.devices.all()
    return all.filter(({ grid, village }) => isInScope(scope, grid ?? village))
  }
  const named = ids.map((id) => checkScope(request, services.devices.get(id), 'such device'))
  return named.filter((device) => within === undefined || within.includes(device))
}

/**
 * Answers of many points go out as they are: they were made here, and looking at each number again
 * would take longer than asking for them.
 */
export const asMade = { serializerCompiler: () => (answer: unknown) => JSON.stringify(answer) }
