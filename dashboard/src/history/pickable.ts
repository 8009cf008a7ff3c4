import type { ObservedProperty } from '../../../gateway/domain/observation.ts'
import type { DeviceView } from '../api/types.ts'

/** Devices that something can be shown of. */

export interface PickFilter {
  text: string
  village?: string | undefined
  kind?: string | undefined
  property?: ObservedProperty | undefined
}

export function pickable(
  devices: readonly DeviceView[],
  { text, village, kind, property }: PickFilter,
): DeviceView[] {
  const asked = text.trim().toLowerCase()
  return devices
    .filter(
      (device) =>
        device.latest.length > 0 &&
        (village === undefined || device.village === village) &&
        (kind === undefined || device.kind === kind) &&
        (property === undefined || device.latest.some((one) => one.property === property)) &&
        `${device.id} ${device.name}`.toLowerCase().includes(asked),
    )
    .sort((a, b) => a.name.localeCompare(b.name, 'zh-CN', { numeric: true }))
}

export function byVillage(devices: readonly DeviceView[]): [string, DeviceView[]][] {
  const groups = Map.groupBy(devices, ({ village }) => village)
  return [...groups].sort(([a], [b]) => a.localeCompare(b))
}
