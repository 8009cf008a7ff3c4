import { createAdapters } from '../../adapters/registry.ts'
import { createMeters } from '../metrics.ts'
import { createIngest, replayQuarantine } from '../pipeline/accept.ts'
import { createProbe } from '../pipeline/probe.ts'
import { supervise } from '../pipeline/supervise.ts'
import type { Throttle } from '../ports/adapter.ts'
import type { House, Stores } from './house.ts'

/** The ways in: one adapter a protocol, each under its supervisor. */
export function createWays(house: House, { observations, devices, pictures }: Stores) {
  const { config, installation, clock, logger } = house
  const { log, quarantine } = observations
  const meters = createMeters('mqtt')
  const mqtt =
    config.mqtt.mode === 'embedded'
      ? { ...config.mqtt, securePort: config.tls.mqttsPort }
      : // Two gateways at one broker must never share a session.
        { ...config.mqtt, clientId: `lianxun-${installation}` }
  const adapters = createAdapters(
    { mqtt },
    {
      ingest: createIngest({ log, quarantine, devices, clock }),
      devices,
      pictures,
      clock,
      meter: meters.meter,
      tls: house.tls,
      log: logger,
    },
  )
  const probed = adapters.find((adapter) => adapter.probe !== undefined)
  return {
    adapters,
    mqttPort: () => adapters.map((adapter) => adapter.port?.()).find((port) => port),
    meters,
    /** Undefined: no way leads to devices. */
    commands: adapters.find((adapter) => adapter.commands)?.commands,
    probe: createProbe({
      send: async (signal) => await probed?.probe?.(signal),
      clock,
      log: logger,
    }),
    throttled: (): ReadonlyMap<string, Throttle> =>
      new Map(adapters.flatMap((adapter) => [...(adapter.throttled?.() ?? [])])),
    supervised: adapters.map((adapter) => ({ adapter, way: supervise(adapter, { log: logger }) })),
    replay: (request: Parameters<typeof replayQuarantine>[1]) =>
      replayQuarantine({ log, quarantine, devices, clock, adapters }, request),
  }
}

export type Ways = ReturnType<typeof createWays>
