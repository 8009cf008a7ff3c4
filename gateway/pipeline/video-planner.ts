import { roundState, videoRoundMissed, windowsOf } from '../domain/video-round.ts'
import type { Ingest } from '../ports/adapter.ts'
import type { Clock } from '../ports/clock.ts'
import type { DeviceRegistry } from '../ports/device-registry.ts'
import type { CountedRound, VideoStore } from '../ports/video-store.ts'
import { createLoop } from './loop.ts'

/**
 * Makes the rounds of the coming day out of their plans, and judges those whose time is over: a
 * round that nobody made, or made in part, is an event of the first camera that was not looked at,
 * and so an alarm by the same rules as all others.
 */
export interface VideoPlanner {
  start(): void
  stop(): Promise<void>
  /** Plans now; also for a plan that was just saved. */
  plan(): Promise<void>
}

export interface VideoPlannerParts {
  store: VideoStore
  ingest: Pick<Ingest, 'accept'>
  devices: Pick<DeviceRegistry, 'get'>
  timeZone: () => string
  wholeTown: () => string | undefined
  clock: Clock
  logger: { warn(text: string): void }
  pause?: (ms: number, signal: AbortSignal) => Promise<void>
}

const aheadMs = 24 * 3_600_000
const lookEveryMs = 15_000
const batch = 50
/** After a long outage nobody is rung for the rounds of last week. */
const tellWithinMs = 24 * 3_600_000

export function createVideoPlanner(parts: VideoPlannerParts): VideoPlanner {
  const { store, clock } = parts

  async function plan(): Promise<void> {
    const town = parts.wholeTown()
    if (town === undefined) return
    const from = clock.now()
    const span = { from, until: from + aheadMs, timeZone: parts.timeZone() }
    for (const one of await store.plans(town)) await store.addRounds(one, windowsOf(one, span))
  }

  async function firstUnseen(round: CountedRound): Promise<string | undefined> {
    const seen = new Set((await store.looks(round.id)).map(({ camera }) => camera))
    return round.cameras.find((camera) => !seen.has(camera) && parts.devices.get(camera))
  }

  async function tellMissed(round: CountedRound): Promise<void> {
    const camera = await firstUnseen(round)
    const device = camera && parts.devices.get(camera)
    if (!device) return
    const at = clock.now()
    const event = { type: videoRoundMissed, state: 'pulse' as const, senderId: round.id }
    await parts.ingest.accept(
      {
        topic: `lianxun/${device.village}/${device.id}/event`,
        payload: Buffer.from(JSON.stringify(event)),
        receivedAt: at,
      },
      [
        {
          kind: 'event',
          device: device.id,
          observedAt: Math.min(at, round.dueUntil),
          receivedAt: at,
          ...event,
        },
      ],
    )
  }

  async function settle(): Promise<void> {
    const now = clock.now()
    const ended = await store.unsettled(now, batch)
    for (const round of ended) {
      const state = roundState(round, now)
      const isMissed = state === 'missed' || state === 'incomplete'
      // First told, then settled: told twice is recognised by the sender's id.
      if (isMissed && now - round.dueUntil < tellWithinMs) await tellMissed(round)
      await store.settle(round.id, now)
    }
    if (ended.length === batch) await settle()
  }

  const loop = createLoop({
    async work() {
      await plan()
      await settle()
      return lookEveryMs
    },
    failed(reason) {
      if (reason !== null) parts.logger.warn(`video rounds are not planned: ${reason}`)
    },
    ...(parts.pause && { pause: parts.pause }),
  })

  return { plan, start: () => loop.start(), stop: () => loop.stop() }
}
