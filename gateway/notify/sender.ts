import type { Clock } from '../ports/clock.ts'
import type {
  Attempted,
  ChannelStore,
  DeliveryStore,
  StoredChannel,
  WaitingDelivery,
} from '../ports/notices.ts'
import { attempt } from './attempt.ts'
import type { ChannelWay, Outcome } from './channel.ts'
import type { Gates } from './gates.ts'
import type { HttpPost } from './http-post.ts'

/**
 * Sends what waits: each target of a channel is a queue of its own, strictly in order and one at a
 * time, so that a receiver that is away holds up nobody else. What fails is tried again for a day.
 * When the next attempt is due stands in the table, so a restart loses nothing; what a crash cut off
 * between a receipt and its commit is sent once more, under the same id.
 */

export interface SenderParts {
  deliveries: Pick<DeliveryStore, 'heads' | 'attempted'>
  channels: Pick<ChannelStore, 'get' | 'secrets'>
  wayOf: (channel: StoredChannel) => ChannelWay
  gates: Gates
  post: HttpPost
  clock: Clock
  random: () => number
  /** Called when an attempt has ended, so that the next of its queue may go. */
  ended: () => void
  /** Before something is written down again that could not be. */
  pause: (ms: number) => Promise<void>
}

export interface Sender {
  /** Starts all that is due; answers how long until more may be, null: something has to end first. */
  pass(): Promise<number | null>
  /** Resolves when nothing is under way. */
  settled(): Promise<void>
  /** What cannot be written down now never will be. */
  stop(): Promise<void>
}

const firstDelayMs = 1000
const longestDelayMs = 600_000
const givenUpAfterMs = 86_400_000
const maxInFlight = 16
/** Of one channel: a receiver that hangs leaves room for the others. */
const maxInFlightOfChannel = 4
const storeRetryMs = 1000

/** Half of it is by chance, so that what failed together does not come back together. */
function retryDelayMs(attempts: number, random: () => number): number {
  const ceiling = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(attempts, 20))
  return Math.round(ceiling / 2 + (ceiling / 2) * random())
}

export function createSender(parts: SenderParts): Sender {
  const { deliveries, channels, gates, clock } = parts
  const inFlight = new Map<string, { channel: string; end: Promise<void> }>()
  let isStopped = false
  /** Two at once would see the same heads. */
  let lastPass: Promise<unknown> = Promise.resolve()

  /** A clock that was set back holds nothing up for longer than the longest delay. */
  function dueInMs({ nextAt }: WaitingDelivery): number {
    const ms = nextAt - clock.now()
    return ms > longestDelayMs ? 0 : Math.max(0, ms)
  }

  function judge(head: WaitingDelivery, outcome: Outcome): Attempted {
    const at = clock.now()
    const base = { at, nextAt: head.nextAt, receipt: null, error: null }
    switch (outcome.kind) {
      case 'sent':
        return { ...base, state: 'sent', receipt: outcome.receipt }
      case 'dropped':
        return { ...base, state: 'dropped', error: outcome.error }
      case 'wait':
      case 'failed': {
        const state = at - head.at >= givenUpAfterMs ? 'failed' : 'waiting'
        const ms = outcome.kind === 'wait' ? outcome.ms : retryDelayMs(head.attempts, parts.random)
        return { ...base, state, nextAt: at + Math.min(ms, longestDelayMs), error: outcome.error }
      }
    }
  }

  /** What was sent is written down before its queue goes on: else it would be sent again. */
  async function writeDown(id: number, attempted: Attempted): Promise<void> {
    for (;;) {
      try {
        return await deliveries.attempted(id, attempted)
      } catch (error) {
        if (isStopped) throw error
        await parts.pause(storeRetryMs)
      }
    }
  }

  async function run(head: WaitingDelivery, channel: StoredChannel): Promise<void> {
    const secrets = await channels.secrets(channel.id)
    const { target, notice, id: deliveryId } = head
    const message = { channel, secrets, target, notice, deliveryId, now: clock.now() }
    const outcome = await attempt(parts.wayOf(channel), message, parts.post)
    if (outcome.kind === 'wait') gates.block(channel, outcome.ms, outcome.of && target)
    await writeDown(head.id, judge(head, outcome))
  }

  async function runOrKeep(head: WaitingDelivery, channel: StoredChannel): Promise<void> {
    try {
      await run(head, channel)
    } catch (error) {
      // The vault does not open, or the tables cannot be read.
      const text = error instanceof Error ? error.message : String(error)
      await writeDown(head.id, judge(head, { kind: 'failed', error: text }))
    }
  }

  function start(key: string, head: WaitingDelivery, channel: StoredChannel): void {
    gates.take(channel)
    const end = runOrKeep(head, channel)
      .catch(() => undefined)
      .finally(() => {
        inFlight.delete(key)
        parts.ended()
      })
    inFlight.set(key, { channel: channel.id, end })
  }

  function hasRoom(channel: string): boolean {
    const own = [...inFlight.values()].filter((one) => one.channel === channel).length
    return inFlight.size < maxInFlight && own < maxInFlightOfChannel
  }

  /** How long until this one may go; null: it went, or something else has to happen first. */
  function consider(head: WaitingDelivery, channel: StoredChannel | undefined): number | null {
    const key = `${head.channel} ${head.target}`
    if (!channel?.enabled || inFlight.has(key)) return null
    const waitMs = Math.max(dueInMs(head), gates.waitMs(channel, head.target))
    if (waitMs > 0) return waitMs
    if (hasRoom(channel.id)) start(key, head, channel)
    return null
  }

  async function pass(): Promise<number | null> {
    // What ends after the heads were read must not be taken for a head again.
    const busy = new Set(inFlight.keys())
    const heads = await deliveries.heads()
    const known = new Map<string, StoredChannel | undefined>()
    for (const { channel } of heads) {
      if (!known.has(channel)) known.set(channel, await channels.get(channel))
    }
    const waits = heads
      .filter(({ channel, target }) => !busy.has(`${channel} ${target}`))
      .map((head) => consider(head, known.get(head.channel)))
      .filter((ms) => ms !== null)
    return waits.length === 0 ? null : Math.min(...waits)
  }

  return {
    pass() {
      const mine = lastPass.then(pass)
      lastPass = mine.catch(() => undefined)
      return mine
    },
    async settled() {
      await Promise.all([...inFlight.values()].map(({ end }) => end))
    },
    async stop() {
      isStopped = true
      await Promise.all([...inFlight.values()].map(({ end }) => end))
    },
  }
}
