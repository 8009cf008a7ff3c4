import { type PatrolRoute, patrolLate, patrolMissed, routeSpeaker } from '../domain/patrol.ts'
import { isLate, roundState, slotsOf, windowOf } from '../domain/patrol-round.ts'
import type { Town } from '../domain/town.ts'
import type { Ingest } from '../ports/adapter.ts'
import type { Clock, NewId } from '../ports/clock.ts'
import type { DeviceRegistry } from '../ports/device-registry.ts'
import type { PatrolStore, PlannedRound, WalkedRound } from '../ports/patrol-store.ts'
import { createLoop } from './loop.ts'

/**
 * Makes the rounds of the coming days out of the shifts of their routes, and judges those that have
 * begun. A late or missed round is an event of its route, and so an alarm by the same rules as all
 * others; it holds until the round was walked or excused after all, or until the route's next round
 * was walked, or was missed and speaks for itself.
 */
export interface PatrolPlanner {
  start(): void
  stop(): Promise<void>
  /** Changes routes while nobody plans by the old ones, and plans by the new ones. */
  change<T>(work: () => Promise<T>): Promise<T>
  /** Also what lies further ahead, of the routes of a place: it is about to be excused. */
  planUntil(place: string, until: number): Promise<void>
  /** Rounds changed: judge them now. */
  wake(): void
}

export interface PatrolPlannerParts {
  store: PatrolStore
  ingest: Pick<Ingest, 'accept'>
  devices: Pick<DeviceRegistry, 'speaker'>
  town: () => Town
  clock: Clock
  newId: NewId
  /** From 0 to below 1. */
  random: () => number
  logger: { warn(text: string): void }
  pause?: (ms: number, signal: AbortSignal) => Promise<void>
}

const aheadMs = 48 * 3_600_000
const planEveryMs = 10 * 60_000
const lookEveryMs = 15_000
/** Rounds under way stay in the list, so it must hold more than are ever under way together. */
const batch = 2000
/** After a long outage nobody is rung for the rounds of last week. */
const tellWithinMs = 24 * 3_600_000

export function createPatrolPlanner(parts: PatrolPlannerParts): PatrolPlanner {
  const { store, clock } = parts
  let planned: { town: Town; at: number } | undefined
  let turn: Promise<unknown> = Promise.resolve()

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = turn.then(work)
    turn = mine.catch(() => undefined)
    return mine
  }

  function roundsOf(route: PatrolRoute, until: number): PlannedRound[] {
    const { seasons, timeZone } = parts.town()
    return slotsOf(route, { from: clock.now(), until, timeZone, seasons }).map((slot) => ({
      id: parts.newId(),
      route: route.id,
      name: route.name,
      village: route.village,
      team: route.team,
      points: route.points,
      order: route.order,
      minWalkS: route.minWalkS,
      checklist: route.checklist,
      slotAt: slot.slotAt,
      ...windowOf(slot, parts.random()),
      excusedReason: null,
    }))
  }

  async function plan(): Promise<void> {
    const town = parts.town()
    const at = clock.now()
    const whole = town.places.find((place) => place.level === 'town')?.code
    if (whole === undefined) return
    for (const route of await store.routes(whole)) {
      await store.addRounds(roundsOf(route, at + aheadMs))
    }
    planned = { town, at }
  }

  function isPlanned(): boolean {
    if (planned === undefined || planned.town !== parts.town()) return false
    return Math.abs(clock.now() - planned.at) < planEveryMs
  }

  /** Told twice it is recognised by the sender's id. */
  async function say(round: WalkedRound, type: string, state: 'active' | 'clear'): Promise<void> {
    const device = routeSpeaker(round.route)
    // A route that was removed has nothing to say, and its alarms have ended.
    if (parts.devices.speaker(device) === undefined) return
    const at = clock.now()
    const event = { type, state, senderId: `${round.id}:${type}:${state}` }
    await parts.ingest.accept(
      {
        topic: `patrol/${round.route}/${round.id}`,
        payload: Buffer.from(JSON.stringify(event)),
        receivedAt: at,
      },
      [{ kind: 'event', device, observedAt: at, receivedAt: at, ...event }],
    )
  }

  async function endMissed(rounds: readonly WalkedRound[]): Promise<void> {
    for (const round of rounds) {
      await say(round, patrolMissed, 'clear')
      await store.note(round.id, { missedAt: null })
    }
  }

  async function judgeLate(round: WalkedRound, now: number): Promise<void> {
    const isNow = isLate(round, now)
    if (isNow === (round.lateAt !== null)) return
    await say(round, patrolLate, isNow ? 'active' : 'clear')
    await store.note(round.id, { lateAt: isNow ? now : null })
  }

  async function judgeEnd(round: WalkedRound, now: number): Promise<void> {
    const state = roundState(round, now)
    const isMissed = state === 'missed' || state === 'incomplete'
    const isTold = isMissed && now - round.dueUntil < tellWithinMs
    if (isTold) {
      await endMissed(await store.missedOf(round.route))
      await say(round, patrolMissed, 'active')
    }
    // First told, then noted.
    await store.note(round.id, { settledAt: now, ...(isTold && { missedAt: now }) })
  }

  async function judge(round: WalkedRound, now: number): Promise<void> {
    await judgeLate(round, now)
    if (roundState(round, now) === 'done') await endMissed(await store.missedOf(round.route))
    if (now >= round.dueUntil) await judgeEnd(round, now)
  }

  async function look(): Promise<void> {
    if (!isPlanned()) await plan()
    const now = clock.now()
    for (const round of await store.unsettled(now, batch)) await judge(round, now)
    await endMissed(await store.mended(batch))
  }

  const loop = createLoop({
    async work() {
      await inTurn(look)
      return lookEveryMs
    },
    failed(reason) {
      if (reason !== null) parts.logger.warn(`patrol rounds are not planned: ${reason}`)
    },
    ...(parts.pause && { pause: parts.pause }),
  })

  return {
    change: (work) =>
      inTurn(async () => {
        const outcome = await work()
        await plan()
        return outcome
      }),
    planUntil: (place, until) =>
      inTurn(async () => {
        for (const route of await store.routes(place)) {
          await store.addRounds(roundsOf(route, until))
        }
      }),
    wake: () => loop.wake(),
    start: () => loop.start(),
    stop: () => loop.stop(),
  }
}
