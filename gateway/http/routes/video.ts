import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { InvalidError } from '../../domain/errors.ts'
import type { Role } from '../../domain/person.ts'
import { isInScope } from '../../domain/place.ts'
import { roundState } from '../../domain/video-round.ts'
import { type CountedRound, mostRounds, type NamedLook } from '../../ports/video-store.ts'
import { askerOf, checkScope, scopeOf } from '../access.ts'
import { type App, idParams, type RouteParts } from '../route.ts'
import {
  excuseSchema,
  videoCoverageSchema,
  videoLookBodySchema,
  videoLookSchema,
  videoPlanBodySchema,
  videoPlanSchema,
  videoRoundDetailSchema,
  videoRoundSchema,
} from '../schemas/video.ts'
import type { HttpServices } from '../services.ts'

const tag = { tags: ['video'] }
const planners: Role[] = ['townAdmin', 'supervisor']
const desk: Role[] = ['townAdmin', 'supervisor', 'operator', 'villageCadre']
const longestSpanMs = 100 * 86_400_000
/** Until the year 2100. */
const instant = z.coerce.number().int().min(0).max(4_102_444_800_000)
const spanQuery = z.object({ from: instant, to: instant })

function checkSpan({ from, to }: z.output<typeof spanQuery>): void {
  if (to > from && to - from <= longestSpanMs) return
  throw new InvalidError('to: ask for a span of at most 100 days that ends after it begins.')
}

const placed = (scope: string) => ({ village: scope, grid: null })

function toRound(services: HttpServices, round: CountedRound): z.output<typeof videoRoundSchema> {
  const { cameras, signer, signedBy, checklist: _checklist, settledAt: _ended, ...rest } = round
  return {
    ...rest,
    signedBy: signer ?? signedBy,
    state: roundState(round, services.clock.now()),
    cameras: cameras.map((id) => ({ id, name: services.devices.get(id)?.name ?? id })),
  }
}

function note(request: FastifyRequest, { audit }: HttpServices, act: string, subject: string) {
  return audit.write({ actor: askerOf(request).actor.id, act, subject, address: request.ip })
}

function planRoutes(app: App, { services }: RouteParts): void {
  const access = { roles: planners, scope: 'checked' as const }

  app.route({
    method: 'GET',
    url: '/video/plans',
    config: { access: { roles: desk, scope: 'filtered' } },
    schema: {
      ...tag,
      summary: 'Plans of video rounds in your area',
      response: { 200: z.object({ items: z.array(videoPlanSchema) }) },
    },
    handler: async (request) => ({ items: await services.video.store.plans(scopeOf(request)) }),
  })

  app.route({
    method: 'POST',
    url: '/video/plans',
    config: { access },
    schema: {
      ...tag,
      summary: 'Plan video rounds: which cameras, when, and what to look for',
      body: videoPlanBodySchema,
      response: { 201: videoPlanSchema },
    },
    handler: async (request, reply) => {
      checkScope(request, placed(request.body.scope), 'such place')
      const plan = await services.video.desk.savePlan(undefined, request.body)
      await note(request, services, 'planVideoRounds', `videoPlan:${plan.id}`)
      return reply.code(201).send(plan)
    },
  })

  app.route({
    method: 'PUT',
    url: '/video/plans/:id',
    config: { access },
    schema: {
      ...tag,
      summary: 'Replace a plan; its rounds that have not begun are planned anew',
      params: idParams,
      body: videoPlanBodySchema,
      response: { 200: videoPlanSchema },
    },
    handler: async (request) => {
      const { id } = request.params
      const known = await services.video.store.plan(id)
      checkScope(request, known && placed(known.scope), 'such plan')
      checkScope(request, placed(request.body.scope), 'such place')
      const plan = await services.video.desk.savePlan(id, request.body)
      await note(request, services, 'changeVideoPlan', `videoPlan:${id}`)
      return plan
    },
  })

  app.route({
    method: 'DELETE',
    url: '/video/plans/:id',
    config: { access },
    schema: {
      ...tag,
      summary: 'Remove a plan and its rounds that have not begun',
      params: idParams,
      response: { 204: z.null() },
    },
    handler: async (request, reply) => {
      const { id } = request.params
      const known = await services.video.store.plan(id)
      checkScope(request, known && placed(known.scope), 'such plan')
      await services.video.store.removePlan(id, services.clock.now())
      await note(request, services, 'removeVideoPlan', `videoPlan:${id}`)
      return reply.code(204).send(null)
    },
  })
}

