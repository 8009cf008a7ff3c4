import { byOf } from '../access.ts'
import type { App, RouteParts } from '../route.ts'
import { noticeRulesSchema } from '../schemas/queue.ts'
import { checkTown } from '../town-scope.ts'

const tag = { tags: ['notices'] }
const access = { roles: ['townAdmin'], scope: 'checked' } as const
const name = 'such setting'

/** Who is told of what. */
export function noticeRuleRoutes(app: App, { services }: RouteParts): void {
  const { notices } = services

  app.route({
    method: 'GET',
    url: '/notice-rules',
    config: { access },
    schema: {
      ...tag,
      summary: 'Who is told of what, and through which channel',
      response: { 200: noticeRulesSchema },
    },
    handler: async (request) => {
      checkTown(request, services, name)
      return { items: await notices.channels.rules() }
    },
  })

  app.route({
    method: 'PUT',
    url: '/notice-rules',
    config: { access },
    schema: {
      ...tag,
      summary: 'Decide who is told of what, from the next entry of a timeline on',
      body: noticeRulesSchema,
      response: { 200: noticeRulesSchema },
    },
    handler: async (request) => {
      checkTown(request, services, name)
      await notices.desk.setRules(byOf(request), request.body.items)
      return { items: await notices.channels.rules() }
    },
  })
}
