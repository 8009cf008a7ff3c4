import { ConflictError, InvalidError } from '../domain/errors.ts'
import { type PatrolPoint, type PatrolRoute, routeSpeaker } from '../domain/patrol.ts'
import { pointProblems, routeProblems } from '../domain/patrol-checks.ts'
import { roundState } from '../domain/patrol-round.ts'
import type { Actor } from '../domain/person.ts'
import { isInScope, spotAt } from '../domain/place.ts'
import type { Town } from '../domain/town.ts'
import type { Clock } from '../ports/clock.ts'
import type { DeviceRegistry } from '../ports/device-registry.ts'
import { mostRounds, type PatrolStore, type WalkedRound } from '../ports/patrol-store.ts'
import type { PlannedEventStore } from '../ports/planned-events.ts'
import type { UserStore } from '../ports/user-store.ts'
import type { PatrolPlanner } from './patrol-planner.ts'

/** What the desk does with points, routes and rounds. */
export interface PatrolDesk {
  /** The grid that a point there belongs to; InvalidError outside all of them. */
  gridAt(position: { lon: number; lat: number }): string
  addPoint(point: PatrolPoint): Promise<void>
  changePoint(point: PatrolPoint): Promise<void>
  removePoint(point: PatrolPoint): Promise<void>
  addRoute(route: PatrolRoute): Promise<void>
  changeRoute(route: PatrolRoute): Promise<void>
  removeRoute(route: PatrolRoute): Promise<void>
  excuse(actor: Actor, round: WalkedRound, reason: string): Promise<void>
  /** All rounds of an area and time that were neither walked nor excused; resolves with how many. */
  excuseAll(actor: Actor, excuses: Excuses): Promise<number>
  /** Another team walks the round. */
  give(round: WalkedRound, team: string): Promise<void>
}

interface Excuses {
  place: string
  from: number
  to: number
  reason: string
  plannedEvent?: string | undefined
}

export interface PatrolDeskParts {
  store: PatrolStore
  planner: Pick<PatrolPlanner, 'change' | 'planUntil' | 'wake'>
  devices: Pick<DeviceRegistry, 'get'>
  plannedEvents: Pick<PlannedEventStore, 'find'>
  users: Pick<UserStore, 'teams'>
  town: () => Town
  clock: Clock
  /** Makes the house know what was changed. */
  reload: () => Promise<void>
}

const longestExcusesMs = 31 * 86_400_000

function refuse(problems: readonly string[]): void {
  if (problems.length === 0) return
  const errors = problems.map((message) => ({ path: message.split(':')[0] ?? '', message }))
  throw new InvalidError(problems.join(' '), errors)
}

function wholeOf({ places }: Town): string {
  return places.find((place) => place.level === 'town')?.code ?? ''
}

