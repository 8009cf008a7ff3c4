import type { Device } from '../domain/device.ts'
import { isObservedProperty, observedProperties } from '../domain/observation.ts'
import type { DeviceView } from './schemas.ts'
import type { HttpServices } from './services.ts'

type ViewServices = Pick<HttpServices, 'queries' | 'devices' | 'throttled'>

/** Devices with what was last heard of them: two statements, however many devices. */
export async function deviceViews(
  { queries, devices: registry, throttled }: ViewServices,
  devices: readonly Device[],
): Promise<DeviceView[]> {
  const held = throttled()
  const presence = new Map((await queries.presence()).map((row) => [row.device, row]))
  const readings = await queries.latestReadings(devices.map((device) => device.id))
  const latest = Map.groupBy(readings, (reading) => reading.device)
  return devices.map((device) => ({
    id: device.id,
    name: device.name,
    kind: device.kind,
    village: device.village,
    grid: device.grid,
    lon: device.position[0],
    lat: device.position[1],
    adapter: device.adapter,
    state: device.state,
    headingDeg: device.headingDeg,
    fieldOfViewDeg: device.fieldOfViewDeg,
    // Whoever is blocked is connected no more; nobody stored that, as nothing of it counts.
    online: registry.isBlocked(device.id) ? false : (presence.get(device.id)?.online ?? null),
    ...registry.standing(device.id),
    throttled: held.get(device.id) ?? null,
    lastReceivedAt: heardAt(presence.get(device.id)),
    latest: (latest.get(device.id) ?? []).map(({ property, value, observedAt }) => ({
      property,
      value,
      unit: unitOf(property),
      at: observedAt,
    })),
  }))
}

export function unitOf(property: string): string {
  return isObservedProperty(property) ? observedProperties[property].unit : ''
}

/** Of one that went offline before it said anything, nothing was heard. */
function heardAt(presence: { lastReceivedAt: number } | undefined): number | null {
  return presence && presence.lastReceivedAt > 0 ? presence.lastReceivedAt : null
}
