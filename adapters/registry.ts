import type { Adapter, AdapterContext } from '../gateway/ports/adapter.ts'
import { createMqttAdapter } from './mqtt/adapter.ts'
import type { MqttConfig } from './mqtt/config.ts'

/** What each protocol of this house needs to know; a new adapter is one line here and one below. */
export interface AdapterSettings {
  mqtt: MqttConfig
}

export function createAdapters(settings: AdapterSettings, context: AdapterContext): Adapter[] {
  return [createMqttAdapter(settings.mqtt, context)]
}