export function createPatrolDesk(parts: PatrolDeskParts): PatrolDesk {
  const { store, planner, devices, clock } = parts

  const deviceOf = (id: string) => devices.get(id)

  function hazardIds(): Set<string> {
    return new Set(parts.town().hazards.map(({ id }) => id))
  }

  async function savePoint(point: PatrolPoint): Promise<void> {
    const whole = wholeOf(parts.town())
    const points = await store.points(whole)
    const routes = await store.routes(whole)
    refuse(pointProblems(point, { hazards: hazardIds(), points, routes, device: deviceOf }))
    await store.savePoint(point)
  }

  async function saveRoute(route: PatrolRoute): Promise<void> {
    const { places } = parts.town()
    const villages = places.filter((place) => place.level === 'village').map(({ code }) => code)
    const points = await store.points(wholeOf(parts.town()))
    refuse(
      routeProblems(route, {
        hazards: hazardIds(),
        villages: new Set(villages),
        points: new Map(points.map((point) => [point.id, point])),
      }),
    )
    await store.saveRoute(route, clock.now())
  }

  /** One after the other, and never while rounds are planned by what was before. */
  async function change(work: () => Promise<void>): Promise<void> {
    await planner.change(work)
    await parts.reload()
  }

  function checkExcusable(round: WalkedRound): void {
    const state = roundState(round, clock.now())
    if (state === 'done') throw new ConflictError('This round was walked already.', state)
    if (state === 'excused') throw new ConflictError('This round is excused already.', state)
  }

  async function reasonOf({ place, reason, plannedEvent }: Excuses): Promise<string> {
    if (plannedEvent === undefined) return reason
    const event = await parts.plannedEvents.find(plannedEvent)
    // One of elsewhere is nobody's here to know of.
    const isHere = event && (isInScope(place, event.place) || isInScope(event.place, place))
    if (event === undefined || !isHere) {
      throw new InvalidError(`plannedEvent: there is no planned event ${plannedEvent}.`)
    }
    return `${reason}（${event.title}）`
  }

  function checkExcuses({ place, from, to }: Excuses): void {
    const level = parts.town().places.find(({ code }) => code === place)?.level
    if (level !== 'town' && level !== 'village') {
      throw new InvalidError(`place: ${place} is neither the town nor one of its villages.`)
    }
    const isAncient = from < 0
    if (
      isAncient ||
      to <= from ||
      to - from > longestExcusesMs ||
      to > clock.now() + longestExcusesMs
    ) {
      throw new InvalidError(
        'to: name a time of at most 31 days that ends after it begins and lies no further ahead than that.',
      )
    }
  }

  async function roundsFor({ place, from, to }: Excuses): Promise<WalkedRound[]> {
    const rounds = await store.rounds({ scope: place, from, to })
    if (rounds.length > mostRounds) {
      throw new InvalidError(
        `to: more than ${mostRounds} rounds; name a shorter time or one village.`,
      )
    }
    const now = clock.now()
    return rounds.filter((round) => !['done', 'excused'].includes(roundState(round, now)))
  }

  return {
    gridAt({ lon, lat }) {
      const spot = spotAt(parts.town().places, [lon, lat])
      if (spot?.grid != null) return spot.grid
      throw new InvalidError(
        `lon, lat: no grid of the town contains ${lon}, ${lat}: correct the position, or draw the grid there first.`,
      )
    },
    addPoint: (point) =>
      change(async () => {
        if (await store.point(point.id)) {
          throw new ConflictError(`There is a point ${point.id} already.`, point.id)
        }
        await savePoint(point)
      }),
    changePoint: (point) => change(() => savePoint(point)),
    removePoint: (point) =>
      change(async () => {
        const routes = await store.routes(wholeOf(parts.town()))
        const passing = routes.filter(({ points }) => points.includes(point.id))
        if (passing.length > 0) {
          const names = passing.map(({ name }) => name)
          throw new ConflictError(
            `Take the point out of ${names.join(', ')} first: it is on the way there.`,
            names,
          )
        }
        await store.removePoint(point.id)
      }),
    addRoute: (route) =>
      change(async () => {
        if (await store.route(route.id)) {
          throw new ConflictError(`There is a route ${route.id} already.`, route.id)
        }
        const speaker = routeSpeaker(route.id)
        if (devices.get(speaker)) {
          throw new ConflictError(
            `There is a device ${speaker}, and alarms of the route would be taken for its own: choose another id.`,
            speaker,
          )
        }
        await saveRoute(route)
      }),
    changeRoute: (route) => change(() => saveRoute(route)),
    removeRoute: (route) => change(() => store.removeRoute(route.id, clock.now())),
    async excuse(actor, round, reason) {
      checkExcusable(round)
      await store.excuse([round.id], reason, actor.id)
      planner.wake()
    },
    async excuseAll(actor, excuses) {
      checkExcuses(excuses)
      const reason = await reasonOf(excuses)
      await planner.planUntil(excuses.place, excuses.to)
      const ids = (await roundsFor(excuses)).map(({ id }) => id)
      await store.excuse(ids, reason, actor.id)
      planner.wake()
      return ids.length
    },
    async give(round, team) {
      const state = roundState(round, clock.now())
      if (state !== 'planned' && state !== 'due' && state !== 'underWay') {
        throw new ConflictError('This round is over: no other team can walk it.', state)
      }
      const teams = await parts.users.teams(wholeOf(parts.town()))
      if (!teams.includes(team)) throw new InvalidError(`team: nobody is in a team ${team}.`)
      await store.giveRound(round.id, team)
    },
  }
}
