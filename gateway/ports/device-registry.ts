import type { Device, Speaker } from '../domain/device.ts'

/** Whether a device may speak, beside what it is. */
export interface DeviceStanding {
  blocked: { at: number; reason: string } | null
  /** Until then the secret before the last rotation opens too; null: it does not. */
  oldSecretUntil: number | null
}

/** That a secret opened; it outlives neither the secret nor the device. */
export interface Admission {
  /** False once the secret was dropped, or the device blocked or removed. */
  holds(): boolean
}

/**
 * What is known of devices, held in memory so that the accept path never waits for it. All but
 * `onChange` are called for each message or each CONNECT, synchronously.
 */
export interface DeviceRegistry {
  get(id: string): Device | undefined
  /** Devices, and patrol routes and the gateway itself, which speak like them and are listed nowhere. */
  speaker(id: string): Speaker | undefined
  all(): readonly Device[]
  isBlocked(id: string): boolean
  standing(id: string): DeviceStanding
  /**
   * Constant-time check of a device's secret against its keyed hash; undefined: not let in. The
   * first use of a new secret ends the old one.
   */
  admit(id: string, secret: Uint8Array): Admission | undefined
  /** Calls `listener` whenever an admission may have ended; returns how to stop. */
  onChange(listener: () => void): () => void
}

/** Where secrets and blocks of devices are kept; each rejects with NotFoundError for an unknown id. */
export interface DeviceStore {
  /**
   * The secret in use till now opens until `oldUntil`; null: it is dropped at once. Resolves with
   * the time it opens until, null when none does.
   */
  rotate(id: string, next: { secretHash: string; oldUntil: number | null }): Promise<number | null>
  block(id: string, block: { at: number; reason: string }): Promise<void>
  unblock(id: string): Promise<void>
  /** What is left out stays. */
  place(id: string, change: PlaceChange): Promise<void>
}

/** Where a device is called and where it looks. */
interface PlaceChange {
  address?: string | undefined
  headingDeg?: number | null | undefined
  fieldOfViewDeg?: number | null | undefined
}
