import { z } from 'zod'
import { evaluationWorkbook, workbookType } from '../../evaluation/workbook.ts'
import { scopeOf } from '../access.ts'
import type { App, RouteParts } from '../route.ts'
import { evaluationSchema } from '../schemas/queue.ts'

const tag = { tags: ['evaluation'] }
const access = {
  roles: ['townAdmin', 'supervisor', 'operator', 'villageCadre'],
  scope: 'filtered',
} as const
/** A month of a whole town is read each time. */
const rateLimit = { max: 30, timeWindow: 60_000 }

const querystring = z.object({
  month: z
    .string()
    .regex(/^20\d{2}-(0[1-9]|1[0-2])$/, 'must be a month as YYYY-MM')
    .describe("month in the town's zone, YYYY-MM"),
})

/** How villages, units and teams did in a month; a village's cadre sees the village's own part. */
export function evaluationRoutes(app: App, { services }: RouteParts): void {
  app.route({
    method: 'GET',
    url: '/evaluation',
    config: { access, rateLimit },
    schema: {
      ...tag,
      summary: 'How villages, units and teams did in one month; persons are not ranked',
      querystring,
      response: { 200: evaluationSchema },
    },
    handler: (request) => services.evaluator.evaluate(request.query.month, scopeOf(request)),
  })

  app.route({
    method: 'GET',
    url: '/evaluation/workbook',
    config: { access, rateLimit },
    schema: {
      ...tag,
      summary: 'The same as a workbook, an xlsx file',
      querystring,
    },
    handler: async (request, reply) => {
      const { month } = request.query
      const evaluation = await services.evaluator.evaluate(month, scopeOf(request))
      const name = encodeURIComponent(`考核-${month}.xlsx`)
      return reply
        .type(workbookType)
        .header(
          'content-disposition',
          `attachment; filename="evaluation-${month}.xlsx"; filename*=UTF-8''${name}`,
        )
        .send(await evaluationWorkbook(evaluation))
    },
  })
}
