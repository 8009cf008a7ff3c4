import { adapterNames, createAdapters } from '../../adapters/registry.ts'
import { createMeters, type Meters } from '../metrics.ts'
import { createCameraGuard } from '../network/camera-guard.ts'
import { createIngest, replayQuarantine } from '../pipeline/accept.ts'
import { createProbe } from '../pipeline/probe.ts'
import { supervise } from '../pipeline/supervise.ts'
import type { Throttle } from '../ports/adapter.ts'
import type { CameraLink } from '../ports/cameras.ts'
import type { House, Stores } from './house.ts'

function createAllMeters() {
  const all = new Map(adapterNames.map((name) => [name, createMeters(name)]))
  return {
    of: (name: (typeof adapterNames)[number]) => (all.get(name) as Meters).meter,
    samples: () => [...all.values()].flatMap((meters) => meters.samples()),
  }
}

/** The ways in: one adapter a protocol, each under its supervisor. */
export function createWays(house: House, stores: Stores) {
  const { observations, devices, pictures } = stores
  const { config, installation, clock, logger } = house
  const { log, quarantine } = observations
  const meters = createAllMeters()
  const guard = createCameraGuard(config.cameraNetworks)
  const ingest = createIngest({ log, quarantine, devices, clock })
  const mqtt =
    config.mqtt.mode === 'embedded'
      ? { ...config.mqtt, securePort: config.tls.mqttsPort }
      : // Two gateways at one broker must never share a session.
        { ...config.mqtt, clientId: `lianxun-${installation}` }
  const adapters = createAdapters(
    { mqtt, onvif: {} },
    {
      ingest,
      devices,
      pictures,
      clock,
      meterOf: meters.of,
      tls: house.tls,
      log: logger,
      cameras: stores.cameraBook,
      mappings: stores.eventMappings,
      async addressProblem(address) {
        const judgement = await guard.judge(address)
        return judgement.ok ? undefined : judgement.problem
      },
    },
  )
  const probed = adapters.find((adapter) => adapter.probe !== undefined)
  return {
    adapters,
    ingest,
    /** Asked wherever an address of a camera comes in or is called. */
    guard,
    mqttPort: () => adapters.map((adapter) => adapter.port?.()).find((port) => port),
    meters,
    cameras: adapters.find((adapter) => adapter.cameras)?.cameras as CameraLink,
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
