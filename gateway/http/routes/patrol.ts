import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { PatrolPoint, PatrolRoute } from '../../domain/patrol.ts'
import { villageOfGrid } from '../../domain/patrol-checks.ts'
import type { Role } from '../../domain/person.ts'
import { askerOf, checkScope, scopeOf } from '../access.ts'
import { pointView, routeView } from '../patrol-views.ts'
import { type App, idParams, type RouteParts } from '../route.ts'
import {
  newPointSchema,
  newRouteSchema,
  pointBodySchema,
  pointSchema,
  routeBodySchema,
  routeSchema,
  routesSchema,
} from '../schemas/patrol.ts'
import type { HttpServices } from '../services.ts'

const tag = { tags: ['patrols'] }
const planners: Role[] = ['townAdmin', 'supervisor']
/** Who may know the number of a tag that can be copied. */
const knowers: Role[] = [...planners, 'operator', 'villageCadre']
const access = { roles: planners, scope: 'checked' as const }

const ofPoint = ({ grid }: Pick<PatrolPoint, 'grid'>) => ({ village: villageOfGrid(grid), grid })
const ofRoute = ({ village }: Pick<PatrolRoute, 'village'>) => ({ village, grid: null })

function note(request: FastifyRequest, { audit }: HttpServices, act: string, subject: string) {
  return audit.write({ actor: askerOf(request).actor.id, act, subject, address: request.ip })
}

export function patrolPointRoutes(app: App, { services }: RouteParts): void {
  async function pointOf(request: FastifyRequest<{ Params: { id: string } }>) {
    const point = await services.patrols.store.point(request.params.id)
    checkScope(request, point && ofPoint(point), 'such point')
    return point as PatrolPoint
  }

  app.route({
    method: 'GET',
    url: '/patrol/points',
    config: { access: { roles: 'anySignedIn', scope: 'filtered' } },
    schema: {
      ...tag,
      summary: 'Points of your area; numbers of tags only for those who look after them',
      response: { 200: z.object({ items: z.array(pointSchema) }) },
    },
    handler: async (request) => {
      const points = await services.patrols.store.points(scopeOf(request))
      const mayKnow = knowers.includes(askerOf(request).actor.role)
      const items = points.map(pointView)
      return { items: mayKnow ? items : items.map((point) => ({ ...point, tagUid: null })) }
    },
  })

  app.route({
    method: 'POST',
    url: '/patrol/points',
    config: { access },
    schema: {
      ...tag,
      summary: 'Add a point; its grid is the one that contains it',
      body: newPointSchema,
      response: { 201: pointSchema },
    },
    handler: async (request, reply) => {
      const point = { ...request.body, grid: services.patrols.desk.gridAt(request.body) }
      checkScope(request, ofPoint(point), 'such place')
      await services.patrols.desk.addPoint(point)
      await note(request, services, 'addPatrolPoint', `patrolPoint:${point.id}`)
      return reply.code(201).send(pointView(point))
    },
  })

  app.route({
    method: 'PUT',
    url: '/patrol/points/:id',
    config: { access },
    schema: {
      ...tag,
      summary: 'Replace a point; tags that hang there stay valid',
      params: idParams,
      body: pointBodySchema,
      response: { 200: pointSchema },
    },
    handler: async (request) => {
      const known = await pointOf(request)
      const { lon, lat } = request.body
      const isMoved = known.lon !== lon || known.lat !== lat
      const grid = isMoved ? services.patrols.desk.gridAt({ lon, lat }) : known.grid
      const point = { ...request.body, id: known.id, grid }
      checkScope(request, ofPoint(point), 'such place')
      await services.patrols.desk.changePoint(point)
      await note(request, services, 'changePatrolPoint', `patrolPoint:${point.id}`)
      return pointView(point)
    },
  })

  app.route({
    method: 'DELETE',
    url: '/patrol/points/:id',
    config: { access },
    schema: {
      ...tag,
      summary: 'Remove a point; 409 while a route passes it. Its check-ins stay',
      params: idParams,
      response: { 204: z.null() },
    },
    handler: async (request, reply) => {
      const point = await pointOf(request)
      await services.patrols.desk.removePoint(point)
      await note(request, services, 'removePatrolPoint', `patrolPoint:${point.id}`)
      return reply.code(204).send(null)
    },
  })
}

export function patrolRouteRoutes(app: App, { services }: RouteParts): void {
  async function routeOf(request: FastifyRequest<{ Params: { id: string } }>) {
    const route = await services.patrols.store.route(request.params.id)
    checkScope(request, route && ofRoute(route), 'such route')
    return route as PatrolRoute
  }

  app.route({
    method: 'GET',
    url: '/patrol/routes',
    config: { access: { roles: 'anySignedIn', scope: 'filtered' } },
    schema: {
      ...tag,
      summary: 'Routes of your area with their shifts',
      response: { 200: routesSchema },
    },
    handler: async (request) => ({
      items: (await services.patrols.store.routes(scopeOf(request))).map(routeView),
      seasons: services.town().seasons.map(({ raise: _raise, ...season }) => season),
    }),
  })

  app.route({
    method: 'POST',
    url: '/patrol/routes',
    config: { access },
    schema: {
      ...tag,
      summary: 'Add a route; its first rounds are those whose time is not half over',
      body: newRouteSchema,
      response: { 201: routeSchema },
    },
    handler: async (request, reply) => {
      checkScope(request, ofRoute(request.body), 'such village')
      await services.patrols.desk.addRoute(request.body)
      await note(request, services, 'addPatrolRoute', `patrolRoute:${request.body.id}`)
      return reply.code(201).send(routeView(request.body))
    },
  })

  app.route({
    method: 'PUT',
    url: '/patrol/routes/:id',
    config: { access },
    schema: {
      ...tag,
      summary: 'Replace a route; its rounds that have not begun are planned anew',
      params: idParams,
      body: routeBodySchema,
      response: { 200: routeSchema },
    },
    handler: async (request) => {
      const known = await routeOf(request)
      checkScope(request, ofRoute(request.body), 'such village')
      const route = { ...request.body, id: known.id }
      await services.patrols.desk.changeRoute(route)
      await note(request, services, 'changePatrolRoute', `patrolRoute:${route.id}`)
      return routeView(route)
    },
  })

  app.route({
    method: 'DELETE',
    url: '/patrol/routes/:id',
    config: { access },
    schema: {
      ...tag,
      summary: 'Remove a route and its rounds that have not begun',
      params: idParams,
      response: { 204: z.null() },
    },
    handler: async (request, reply) => {
      const route = await routeOf(request)
      await services.patrols.desk.removeRoute(route)
      await note(request, services, 'removePatrolRoute', `patrolRoute:${route.id}`)
      return reply.code(204).send(null)
    },
  })
}