function toLook({ round: _round, byName, ...look }: NamedLook): z.output<typeof videoLookSchema> {
  return { ...look, by: byName }
}

export function videoRoutes(app: App, parts: RouteParts): void {
  const { services } = parts
  const access = { roles: desk, scope: 'checked' as const }
  planRoutes(app, parts)

  async function roundOf(
    request: FastifyRequest<{ Params: { id: string } }>,
  ): Promise<CountedRound> {
    const round = await services.video.store.round(request.params.id)
    checkScope(request, round && placed(round.scope), 'such round')
    return round as CountedRound
  }

  async function detailOf(request: FastifyRequest<{ Params: { id: string } }>) {
    const round = await roundOf(request)
    const looks = (await services.video.store.looks(round.id)).map(toLook)
    return { ...toRound(services, round), checklist: round.checklist, looks }
  }

  app.route({
    method: 'GET',
    url: '/video/rounds',
    config: { access: { roles: desk, scope: 'filtered' } },
    schema: {
      ...tag,
      summary: 'Video rounds of your area whose time touches the span',
      querystring: spanQuery,
      response: { 200: z.object({ items: z.array(videoRoundSchema) }) },
    },
    handler: async (request) => {
      const scope = scopeOf(request)
      checkSpan(request.query)
      const rounds = await services.video.store.rounds({ scope, ...request.query })
      if (rounds.length > mostRounds) {
        throw new InvalidError(`to: more than ${mostRounds} rounds; ask for a shorter span.`)
      }
      return { items: rounds.map((round) => toRound(services, round)) }
    },
  })

  app.route({
    method: 'GET',
    url: '/video/rounds/:id',
    config: { access },
    schema: {
      ...tag,
      summary: 'One round with its looks',
      params: idParams,
      response: { 200: videoRoundDetailSchema },
    },
    handler: (request) => detailOf(request),
  })

  app.route({
    method: 'POST',
    url: '/video/rounds/:id/looks',
    config: { access },
    schema: {
      ...tag,
      summary: 'One camera was looked at: normal, or reported, which opens a case with its picture',
      params: idParams,
      body: videoLookBodySchema,
      response: { 201: videoLookSchema },
    },
    handler: async (request, reply) => {
      const round = await roundOf(request)
      const { actor } = askerOf(request)
      await services.video.desk.look(actor, round, request.body, request.ip)
      await note(request, services, 'lookOnRound', `videoRound:${round.id}`)
      const looks = await services.video.store.looks(round.id)
      const look = looks.find(({ camera }) => camera === request.body.camera)
      if (!look) throw new Error(`the look at ${request.body.camera} was kept and is not there`)
      return reply.code(201).send(toLook(look))
    },
  })

  app.route({
    method: 'POST',
    url: '/video/rounds/:id/sign',
    config: { access },
    schema: {
      ...tag,
      summary: 'Sign a round of which every camera was looked at',
      params: idParams,
      response: { 200: videoRoundDetailSchema },
    },
    handler: async (request) => {
      const round = await roundOf(request)
      await services.video.desk.sign(askerOf(request).actor, round)
      await note(request, services, 'signVideoRound', `videoRound:${round.id}`)
      return detailOf(request)
    },
  })

  app.route({
    method: 'POST',
    url: '/video/rounds/:id/excuse',
    config: { access: { roles: planners, scope: 'checked' } },
    schema: {
      ...tag,
      summary: 'Excuse a round that cannot be made, with the reason',
      params: idParams,
      body: excuseSchema,
      response: { 200: videoRoundDetailSchema },
    },
    handler: async (request) => {
      const round = await roundOf(request)
      await services.video.desk.excuse(round, request.body.reason)
      await services.audit.write({
        actor: askerOf(request).actor.id,
        act: 'excuseVideoRound',
        subject: `videoRound:${round.id}`,
        reason: request.body.reason,
        address: request.ip,
      })
      return detailOf(request)
    },
  })

  app.route({
    method: 'GET',
    url: '/video/coverage',
    config: { access: { roles: desk, scope: 'filtered' } },
    schema: {
      ...tag,
      summary: 'Looks of rounds by camera and local day, beside how many were planned',
      querystring: spanQuery,
      response: { 200: videoCoverageSchema },
    },
    handler: async (request) => {
      const scope = scopeOf(request)
      checkSpan(request.query)
      // Also looks and plans of rounds through the whole town count for a camera here.
      const cameras = services.devices
        .all()
        .filter(({ kind, grid, village }) => kind === 'camera' && isInScope(scope, grid ?? village))
      return services.video.coverage({ cameras, ...request.query })
    },
  })
}
