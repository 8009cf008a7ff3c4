import { z } from 'zod'
import { type CaseAct, caseSources, caseStates, tiers } from '../../domain/case.ts'
import { actsFor } from '../../domain/case-transition.ts'
import { type Actor, roles } from '../../domain/person.ts'
import { severities } from '../../domain/severity.ts'
import type { CaseFile } from '../../ports/queries.ts'
import { askerOf, checkScope, scopeOf } from '../access.ts'
import {
  type App,
  flagQuery,
  idParams,
  isSet,
  pageQuery,
  placeQuery,
  type RouteParts,
  wordQuery,
} from '../route.ts'
import {
  type CaseDetail,
  caseActionSchema,
  caseDetailSchema,
  caseSchema,
  pageOf,
} from '../schemas.ts'
import type { HttpServices } from '../services.ts'

const tag = { tags: ['cases'] }
const noClocks = { accept: 0, dispatch: 0, sign: 0, handle: 0 }

function detailOf(services: HttpServices, file: CaseFile, actions: CaseAct[]): CaseDetail {
  const hazard = services.town().hazards.find((one) => one.id === file.case.hazard)
  return {
    ...file.case,
    unit: hazard?.unit ?? '',
    assist: hazard?.assist ?? [],
    clocks: hazard?.clocks ?? noClocks,
    evidence: file.evidence,
    pictures: file.pictures,
    voices: file.voices,
    merged: file.merged,
    mergedInto: file.mergedInto,
    splitFrom: file.splitFrom,
    timeline: file.timeline,
    actions,
  }
}

/** The case as its page shows it to this person. */
export async function caseDetail(
  services: HttpServices,
  actor: Actor,
  id: string,
): Promise<CaseDetail> {
  const file = await services.queries.caseFile(id)
  if (!file) throw new Error(`case ${id} is gone`)
  return detailOf(services, file, actsFor(file.case, actor))
}

export function caseRoutes(app: App, { services }: RouteParts): void {
  app.route({
    method: 'GET',
    url: '/cases',
    config: { access: { roles: 'anySignedIn', scope: 'filtered' } },
    schema: {
      ...tag,
      summary:
        'Cases, newest first; sort=urgency lists the open ones as the console works them off',
      querystring: pageQuery.extend({
        state: z.enum(caseStates).optional(),
        tier: z.enum(tiers).optional(),
        source: z.enum(caseSources).optional(),
        village: placeQuery,
        hazard: wordQuery,
        severity: z.enum(severities).optional(),
        overdue: flagQuery,
        open: flagQuery,
        mine: flagQuery.describe('held by the asker or their team or unit, or claimed by them'),
        q: z
          .string()
          .trim()
          .max(100)
          .optional()
          .describe(
            'part of a title or text; a number, or its day, month or sequence (42 finds …-0042)',
          ),
        sort: z.enum(['newest', 'urgency']).default('newest'),
      }),
      response: { 200: pageOf(caseSchema) },
    },
    handler: (request) => {
      const { overdue, open, mine, ...rest } = request.query
      return services.queries.cases({
        ...rest,
        scope: scopeOf(request),
        overdue: isSet(overdue),
        open: isSet(open),
        mine: isSet(mine) ? askerOf(request).actor : undefined,
      })
    },
  })

  app.route({
    method: 'GET',
    url: '/cases/:id',
    config: { access: { roles: 'anySignedIn', scope: 'checked' } },
    schema: {
      ...tag,
      summary: 'One case with its evidence and timeline',
      params: idParams,
      response: { 200: caseDetailSchema },
    },
    handler: async (request) => {
      const file = await services.queries.caseFile(request.params.id)
      const one = checkScope(request, file?.case, 'such case')
      return detailOf(services, file as CaseFile, actsFor(one, askerOf(request).actor))
    },
  })

  app.route({
    method: 'POST',
    url: '/cases/:id/actions',
    config: {
      access: {
        roles: roles.filter((role) => role !== 'viewer'),
        scope: 'checked',
      },
    },
    schema: {
      ...tag,
      summary:
        'One step of a case; a refused step or a stale version is 409 with the present state',
      params: idParams,
      body: caseActionSchema,
      response: { 200: caseDetailSchema },
    },
    handler: async (request) => {
      const { id } = request.params
      const { actor } = askerOf(request)
      checkScope(request, await services.queries.case(id), 'such case')
      const { into } = request.body
      if (into !== undefined) {
        checkScope(request, await services.queries.case(into), 'case to merge into')
      }
      await services.desk.act(actor, id, request.body, request.ip)
      return caseDetail(services, actor, id)
    },
  })
}
