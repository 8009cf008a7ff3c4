import type { Clock } from '../ports/clock.ts'
import type { DeviceStore } from '../ports/device-registry.ts'

/**
 * New secrets and blocks. After a rotation the old secret opens too, so that the device works until
 * somebody has carried the new one there; its first use, or a week, ends the old one.
 */
export interface DeviceTrust {
  rotate(
    id: string,
    options: { immediately: boolean },
  ): Promise<{ secret: string; oldSecretUntil: number | null }>
  block(id: string, reason: string): Promise<void>
  unblock(id: string): Promise<void>
}

export interface DeviceTrustParts {
  store: DeviceStore
  clock: Clock
  newSecret: () => string
  hashSecret: (secret: string) => string
  /** Old secrets that were dropped in memory are so in the table. */
  settled: () => Promise<void>
  /** Makes the house know the change. */
  reload: () => Promise<void>
}

const oldSecretMs = 7 * 86_400_000

export function createDeviceTrust(parts: DeviceTrustParts): DeviceTrust {
  const { store, clock, reload } = parts
  return {
    async rotate(id, { immediately }) {
      const secret = parts.newSecret()
      const oldUntil = immediately ? null : clock.now() + oldSecretMs
      await parts.settled()
      const secretHash = parts.hashSecret(secret)
      const oldSecretUntil = await store.rotate(id, { secretHash, oldUntil })
      await reload()
      return { secret, oldSecretUntil }
    },
    async block(id, reason) {
      await store.block(id, { at: clock.now(), reason })
      await reload()
    },
    async unblock(id) {
      await store.unblock(id)
      await reload()
    },
  }
}
