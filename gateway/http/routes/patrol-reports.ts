import { z } from 'zod'
import { roles } from '../../domain/person.ts'
import { byOf, scopeOf } from '../access.ts'
import type { App, RouteParts } from '../route.ts'
import {
  newHelpCallSchema,
  newPatrolReportSchema,
  patrolReportSchema,
  taskSchema,
} from '../schemas/patrol.ts'

const tag = { tags: ['patrols'] }
/** One's own, wherever it is: what a neighbour's village needs to know is taken, too. */
const access = { roles: roles.filter((role) => role !== 'viewer'), scope: 'none' as const }
const minuteMs = 60_000

/** 随手报 and 一键求助: what people send from the road, and what comes back to them. */
export function patrolReportRoutes(app: App, { services }: RouteParts): void {
  app.route({
    method: 'POST',
    url: '/patrol/reports',
    config: { access, rateLimit: { max: 300, timeWindow: minuteMs } },
    schema: {
      ...tag,
      summary:
        'Report something from the road: a case opens where it is, or at the nearest place known. Photos and voice follow by /patrol/uploads. The same id again answers 200 with what is there',
      body: newPatrolReportSchema,
      response: { 200: patrolReportSchema, 201: patrolReportSchema },
    },
    handler: async (request, reply) => {
      const { actor, address } = byOf(request)
      const sent = await services.patrols.reports.report(actor, request.body, address)
      return reply.code(sent.isNew ? 201 : 200).send(sent.report)
    },
  })

  app.route({
    method: 'POST',
    url: '/patrol/help',
    config: { access, rateLimit: { max: 60, timeWindow: minuteMs } },
    schema: {
      ...tag,
      summary:
        'Call for help: a red case at the position, the point, or where the caller checked in last. The same id again answers 200 with what is there',
      body: newHelpCallSchema,
      response: { 200: patrolReportSchema, 201: patrolReportSchema },
    },
    handler: async (request, reply) => {
      const { actor, address } = byOf(request)
      const sent = await services.patrols.reports.help(actor, request.body, address)
      return reply.code(sent.isNew ? 201 : 200).send(sent.report)
    },
  })

  app.route({
    method: 'GET',
    url: '/patrol/tasks',
    config: { access: { roles: access.roles, scope: 'filtered' } },
    schema: {
      ...tag,
      summary:
        'What waits to be verified on the spot, and what was since yesterday: of your own team, or without one of your area',
      response: { 200: z.object({ items: z.array(taskSchema) }) },
    },
    handler: async (request) => {
      const actor = { ...byOf(request).actor, scope: scopeOf(request) }
      return { items: await services.patrols.verification.of(actor) }
    },
  })

  app.route({
    method: 'GET',
    url: '/patrol/reports',
    config: { access },
    schema: {
      ...tag,
      summary:
        'What you reported, newest first, with what was done and answered; by units and roles, without names',
      response: { 200: z.object({ items: z.array(patrolReportSchema) }) },
    },
    handler: async (request) => ({
      items: await services.patrols.reports.own(byOf(request).actor),
    }),
  })
}
