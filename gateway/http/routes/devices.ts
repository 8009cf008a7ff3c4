import { InvalidError } from '../../domain/errors.ts'
import { isInScope } from '../../domain/place.ts'
import { askerOf, checkScope, scopeOf } from '../access.ts'
import { deviceViews } from '../device-views.ts'
import { type App, idParams, pageQuery, placeQuery, type RouteParts } from '../route.ts'
import { adoptedDeviceSchema, deviceSchema, newDeviceSchema, pageOf } from '../schemas.ts'

const tag = { tags: ['devices'] }

/** Lists go on after the last id that was shown. */
function cursorId(cursor: string | undefined): string {
  if (cursor === undefined) return ''
  const id = Buffer.from(cursor, 'base64url').toString('utf8')
  const isOurs = newDeviceSchema.shape.id.safeParse(id).success && cursorOf(id) === cursor
  if (!isOurs) {
    throw new InvalidError('cursor is not one this gateway gave; ask for the first page again')
  }
  return id
}

function cursorOf(id: string): string {
  return Buffer.from(id).toString('base64url')
}

export function deviceRoutes(app: App, { services }: RouteParts): void {
  app.route({
    method: 'GET',
    url: '/devices',
    config: { access: { roles: 'anySignedIn', scope: 'filtered' } },
    schema: {
      ...tag,
      summary: 'Devices by id',
      querystring: pageQuery.extend({ village: placeQuery }),
      response: { 200: pageOf(deviceSchema) },
    },
    handler: async (request) => {
      const scope = scopeOf(request)
      const { limit, cursor, village } = request.query
      const after = cursorId(cursor)
      const rest = services.devices
        .all()
        .filter((device) => isInScope(scope, device.grid ?? device.village))
        .filter((device) => village === undefined || device.village === village)
        .filter((device) => device.id > after)
        .sort((a, b) => (a.id < b.id ? -1 : 1))
      const page = rest.slice(0, limit)
      const last = page.at(-1)
      const more = rest.length > limit && last !== undefined
      return {
        items: await deviceViews(services, page),
        nextCursor: more ? cursorOf(last.id) : null,
      }
    },
  })

  app.route({
    method: 'GET',
    url: '/devices/:id',
    config: { access: { roles: 'anySignedIn', scope: 'checked' } },
    schema: { ...tag, summary: 'One device', params: idParams, response: { 200: deviceSchema } },
    handler: async (request) => {
      const device = checkScope(request, services.devices.get(request.params.id), 'such device')
      return (await deviceViews(services, [device]))[0]
    },
  })

  app.route({
    method: 'POST',
    url: '/devices',
    config: { access: { roles: ['townAdmin'], scope: 'checked' } },
    schema: {
      ...tag,
      summary: 'Adopt a device: its secret is shown this once, and what it sent before counts',
      body: newDeviceSchema,
      response: { 201: adoptedDeviceSchema },
    },
    handler: async (request, reply) => {
      const { village } = request.body
      checkScope(request, { village, grid: null }, 'such village')
      const known = services.town().places.find((place) => place.code === village)
      if (known?.level !== 'village') throw new InvalidError(`There is no village ${village}.`)
      const secret = await services.adopt(request.body)
      await services.audit.write({
        actor: askerOf(request).actor.id,
        act: 'adoptDevice',
        subject: `device:${request.body.id}`,
        detail: `${request.body.kind} in ${village}`,
        address: request.ip,
      })
      const device = services.devices.get(request.body.id)
      const [view] = await deviceViews(services, device ? [device] : [])
      if (!view) throw new Error(`device ${request.body.id} was adopted and is not there`)
      return reply.code(201).send({ device: view, secret })
    },
  })
}
