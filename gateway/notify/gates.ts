import type { Clock } from '../ports/clock.ts'
import type { StoredChannel } from '../ports/notices.ts'
import type { ChannelWay } from './channel.ts'
import { createRateGate, type RateGate } from './rate-limit.ts'

/** How fast each channel may be written to: its own limits, and what the other side asked for. */
export interface Gates {
  /** How long until one more may go to this target; 0: now. */
  waitMs(channel: StoredChannel, target: string): number
  take(channel: StoredChannel): void
  /** The other side wants nothing for so long; for this target alone, if there is one. */
  block(channel: StoredChannel, ms: number, target?: string): void
}

export interface GatesParts {
  wayOf: (channel: StoredChannel) => ChannelWay
  clock: Pick<Clock, 'monotonic'>
}

const keyOf = ({ id }: StoredChannel, target = '') => `${id} ${target}`

export function createGates({ wayOf, clock }: GatesParts): Gates {
  const gates = new Map<string, { gate: RateGate; limits: string }>()
  const blockedUntil = new Map<string, number>()

  /** Other limits begin anew. */
  function gateOf(channel: StoredChannel): RateGate {
    const limits = wayOf(channel).limits(channel)
    const text = JSON.stringify(limits)
    const known = gates.get(channel.id)
    if (known?.limits === text) return known.gate
    const gate = createRateGate(limits)
    gates.set(channel.id, { gate, limits: text })
    return gate
  }

  function blockedMs(key: string, now: number): number {
    const left = (blockedUntil.get(key) ?? now) - now
    if (left <= 0) blockedUntil.delete(key)
    return left
  }

  return {
    waitMs(channel, target) {
      const now = clock.monotonic()
      return Math.max(
        0,
        gateOf(channel).waitMs(now),
        blockedMs(keyOf(channel), now),
        blockedMs(keyOf(channel, target), now),
      )
    },
    take: (channel) => gateOf(channel).take(clock.monotonic()),
    block(channel, ms, target) {
      blockedUntil.set(keyOf(channel, target), clock.monotonic() + ms)
    },
  }
}
