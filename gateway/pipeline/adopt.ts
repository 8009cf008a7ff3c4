import type { Device } from '../domain/device.ts'
import { InvalidError } from '../domain/errors.ts'
import { gridAt, type Place } from '../domain/place.ts'
import type { Town } from '../domain/town.ts'
import type { QuarantineStore } from '../ports/observation-store.ts'
import type { TownStore } from '../ports/town-store.ts'
import type { ReplayRequest } from './accept.ts'

export type AdoptedDevice = Pick<Device, 'id' | 'name' | 'kind' | 'village' | 'adapter'> & {
  lon: number
  lat: number
  /** Where the gateway calls it; left out for devices that push. */
  address?: string | undefined
}

export interface AdoptionParts {
  store: TownStore
  town: () => Town
  quarantine: QuarantineStore
  newSecret: () => string
  hashSecret: (secret: string) => string
  /** Why this address may not be called, as a sentence; undefined when it may. */
  addressProblem: (address: string) => Promise<string | undefined>
  /** Makes the house know the new device. */
  reload: () => Promise<void>
  replay: (request: ReplayRequest) => Promise<unknown>
}

const replayedAtOnce = 1000

/** A new device that works from now on, in the grid whose polygon contains it. */
export function toDevice(
  { id, name, kind, village, adapter, lon, lat, address }: AdoptedDevice,
  places: readonly Place[],
): Device {
  const grids = places.filter((place) => place.level === 'grid')
  return {
    id,
    name,
    kind,
    village,
    grid: gridAt(grids, village, [lon, lat])?.code ?? null,
    position: [lon, lat],
    adapter,
    address: address ?? null,
    headingDeg: null,
    fieldOfViewDeg: null,
    state: 'active',
  }
}

/**
 * Takes a device in: it gets its grid and a secret, which is the answer, and what it sent before
 * it was known counts from now on, oldest first.
 */
export function createAdoption(parts: AdoptionParts): (device: AdoptedDevice) => Promise<string> {
  const { store, quarantine } = parts
  return async (adopted) => {
    const { address } = adopted
    const problem = address === undefined ? undefined : await parts.addressProblem(address)
    if (problem !== undefined) throw new InvalidError(`address: ${problem}.`)
    const secret = parts.newSecret()
    await store.addDevice(toDevice(adopted, parts.town().places), parts.hashSecret(secret))
    await parts.reload()
    const waiting = await quarantine.list({
      state: 'waiting',
      device: adopted.id,
      scope: null,
      limit: replayedAtOnce,
    })
    for (const message of waiting.toReversed()) {
      // What cannot be replayed stays in quarantine; the secret is shown this once, whatever happens.
      await parts.replay({ id: message.id }).catch(() => undefined)
    }
    return secret
  }
}
