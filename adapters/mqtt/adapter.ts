import type { Adapter, AdapterContext } from '../../gateway/ports/adapter.ts'
import { type MqttConfig, mqttConfigSchema } from './config.ts'
import { createEmbeddedBroker } from './embedded-broker.ts'
import { createOutsideBroker } from './outside-broker.ts'
import { createReceiver, type Receiver } from './receiver.ts'

/** MQTT, either as the broker itself or as one client of somebody else's. */
export interface MqttAdapter extends Adapter {
  /** The embedded broker's port, once it listens. */
  port(): number | undefined
  securePort(): number | undefined
}

/** What both ways of getting at the messages have in common. */
export interface MessageSource {
  start(): Promise<void>
  stop(): Promise<void>
  connected(): boolean
  port(): number | undefined
  securePort?(): number | undefined
}

export interface SourceContext extends Omit<AdapterContext, 'ingest' | 'pictures'> {
  receiver: Receiver
}

export function createMqttAdapter(config: MqttConfig, context: AdapterContext): MqttAdapter {
  const settings = mqttConfigSchema.parse(config)
  const receiver = createReceiver(context)
  const { devices, clock, meter, log, tls } = context
  const source: SourceContext = { receiver, devices, clock, meter, log, tls }
  const broker: MessageSource =
    settings.mode === 'embedded'
      ? createEmbeddedBroker(settings, source)
      : createOutsideBroker(settings, source)
  return {
    name: 'mqtt',
    start: () => broker.start(),
    stop: () => broker.stop(),
    connected: () => broker.connected(),
    port: () => broker.port(),
    securePort: () => broker.securePort?.(),
    decode: async (message) => (await receiver.decode(message)).outcome,
  }
}
