import type { Adapter, AdapterContext, Throttle } from '../../gateway/ports/adapter.ts'
import type { CommandLine } from '../../gateway/ports/commands.ts'
import { type MqttConfig, mqttConfigSchema } from './config.ts'
import { createEmbeddedBroker } from './embedded-broker.ts'
import { createOutsideBroker } from './outside-broker.ts'
import { createProbeLine, type ProbeTarget } from './probe.ts'
import { createReceiver, type Receiver } from './receiver.ts'

/** MQTT, either as the broker itself or as one client of somebody else's. */
export interface MqttAdapter extends Adapter {
  /** The embedded broker's port, once it listens. */
  port(): number | undefined
  securePort(): number | undefined
  throttled(): ReadonlyMap<string, Throttle>
  probe(signal: AbortSignal): Promise<void>
  commands: CommandLine
}

/** What both ways of getting at the messages have in common. */
export interface MessageSource {
  start(): Promise<void>
  stop(): Promise<void>
  connected(): boolean
  port(): number | undefined
  securePort?(): number | undefined
  throttled(): ReadonlyMap<string, Throttle>
  /** How the probe gets in. */
  probeTarget(): ProbeTarget
  /** How something gets to the devices. */
  commands: CommandLine
}

export interface SourceContext extends Omit<AdapterContext, 'ingest' | 'pictures'> {
  receiver: Receiver
}

export function createMqttAdapter(config: MqttConfig, context: AdapterContext): MqttAdapter {
  const settings = mqttConfigSchema.parse(config)
  const probe = createProbeLine(context.ingest)
  const { maxTelemetryBytes } = settings
  const receiver = createReceiver({ ...context, probe, maxTelemetryBytes })
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
    throttled: () => broker.throttled(),
    probe: (signal) => probe.send(broker.probeTarget(), signal),
    securePort: () => broker.securePort?.(),
    commands: broker.commands,
    decode: async (message) => (await receiver.decode(message)).outcome,
  }
}
