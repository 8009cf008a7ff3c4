import type { Adapter, AdapterMeter, CameraContext } from '../gateway/ports/adapter.ts'
import { createMqttAdapter } from './mqtt/adapter.ts'
import type { MqttConfig } from './mqtt/config.ts'
import { createOnvifAdapter } from './onvif/adapter.ts'
import type { OnvifConfig } from './onvif/config.ts'

/** What each protocol of this house needs to know; a new adapter is one line here and one below. */
export interface AdapterSettings {
  mqtt: MqttConfig
  onvif: OnvifConfig
}

export const adapterNames = ['mqtt', 'onvif'] as const

type AdapterName = (typeof adapterNames)[number]

/** What they share, and how each counts its own work. */
export interface AdapterParts extends Omit<CameraContext, 'meter'> {
  meterOf: (adapter: AdapterName) => AdapterMeter
}

export function createAdapters(settings: AdapterSettings, parts: AdapterParts): Adapter[] {
  const { meterOf, ...shared } = parts
  return [
    createMqttAdapter(settings.mqtt, { ...shared, meter: meterOf('mqtt') }),
    createOnvifAdapter(settings.onvif, { ...shared, meter: meterOf('onvif') }),
  ]
}
