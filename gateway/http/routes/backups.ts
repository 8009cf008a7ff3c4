import { z } from 'zod'
import { askerOf } from '../access.ts'
import type { App, RouteParts } from '../route.ts'
import { backupSchema } from '../schemas/trust.ts'
import { pageOf } from '../schemas.ts'
import { checkTown } from '../town-scope.ts'

const tag = { tags: ['health'] }
const access = { roles: ['townAdmin'], scope: 'checked' } as const

/** Made and listed here, fetched at the machine: a backup holds every secret of the installation. */
export function backupRoutes(app: App, { services }: RouteParts): void {
  app.route({
    method: 'GET',
    url: '/backups',
    config: { access },
    schema: {
      ...tag,
      summary: "The gateway's backups, newest first; one that runs shows how far it is",
      response: { 200: pageOf(backupSchema) },
    },
    handler: async (request) => {
      checkTown(request, services, 'such list')
      return { items: await services.backups.list(), nextCursor: null }
    },
  })

  app.route({
    method: 'POST',
    url: '/backups',
    config: { access },
    schema: {
      ...tag,
      summary: 'Make a backup now; 409 while one is being made',
      body: z.object({}).nullish(),
      response: { 202: backupSchema },
    },
    handler: async (request, reply) => {
      checkTown(request, services, 'such list')
      const made = await services.backups.begin('request')
      const subject = `backup:${made.name}`
      const actor = askerOf(request).actor.id
      await services.audit.write({ actor, act: 'startBackup', subject, address: request.ip })
      return reply.code(202).send(made)
    },
  })
}
