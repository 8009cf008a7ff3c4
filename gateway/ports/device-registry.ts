import type { Device } from '../domain/device.ts'

/**
 * What is known of devices, held in memory so that the accept path never waits for it. `get` and
 * `verifySecret` are called for each message and each CONNECT, synchronously.
 */
export interface DeviceRegistry {
  get(id: string): Device | undefined
  all(): readonly Device[]
  /** Constant-time check of a device's secret against its keyed hash. */
  verifySecret(id: string, secret: Uint8Array): boolean
}
