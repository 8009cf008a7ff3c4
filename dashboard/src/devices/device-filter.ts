import type { DeviceView } from '../api/types.ts'

export interface DeviceFilter {
  presence: 'all' | 'online' | 'offline' | 'unknown'
  text: string
  kind?: string | undefined
  village?: string | undefined
}

const rank = (device: DeviceView) => (device.online === false ? 0 : device.online === true ? 1 : 2)

/** What needs a person first: offline, then those that speak, by name; last those never heard. */
export function filterDevices(devices: readonly DeviceView[], filter: DeviceFilter): DeviceView[] {
  const text = filter.text.trim().toLowerCase()
  return devices
    .filter((device) => {
      if (filter.presence === 'online' && device.online !== true) return false
      if (filter.presence === 'offline' && device.online !== false) return false
      if (filter.presence === 'unknown' && device.online !== null) return false
      if (filter.kind !== undefined && device.kind !== filter.kind) return false
      if (filter.village !== undefined && device.village !== filter.village) return false
      return text === '' || `${device.id} ${device.name}`.toLowerCase().includes(text)
    })
    .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, 'zh-CN', { numeric: true }))
}
