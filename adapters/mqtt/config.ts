import { z } from 'zod'
import { defaultTelemetryBytes } from './decode.ts'

/** Larger telemetry goes to quarantine; a device that has so much to say sends it in parts. */
const maxTelemetryBytes = z.int().min(1_024).max(1_048_576).default(defaultTelemetryBytes)

/** Bounds of the embedded broker; every one of them is there because a client once exceeded it. */
const embeddedConfigSchema = z.strictObject({
  mode: z.literal('embedded'),
  host: z.string().min(1),
  /** 0 lets the system choose; `port()` tells which. */
  port: z.int().min(0).max(65_535),
  /** With TLS, when the installation has a certificate. */
  securePort: z.int().min(0).max(65_535).default(8883),
  /** Largest MQTT packet, by its remaining length. */
  maxPacketBytes: z.int().min(1_024).max(268_435_455).default(1_048_576),
  /** Largest CONNECT, checked before anybody is known. */
  maxConnectBytes: z.int().min(128).max(1_048_576).default(65_536),
  connectTimeoutMs: z.int().min(100).default(10_000),
  /** A client that does not read for this long is cut off. */
  drainTimeoutMs: z.int().min(100).default(5_000),
  maxConnections: z.int().min(1).default(20_000),
  /** Unacknowledged messages of one client; beyond it nothing more is read from its socket. */
  maxInFlight: z.int().min(1).default(1_000),
  /** Packets a second of one device in the long run; 0: as many as it likes. */
  deviceRate: z.number().min(0).default(50),
  /** What it may send at once after a rest; ten seconds' worth unless set. */
  deviceBurst: z.int().min(1).optional(),
  /** Different subscriptions of one client. */
  maxSubscriptions: z.int().min(1).default(16),
  /** Retained messages, which are one status a device. */
  maxRetained: z.int().min(1).default(20_000),
  maxTelemetryBytes,
})

const outsideConfigSchema = z.strictObject({
  mode: z.literal('broker'),
  /** mqtt:, mqtts:, ws: or wss:, with the gateway's own user and password in it. */
  url: z.url({ protocol: /^(mqtts?|wss?)$/ }),
  /** Names the persistent session; two gateways must never share one. */
  clientId: z.string().min(1).max(64).default('lianxun-gateway'),
  /** Unacknowledged messages handled at a time; the broker's own window may be smaller. */
  maxInFlight: z.int().min(1).default(1_000),
  minReconnectMs: z.int().min(10).default(1_000),
  maxReconnectMs: z.int().min(10).default(30_000),
  maxTelemetryBytes,
})

export const mqttConfigSchema = z.discriminatedUnion('mode', [
  embeddedConfigSchema,
  outsideConfigSchema,
])

export type MqttConfig = z.input<typeof mqttConfigSchema>
export type EmbeddedConfig = z.output<typeof embeddedConfigSchema>
export type OutsideConfig = z.output<typeof outsideConfigSchema>
