import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { InvalidError } from '../../domain/errors.ts'
import type { Role } from '../../domain/person.ts'
import { mostRounds, type WalkedRound } from '../../ports/patrol-store.ts'
import { askerOf, checkScope, scopeOf } from '../access.ts'
import { pointNames, roundView } from '../patrol-views.ts'
import { type App, idParams, type RouteParts } from '../route.ts'
import {
  excusesAnswerSchema,
  excusesSchema,
  roundSchema,
  roundTeamSchema,
} from '../schemas/patrol.ts'
import { excuseSchema } from '../schemas/video.ts'

const tag = { tags: ['patrols'] }
const keepers: Role[] = ['townAdmin', 'supervisor', 'villageCadre']
const longestSpanMs = 100 * 86_400_000
/** Until the year 2100. */
const instant = z.coerce.number().int().min(0).max(4_102_444_800_000)

const placed = (village: string) => ({ village, grid: null })

/** Rounds: what was planned and walked, what is excused, and who walks it. */
export function patrolRoundRoutes(app: App, { services }: RouteParts): void {
  async function roundOf(request: FastifyRequest<{ Params: { id: string } }>) {
    const round = await services.patrols.store.round(request.params.id)
    checkScope(request, round && placed(round.village), 'such round')
    return round as WalkedRound
  }

  async function viewOf(request: FastifyRequest<{ Params: { id: string } }>) {
    return roundView(await roundOf(request), await pointNames(services), services.clock.now())
  }

  app.route({
    method: 'GET',
    url: '/patrol/rounds',
    config: { access: { roles: 'anySignedIn', scope: 'filtered' } },
    schema: {
      ...tag,
      summary: 'Rounds of your area whose time touches the span, by beginning',
      querystring: z.object({ from: instant, to: instant }),
      response: { 200: z.object({ items: z.array(roundSchema) }) },
    },
    handler: async (request) => {
      const scope = scopeOf(request)
      const { from, to } = request.query
      if (to <= from || to - from > longestSpanMs) {
        throw new InvalidError('to: ask for a span of at most 100 days that ends after it begins.')
      }
      const rounds = await services.patrols.store.rounds({ scope, from, to })
      if (rounds.length > mostRounds) {
        throw new InvalidError(`to: more than ${mostRounds} rounds; ask for a shorter span.`)
      }
      const names = await pointNames(services)
      const now = services.clock.now()
      return { items: rounds.map((round) => roundView(round, names, now)) }
    },
  })

  app.route({
    method: 'GET',
    url: '/patrol/rounds/:id',
    config: { access: { roles: 'anySignedIn', scope: 'checked' } },
    schema: {
      ...tag,
      summary: 'One round and when each of its points was visited',
      params: idParams,
      response: { 200: roundSchema },
    },
    handler: (request) => viewOf(request),
  })

  app.route({
    method: 'POST',
    url: '/patrol/rounds/:id/excuse',
    config: { access: { roles: keepers, scope: 'checked' } },
    schema: {
      ...tag,
      summary: 'Excuse a round that cannot be walked, with the reason; its alarms end',
      params: idParams,
      body: excuseSchema,
      response: { 200: roundSchema },
    },
    handler: async (request) => {
      const round = await roundOf(request)
      const { actor } = askerOf(request)
      const { reason } = request.body
      await services.patrols.desk.excuse(actor, round, reason)
      await services.audit.write({
        actor: actor.id,
        act: 'excusePatrolRound',
        subject: `patrolRound:${round.id}`,
        detail: round.name,
        reason,
        address: request.ip,
      })
      return viewOf(request)
    },
  })

  app.route({
    method: 'POST',
    url: '/patrol/excuses',
    config: { access: { roles: keepers, scope: 'checked' } },
    schema: {
      ...tag,
      summary: 'Excuse all rounds of an area that touch a time, with the reason: a storm, a drill',
      body: excusesSchema,
      response: { 200: excusesAnswerSchema },
    },
    handler: async (request) => {
      checkScope(request, placed(request.body.place), 'such place')
      const { actor } = askerOf(request)
      const excused = await services.patrols.desk.excuseAll(actor, request.body)
      const { place, from, to, reason } = request.body
      const span = `${new Date(from).toISOString()} – ${new Date(to).toISOString()}`
      await services.audit.write({
        actor: actor.id,
        act: 'excusePatrolRounds',
        subject: `place:${place}`,
        detail: `${excused} · ${span}`,
        reason,
        address: request.ip,
      })
      return { excused }
    },
  })

  app.route({
    method: 'POST',
    url: '/patrol/rounds/:id/team',
    config: { access: { roles: keepers, scope: 'checked' } },
    schema: {
      ...tag,
      summary: 'Give a round to another team',
      params: idParams,
      body: roundTeamSchema,
      response: { 200: roundSchema },
    },
    handler: async (request) => {
      const round = await roundOf(request)
      const { team } = request.body
      await services.patrols.desk.give(round, team)
      await services.audit.write({
        actor: askerOf(request).actor.id,
        act: 'givePatrolRound',
        subject: `patrolRound:${round.id}`,
        detail: `${round.team} → ${team}`,
        address: request.ip,
      })
      return viewOf(request)
    },
  })
}
