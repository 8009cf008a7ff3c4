import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { InvalidError } from '../../domain/errors.ts'
import type { Role } from '../../domain/person.ts'
import { isInScope } from '../../domain/place.ts'
import { CameraError } from '../../ports/cameras.ts'
import { askerOf, checkScope, scopeOf } from '../access.ts'
import { cameraOf, isCamera } from '../camera-of.ts'
import { notDone } from '../camera-trouble.ts'
import { abilitiesView, cameraView } from '../camera-views.ts'
import { type App, idParams, placeQuery, type RouteParts } from '../route.ts'
import {
  cameraChangeSchema,
  cameraViewSchema,
  foundCameraSchema,
  newCameraSchema,
  probeAnswerSchema,
  probeRequestSchema,
  ptzActSchema,
  ptzAnswerSchema,
} from '../schemas/cameras.ts'
import type { HttpServices } from '../services.ts'
import { checkTown } from '../town-scope.ts'

const tag = { tags: ['cameras'] }
const admin: Role[] = ['townAdmin']
const turners: Role[] = ['townAdmin', 'supervisor', 'operator', 'villageCadre']
const minuteMs = 60_000
/** Each ends earlier by itself, with words of its own. */
const searchMs = 15_000
const probeMs = 60_000

function maySeeLogin(request: FastifyRequest): boolean {
  return askerOf(request).actor.role === 'townAdmin'
}

