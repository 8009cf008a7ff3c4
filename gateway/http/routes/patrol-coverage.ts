import { z } from 'zod'
import { InvalidError } from '../../domain/errors.ts'
import type { VillageTally } from '../../domain/patrol-coverage.ts'
import { isInScope } from '../../domain/place.ts'
import type { PatrolFigures } from '../../pipeline/patrol-coverage.ts'
import { scopeOf } from '../access.ts'
import type { App, RouteParts } from '../route.ts'
import { type PatrolCoverageView, patrolCoverageSchema } from '../schemas/patrol.ts'
import type { HttpServices } from '../services.ts'

const longestSpanMs = 100 * 86_400_000
/** Until the year 2100. */
const instant = z.coerce.number().int().min(0).max(4_102_444_800_000)

const villageDigits = 12

type Points = PatrolCoverageView['points']

async function pointsIn(
  { patrols }: HttpServices,
  scope: string,
  { days, points, lastVisits }: PatrolFigures,
): Promise<Points> {
  const none = days.stamps.map(() => 0)
  const known = await patrols.store.points(scope)
  return known.map(({ id, name, grid, lon, lat }) => {
    const { planned, visited } = points.get(id) ?? { planned: none, visited: none }
    const village = grid.slice(0, villageDigits)
    return {
      id,
      name,
      village,
      grid,
      lon,
      lat,
      planned,
      visited,
      lastAt: lastVisits.get(id) ?? null,
    }
  })
}

function nothingIn(village: string, days: number): VillageTally {
  const none = { planned: 0, done: 0, missed: 0, excused: 0 }
  const row = { village, ...none, streakDays: 0, score: 0 }
  return { ...row, days: Array.from({ length: days }, () => none) }
}

/** Every village of the scope, also one where nothing was planned; teams that had rounds. */
function talliesIn({ town }: HttpServices, scope: string, figures: PatrolFigures) {
  const walked = new Map(figures.villages.map((one) => [one.village, one]))
  const villages = town()
    .places.filter(({ level, code }) => level === 'village' && isInScope(scope, code))
    .map(({ code }) => walked.get(code) ?? nothingIn(code, figures.days.stamps.length))
  const teams = figures.teams.filter(({ village }) => isInScope(scope, village))
  return { villages, teams }
}

export function patrolCoverageRoutes(app: App, { services }: RouteParts): void {
  app.route({
    method: 'GET',
    url: '/patrol/coverage',
    config: { access: { roles: 'anySignedIn', scope: 'filtered' } },
    schema: {
      tags: ['patrol'],
      summary: 'What was walked of your area by local day: points, teams and villages',
      querystring: z.object({ from: instant, to: instant }),
      response: { 200: patrolCoverageSchema },
    },
    handler: async (request) => {
      const scope = scopeOf(request)
      const { from, to } = request.query
      if (to <= from || to - from > longestSpanMs) {
        throw new InvalidError('to: ask for a span of at most 100 days that ends after it begins.')
      }
      const figures = await services.patrols.coverage.between({ scope, from, to })
      return {
        days: figures.days.stamps,
        points: await pointsIn(services, scope, figures),
        ...talliesIn(services, scope, figures),
      }
    },
  })
}
