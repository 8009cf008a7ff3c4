import type { PatrolPoint } from '../../domain/patrol.ts'
import { type Actor, roles } from '../../domain/person.ts'
import { isInScope } from '../../domain/place.ts'
import { placeName, type Town } from '../../domain/town.ts'
import { instantOnDay } from '../../domain/town-time.ts'
import type { WalkedRound } from '../../ports/patrol-store.ts'
import { askerOf, scopeOf } from '../access.ts'
import { pointView, roundView } from '../patrol-views.ts'
import type { App, RouteParts } from '../route.ts'
import { type PatrolDay, patrolDaySchema } from '../schemas/patrol.ts'
import type { HttpServices } from '../services.ts'

const villageDigits = 12
/** A phone keeps it all; who looks after the whole town gets the first of them. */
const mostRoundsOfDay = 300

/** Yesterday, today and tomorrow as the town counts days. */
function spanOf({ timeZone }: Town, now: number) {
  return {
    from: instantOnDay(now, -1, 0, timeZone),
    to: instantOnDay(now, 2, 0, timeZone),
  }
}

interface Known {
  whole: string
  points: ReadonlyMap<string, PatrolPoint>
}

/** Those of the own team wherever they are walked, then those that pass the own area. */
async function roundsFor(
  { patrols, town, clock }: HttpServices,
  { scope, team }: Actor,
  { whole, points }: Known,
): Promise<WalkedRound[]> {
  const span = spanOf(town(), clock.now())
  const passes = (round: WalkedRound) =>
    round.points.some((id) => isInScope(scope, points.get(id)?.grid ?? round.village))
  const [mine, near] = await Promise.all([
    team ? patrols.store.rounds({ scope: whole, ...span, team }) : [],
    patrols.store.rounds({ scope: scope.slice(0, villageDigits), ...span }),
  ])
  const others = near.filter((round) => round.team !== team && passes(round))
  return [...mine, ...others].slice(0, mostRoundsOfDay)
}

function personOf({ id, displayName, team, scope }: Actor): PatrolDay['person'] {
  return { id, name: displayName, team: team ?? null, scope }
}

export function patrolDayRoutes(app: App, { services }: RouteParts): void {
  app.route({
    method: 'GET',
    url: '/patrol/day',
    config: {
      access: { roles: roles.filter((role) => role !== 'viewer'), scope: 'filtered' },
    },
    schema: {
      tags: ['patrols'],
      summary: 'All that a phone needs for a day without a signal',
      response: { 200: patrolDaySchema },
    },
    handler: async (request) => {
      const scope = scopeOf(request)
      const { actor } = askerOf(request)
      const town = services.town()
      const now = services.clock.now()
      const place = town.places.find(({ level }) => level === 'town')
      const whole = place?.code ?? scope
      const all = await services.patrols.store.points(whole)
      const points = new Map(all.map((point) => [point.id, point]))
      const rounds = await roundsFor(services, actor, { whole, points })
      const passed = new Set(rounds.flatMap((round) => round.points))
      const names = new Map(all.map(({ id, name }) => [id, name]))
      return {
        now,
        person: personOf(actor),
        town: { code: whole, name: place?.name ?? whole, timeZone: town.timeZone },
        rounds: rounds.map((round) => ({
          ...roundView(round, names, now),
          order: round.order,
          checklist: round.checklist,
          isOwn: actor.team != null && round.team === actor.team,
        })),
        points: all
          .filter(({ id, grid }) => passed.has(id) || isInScope(scope, grid))
          .map((point) => ({ ...pointView(point), placeName: placeName(town, point.grid) })),
        hazards: town.hazards
          .filter(({ sources }) => sources.includes('person'))
          .map(({ id, name }) => ({ id, name })),
        tasks: await services.patrols.verification.of({ ...actor, scope }),
      }
    },
  })
}
