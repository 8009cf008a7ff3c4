import { z } from 'zod'
import type { ListedChannel } from '../../ports/notices.ts'
import { byOf } from '../access.ts'
import { type App, idParams, type RouteParts } from '../route.ts'
import {
  type ChannelView,
  channelChangeSchema,
  channelSchema,
  channelTestSchema,
  newChannelSchema,
} from '../schemas/queue.ts'
import { checkTown } from '../town-scope.ts'

const tag = { tags: ['notices'] }
const access = { roles: ['townAdmin'], scope: 'checked' } as const
const name = 'such channel'

function viewOf({ perMinute: _perMinute, ...channel }: ListedChannel): ChannelView {
  return channel
}

/** Through what people and programs outside are told. */
export function channelRoutes(app: App, { services }: RouteParts): void {
  const { notices } = services

  app.route({
    method: 'GET',
    url: '/channels',
    config: { access },
    schema: {
      ...tag,
      summary: 'Channels; their addresses and secrets are not shown',
      response: { 200: z.object({ items: z.array(channelSchema) }) },
    },
    handler: async (request) => {
      checkTown(request, services, name)
      return { items: (await notices.channels.list()).map(viewOf) }
    },
  })

  app.route({
    method: 'POST',
    url: '/channels',
    config: { access },
    schema: {
      ...tag,
      summary: 'Add a channel; the first one brings rules along, where there are none',
      body: newChannelSchema,
      response: { 201: channelSchema },
    },
    handler: async (request, reply) => {
      checkTown(request, services, name)
      const added = await notices.desk.add(byOf(request), request.body)
      return reply.code(201).send(viewOf(added))
    },
  })

  app.route({
    method: 'PATCH',
    url: '/channels/:id',
    config: { access },
    schema: {
      ...tag,
      summary: 'Change a channel; what is left out stays',
      params: idParams,
      body: channelChangeSchema,
      response: { 200: channelSchema },
    },
    handler: async (request) => {
      checkTown(request, services, name)
      return viewOf(await notices.desk.change(byOf(request), request.params.id, request.body))
    },
  })

  app.route({
    method: 'DELETE',
    url: '/channels/:id',
    config: { access },
    schema: {
      ...tag,
      summary: 'Remove a channel that no rule uses; what waits for it is dropped',
      params: idParams,
      response: { 204: z.null() },
    },
    handler: async (request, reply) => {
      checkTown(request, services, name)
      await notices.desk.remove(byOf(request), request.params.id)
      return reply.code(204).send(null)
    },
  })

  app.route({
    method: 'POST',
    url: '/channels/:id/test',
    config: { access },
    schema: {
      ...tag,
      summary: 'Send a test message now; for web push to your own browsers',
      params: idParams,
      response: { 200: channelTestSchema },
    },
    handler: (request) => {
      checkTown(request, services, name)
      return notices.desk.test(byOf(request), request.params.id)
    },
  })
}
