import type { Clock } from '../ports/clock.ts'

/**
 * Who has a camera that turns. An operator's hand always wins: for a while after each of its acts
 * nothing turns the camera by itself.
 */
export interface CameraHand {
  take(device: string, by: string): Held
  /** Undefined: nobody. */
  heldBy(device: string): Held | undefined
}

export interface Held {
  by: string
  until: number
}

const holdMs = 60_000

export function createCameraHand(clock: Clock): CameraHand {
  const held = new Map<string, Held & { endsAt: number }>()
  return {
    take(device, by) {
      const hand = { by, until: clock.now() + holdMs, endsAt: clock.monotonic() + holdMs }
      held.set(device, hand)
      return { by, until: hand.until }
    },
    heldBy(device) {
      const hand = held.get(device)
      if (hand && hand.endsAt > clock.monotonic()) return { by: hand.by, until: hand.until }
      held.delete(device)
      return undefined
    },
  }
}
