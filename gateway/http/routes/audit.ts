import { z } from 'zod'
import type { AuditVerdict } from '../../ports/audit-log.ts'
import { type App, pageQuery, type RouteParts } from '../route.ts'
import { auditEntrySchema, auditVerdictSchema } from '../schemas/trust.ts'
import { pageOf } from '../schemas.ts'
import { checkTown } from '../town-scope.ts'

const tag = { tags: ['audit'] }
const access = { roles: ['townAdmin'], scope: 'checked' } as const
const instant = z.coerce.number().int().min(0).optional().describe('epoch milliseconds')

/** Who did what. The log speaks of the whole town, so only who looks after all of it may read it. */
export function auditRoutes(app: App, { services }: RouteParts): void {
  /** Reading all of it costs the same for one asker as for ten. */
  let checking: Promise<AuditVerdict> | undefined

  function verdict(): Promise<AuditVerdict> {
    checking ??= services.audit.verify().finally(() => {
      checking = undefined
    })
    return checking
  }

  app.route({
    method: 'GET',
    url: '/audit',
    config: { access },
    schema: {
      ...tag,
      summary: 'Who did what, newest first; a subject that ends with a colon means all of its kind',
      querystring: pageQuery.extend({
        actor: z.string().min(1).max(110).optional(),
        act: z.string().min(1).max(64).optional(),
        subject: z.string().min(1).max(300).optional(),
        from: instant,
        to: instant,
      }),
      response: { 200: pageOf(auditEntrySchema) },
    },
    handler: (request) => {
      checkTown(request, services, 'such log')
      return services.audit.list(request.query)
    },
  })

  app.route({
    method: 'GET',
    url: '/audit/verdict',
    config: { access, rateLimit: { max: 6, timeWindow: 60_000 } },
    schema: {
      ...tag,
      summary: 'Reads the whole log and says whether any entry was changed, removed or put in',
      response: { 200: auditVerdictSchema },
    },
    handler: (request) => {
      checkTown(request, services, 'such log')
      return verdict()
    },
  })
}