/** As it is written down and said again: people type logins into addresses. */
function noted(address: string): string {
  return address
    .replace(/[?#].*$/s, '')
    .replace(/^([a-z]+:\/\/)?.*@/is, '$1')
    .slice(0, 200)
}

interface Note {
  act: string
  subject: string
  detail?: string
}

function note(request: FastifyRequest, { audit }: HttpServices, entry: Note): Promise<void> {
  return audit.write({ actor: askerOf(request).actor.id, address: request.ip, ...entry })
}

/** Finding cameras on the network and trying them; both make the gateway call addresses. */
function searchRoutes(app: App, { services }: RouteParts): void {
  app.route({
    method: 'POST',
    url: '/cameras/discover',
    config: {
      access: { roles: admin, scope: 'checked' },
      rateLimit: { max: 12, timeWindow: minuteMs },
    },
    schema: {
      ...tag,
      summary: 'Search the networks of this machine for cameras (WS-Discovery, some seconds)',
      response: { 200: z.object({ items: z.array(foundCameraSchema) }) },
    },
    handler: async (request) => {
      checkTown(request, services, 'such network')
      const items = await services.cameras.desk.discover(AbortSignal.timeout(searchMs))
      await note(request, services, {
        act: 'discoverCameras',
        subject: 'network:all',
        detail: `${items.length} found`,
      })
      return { items }
    },
  })

  app.route({
    method: 'POST',
    url: '/cameras/probe',
    config: {
      access: { roles: admin, scope: 'none' },
      rateLimit: { max: 120, timeWindow: minuteMs },
    },
    schema: {
      ...tag,
      summary:
        'Ask one address who it is, with this login tried once; a camera that refuses is an answer, too',
      body: probeRequestSchema,
      response: { 200: probeAnswerSchema },
    },
    handler: async (request) => {
      const outcome = await services.cameras.desk.probe(request.body, AbortSignal.timeout(probeMs))
      const address = noted(request.body.address)
      const detail = outcome.kind === 'failed' ? outcome.problem : 'answered'
      await note(request, services, {
        act: 'probeCamera',
        subject: `address:${address}`,
        detail,
      })
      if (outcome.kind === 'failed') {
        const { problem, text } = outcome
        return { address, abilities: null, still: null, warnings: [], problem, text }
      }
      const { abilities, still, warnings } = outcome.probe
      return {
        address,
        abilities: abilitiesView(abilities),
        still: still && Buffer.from(still).toString('base64'),
        warnings,
        problem: null,
        text: null,
      }
    },
  })
}

export function cameraRoutes(app: App, parts: RouteParts): void {
  const { services } = parts
  searchRoutes(app, parts)

  app.route({
    method: 'GET',
    url: '/cameras',
    config: { access: { roles: 'anySignedIn', scope: 'filtered' } },
    schema: {
      ...tag,
      summary: 'Cameras by id, all of your area',
      querystring: z.object({ village: placeQuery }),
      response: { 200: z.object({ items: z.array(cameraViewSchema) }) },
    },
    handler: async (request) => {
      const scope = scopeOf(request)
      const { village } = request.query
      const items = services.devices
        .all()
        .filter((device) => isCamera(device) && isInScope(scope, device.grid ?? device.village))
        .filter((device) => village === undefined || device.village === village)
        .toSorted((a, b) => (a.id < b.id ? -1 : 1))
        .map((device) => cameraView(services, device, maySeeLogin(request)))
      return { items }
    },
  })

  app.route({
    method: 'GET',
    url: '/cameras/:id',
    config: { access: { roles: 'anySignedIn', scope: 'checked' } },
    schema: {
      ...tag,
      summary: 'One camera',
      params: idParams,
      response: { 200: cameraViewSchema },
    },
    handler: async (request) =>
      cameraView(services, cameraOf(request, services), maySeeLogin(request)),
  })

  app.route({
    method: 'POST',
    url: '/cameras',
    config: { access: { roles: admin, scope: 'checked' } },
    schema: {
      ...tag,
      summary: 'Let a camera join; its password is sealed and never shown again',
      body: newCameraSchema,
      response: { 201: cameraViewSchema },
    },
    handler: async (request, reply) => {
      const { username, password, ...camera } = request.body
      checkScope(request, { village: camera.village, grid: null }, 'such village')
      const known = services.town().places.find((place) => place.code === camera.village)
      if (known?.level !== 'village')
        throw new InvalidError(`There is no village ${camera.village}.`)
      await services.cameras.desk.join({ ...camera, login: { username, password } })
      await note(request, services, {
        act: 'joinCamera',
        subject: `device:${camera.id}`,
        detail: `${noted(camera.address)} in ${camera.village}`,
      })
      const device = services.devices.get(camera.id)
      if (!device) throw new Error(`camera ${camera.id} joined and is not there`)
      return reply.code(201).send(cameraView(services, device, true))
    },
  })

  app.route({
    method: 'PATCH',
    url: '/cameras/:id',
    config: { access: { roles: admin, scope: 'checked' } },
    schema: {
      ...tag,
      summary: 'Set login, address, heading or privacy masks of a camera; what is left out stays',
      params: idParams,
      body: cameraChangeSchema,
      response: { 200: cameraViewSchema },
    },
    handler: async (request) => {
      const { id } = cameraOf(request, services)
      await services.cameras.desk.change(id, request.body)
      await note(request, services, {
        act: 'changeCamera',
        subject: `device:${id}`,
        detail: Object.keys(request.body).join(', '),
      })
      return cameraView(services, cameraOf(request, services), true)
    },
  })

  app.route({
    method: 'POST',
    url: '/cameras/:id/ptz',
    config: {
      access: { roles: turners, scope: 'checked' },
      rateLimit: { max: 600, timeWindow: minuteMs },
    },
    schema: {
      ...tag,
      summary: 'Turn a camera by hand; for a minute after it nothing turns it by itself',
      params: idParams,
      body: ptzActSchema,
      response: { 200: ptzAnswerSchema },
    },
    handler: async (request) => {
      const device = cameraOf(request, services)
      const { actor } = askerOf(request)
      const { hand, desk } = services.cameras
      const holder = () => hand.heldBy(device.id)?.by
      const before = holder()
      try {
        const held = await desk.turn(device, request.body, actor.username)
        return { heldBy: held.by, heldUntil: held.until }
      } catch (error) {
        throw error instanceof CameraError ? notDone(error) : error
      } finally {
        // Each key stroke would drown the rest: who took the camera is what counts.
        if (before !== actor.username && holder() === actor.username) {
          const detail = request.body.act
          await note(request, services, {
            act: 'turnCamera',
            subject: `device:${device.id}`,
            detail,
          })
        }
      }
    },
  })

  app.route({
    method: 'POST',
    url: '/cameras/:id/view',
    config: { access: { roles: ['townAdmin', 'supervisor', 'operator'], scope: 'checked' } },
    schema: {
      ...tag,
      summary: 'What the camera shows now is right: it was moved on purpose',
      params: idParams,
      response: { 200: cameraViewSchema },
    },
    handler: async (request) => {
      const device = cameraOf(request, services)
      await services.cameras.acceptView(device.id)
      await note(request, services, { act: 'acceptCameraView', subject: `device:${device.id}` })
      return cameraView(services, device, maySeeLogin(request))
    },
  })
}
