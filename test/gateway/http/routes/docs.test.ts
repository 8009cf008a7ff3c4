import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { bulkActionSchema, bulkOutcomeSchema } from '../../../../gateway/http/schemas/bulk.ts'
import {
  cameraChangeSchema,
  cameraStillSchema,
  cameraViewSchema,
  eventMappingsSchema,
  foundCameraSchema,
  newCameraSchema,
  probeAnswerSchema,
  probeRequestSchema,
  ptzActSchema,
  ptzAnswerSchema,
  unmappedTopicSchema,
} from '../../../../gateway/http/schemas/cameras.ts'
import {
  checkinBatchSchema,
  checkinResultSchema,
  checkinSchema,
  excusesAnswerSchema,
  excusesSchema,
  newHelpCallSchema,
  newPatrolReportSchema,
  newPointSchema,
  newRouteSchema,
  patrolCoverageSchema,
  patrolDaySchema,
  patrolReportSchema,
  pointBodySchema,
  pointSchema,
  reviewBodySchema,
  roundSchema,
  roundTeamSchema,
  routeBodySchema,
  routeSchema,
  routesSchema,
  taskSchema,
  wordBodySchema,
} from '../../../../gateway/http/schemas/patrol.ts'
import {
  madeScreenSchema,
  pointScreenSchema,
  rotatingCodeSchema,
  screenCodeSchema,
  tagSettingSchema,
} from '../../../../gateway/http/schemas/patrol-tags.ts'
import {
  accountSchema,
  madeTokenSchema,
  madeUserSchema,
  newTokenSchema,
  newUserSchema,
  passwordChangeSchema,
  tokenSchema,
  totpConfirmSchema,
  totpOfferSchema,
  totpRemoveSchema,
  userChangeSchema,
  userSchema,
} from '../../../../gateway/http/schemas/people.ts'
import {
  calendarSchema,
  channelChangeSchema,
  channelSchema,
  channelTestSchema,
  deliverySchema,
  dutyPersonSchema,
  dutySchema,
  dutySwapSchema,
  evaluationSchema,
  newChannelSchema,
  newDutySchema,
  newPlannedEventSchema,
  newReportSchema,
  noticeRulesSchema,
  plannedEventChangeSchema,
  plannedEventSchema,
  pushKeySchema,
  pushSubscriptionSchema,
  similarSchema,
  suggestionSchema,
} from '../../../../gateway/http/schemas/queue.ts'
import {
  calibrationSchema,
  comparisonSchema,
  exportSizeSchema,
  extentSchema,
  newCalibrationSchema,
  overviewSchema,
  seriesImportSchema,
  seriesMarksSchema,
  seriesSizeSchema,
} from '../../../../gateway/http/schemas/series.ts'
import { setupSchema, setupStateSchema } from '../../../../gateway/http/schemas/setup.ts'
import {
  auditEntrySchema,
  auditVerdictSchema,
  backupSchema,
  healthSchema,
  purgeSchema,
  retentionSchema,
} from '../../../../gateway/http/schemas/trust.ts'
import { newUploadSchema, uploadStateSchema } from '../../../../gateway/http/schemas/uploads.ts'
import {
  excuseSchema,
  videoCoverageSchema,
  videoLookBodySchema,
  videoLookSchema,
  videoPlanBodySchema,
  videoPlanSchema,
  videoRoundDetailSchema,
  videoRoundSchema,
} from '../../../../gateway/http/schemas/video.ts'
import {
  adoptedDeviceSchema,
  alarmSchema,
  blockSchema,
  boardSchema,
  caseActionSchema,
  caseDetailSchema,
  caseSchema,
  deviceSchema,
  hazardSchema,
  incidentSchema,
  loadSchema,
  newDeviceSchema,
  pageOf,
  placeSchema,
  problemSchema,
  quarantineSchema,
  rotatedSecretSchema,
  rotationSchema,
  seriesSchema,
  sessionSchema,
  signInSchema,
} from '../../../../gateway/http/schemas.ts'
import { type House, openHouse } from '../house.ts'

/** The contract as other programs read it: generators, importers, an auditor. */

interface Media {
  schema: Record<string, unknown>
}

interface Operation {
  summary: string
  tags: string[]
  parameters?: { name: string; in: string; required?: boolean; schema: Record<string, unknown> }[]
  requestBody?: { content: Record<string, Media> }
  responses: Record<string, { content?: Record<string, Media> }>
}

let house: House
let paths: Record<string, Record<string, Operation>>

beforeAll(async () => {
  house = await openHouse()
  paths = (await house.ask('/api/openapi.json')).body.paths
})

afterAll(() => house?.stop())

const listOf = (item: z.ZodType) => z.object({ items: z.array(item) })

/** Every route of the contract with what it takes and gives. */
const contract: Record<string, { status?: string; gives?: z.ZodType; takes?: z.ZodType }> = {
  'get /setup': { gives: setupStateSchema },
  'post /setup': { status: '201', gives: setupStateSchema, takes: setupSchema },
  'post /session': { gives: sessionSchema, takes: signInSchema },
  'get /session': { gives: sessionSchema },
  'delete /session': { status: '204' },
  'get /account': { gives: accountSchema },
  'post /account/password': { status: '204', takes: passwordChangeSchema },
  'delete /account/sessions/{id}': { status: '204' },
  'post /account/sessions/end-others': { status: '204' },
  'post /account/second-factor': { gives: totpOfferSchema },
  'post /account/second-factor/confirm': { status: '204', takes: totpConfirmSchema },
  'post /account/second-factor/remove': { status: '204', takes: totpRemoveSchema },
  'get /users': { gives: pageOf(userSchema) },
  'get /teams': { gives: listOf(z.string()) },
  'post /users': { status: '201', gives: madeUserSchema, takes: newUserSchema },
  'patch /users/{username}': { gives: userSchema, takes: userChangeSchema },
  'post /users/{username}/password': { gives: madeUserSchema },
  'post /users/{username}/sign-out': { gives: userSchema },
  'delete /users/{username}/second-factor': { gives: userSchema },
  'get /tokens': { gives: pageOf(tokenSchema) },
  'post /tokens': { status: '201', gives: madeTokenSchema, takes: newTokenSchema },
  'delete /tokens/{id}': { status: '204' },
  'get /health': { gives: healthSchema },
  'get /audit': { gives: pageOf(auditEntrySchema) },
  'get /audit/verdict': { gives: auditVerdictSchema },
  'get /retention': { gives: retentionSchema },
  'put /retention': { gives: retentionSchema, takes: retentionSchema },
  'get /retention/sizes': { gives: seriesSizeSchema },
  'get /purges': { gives: pageOf(purgeSchema) },
  'get /backups': { gives: pageOf(backupSchema) },
  'post /backups': { status: '202', gives: backupSchema },
  'get /places': { gives: pageOf(placeSchema) },
  'get /hazards': { gives: pageOf(hazardSchema) },
  'get /devices': { gives: pageOf(deviceSchema) },
  'get /devices/{id}': { gives: deviceSchema },
  'post /devices': { status: '201', gives: adoptedDeviceSchema, takes: newDeviceSchema },
  'post /devices/{id}/secret': { gives: rotatedSecretSchema, takes: rotationSchema.nullish() },
  'post /devices/{id}/block': { gives: deviceSchema, takes: blockSchema },
  'post /devices/{id}/unblock': { gives: deviceSchema },
  'get /series': { gives: seriesSchema },
  'get /series/export': {},
  'get /series/export-size': { gives: exportSizeSchema },
  'get /series/imports': { gives: listOf(seriesImportSchema) },
  'get /series/imports/{id}': { gives: seriesImportSchema },
  'post /series/imports': { status: '201', gives: seriesImportSchema },
  'get /series/compare': { gives: comparisonSchema },
  'get /series/marks': { gives: seriesMarksSchema },
  'get /series/overview': { gives: overviewSchema },
  'get /series/extent': { gives: extentSchema },
  'get /devices/{id}/calibrations': { gives: listOf(calibrationSchema) },
  'post /devices/{id}/calibrations': {
    status: '201',
    gives: calibrationSchema,
    takes: newCalibrationSchema,
  },
  'delete /devices/{id}/calibrations/{property}/{from}': { status: '204' },
  'get /cameras/{id}/live': {},
  'post /cameras/discover': { gives: listOf(foundCameraSchema) },
  'post /cameras/probe': { gives: probeAnswerSchema, takes: probeRequestSchema },
  'get /cameras': { gives: listOf(cameraViewSchema) },
  'get /cameras/{id}': { gives: cameraViewSchema },
  'post /cameras': { status: '201', gives: cameraViewSchema, takes: newCameraSchema },
  'patch /cameras/{id}': { gives: cameraViewSchema, takes: cameraChangeSchema },
  'post /cameras/{id}/ptz': { gives: ptzAnswerSchema, takes: ptzActSchema },
  'post /cameras/{id}/view': { gives: cameraViewSchema },
  'get /cameras/{id}/still': {},
  'get /cameras/{id}/stills': { gives: listOf(cameraStillSchema) },
  'get /camera-events/mappings': { gives: eventMappingsSchema },
  'put /camera-events/mappings': { gives: eventMappingsSchema, takes: eventMappingsSchema },
  'get /camera-events/unmapped': { gives: listOf(unmappedTopicSchema) },
  'post /patrol/reports': {
    status: '201',
    gives: patrolReportSchema,
    takes: newPatrolReportSchema,
  },
  'post /patrol/help': { status: '201', gives: patrolReportSchema, takes: newHelpCallSchema },
  'get /patrol/reports': { gives: listOf(patrolReportSchema) },
  'get /patrol/tasks': { gives: listOf(taskSchema) },
  'get /patrol/uploads/{sha256}': { gives: uploadStateSchema },
  'put /patrol/uploads/{sha256}': { gives: uploadStateSchema, takes: newUploadSchema },
  'patch /patrol/uploads/{sha256}': { gives: uploadStateSchema },
  'get /patrol/points': { gives: listOf(pointSchema) },
  'post /patrol/points': { status: '201', gives: pointSchema, takes: newPointSchema },
  'put /patrol/points/{id}': { gives: pointSchema, takes: pointBodySchema },
  'delete /patrol/points/{id}': { status: '204' },
  'get /patrol/routes': { gives: routesSchema },
  'post /patrol/routes': { status: '201', gives: routeSchema, takes: newRouteSchema },
  'put /patrol/routes/{id}': { gives: routeSchema, takes: routeBodySchema },
  'delete /patrol/routes/{id}': { status: '204' },
  'get /patrol/rounds': { gives: listOf(roundSchema) },
  'get /patrol/rounds/{id}': { gives: roundSchema },
  'post /patrol/rounds/{id}/excuse': { gives: roundSchema, takes: excuseSchema },
  'post /patrol/rounds/{id}/team': { gives: roundSchema, takes: roundTeamSchema },
  'post /patrol/excuses': { gives: excusesAnswerSchema, takes: excusesSchema },
  'get /patrol/day': { gives: patrolDaySchema },
  'post /patrol/checkins': { gives: listOf(checkinResultSchema), takes: checkinBatchSchema },
  'get /patrol/checkins': { gives: pageOf(checkinSchema) },
  'get /patrol/checkins/{id}': { gives: checkinSchema },
  'post /patrol/checkins/{id}/review': { gives: checkinSchema, takes: reviewBodySchema },
  'post /patrol/checkins/{id}/word': { gives: checkinSchema, takes: wordBodySchema },
  'get /patrol/tag-sheet': {},
  'get /patrol/points/{id}/tag': { gives: tagSettingSchema },
  'get /patrol/points/{id}/code': { gives: rotatingCodeSchema },
  'get /patrol/points/{id}/screen': { gives: pointScreenSchema },
  'post /patrol/points/{id}/screen': { status: '201', gives: madeScreenSchema },
  'delete /patrol/points/{id}/screen': { status: '204' },
  'get /patrol/screens/{id}/code': { gives: screenCodeSchema },
  'get /patrol/coverage': { gives: patrolCoverageSchema },
  'get /video/plans': { gives: listOf(videoPlanSchema) },
  'post /video/plans': { status: '201', gives: videoPlanSchema, takes: videoPlanBodySchema },
  'put /video/plans/{id}': { gives: videoPlanSchema, takes: videoPlanBodySchema },
  'delete /video/plans/{id}': { status: '204' },
  'get /video/rounds': { gives: listOf(videoRoundSchema) },
  'get /video/rounds/{id}': { gives: videoRoundDetailSchema },
  'post /video/rounds/{id}/looks': {
    status: '201',
    gives: videoLookSchema,
    takes: videoLookBodySchema,
  },
  'post /video/rounds/{id}/sign': { gives: videoRoundDetailSchema },
  'post /video/rounds/{id}/excuse': { gives: videoRoundDetailSchema, takes: excuseSchema },
  'get /video/coverage': { gives: videoCoverageSchema },
  'get /observations': {},
  'get /alarms': { gives: pageOf(alarmSchema) },
  'post /alarms/{id}/acknowledge': { gives: alarmSchema },
  'get /incidents': { gives: pageOf(incidentSchema) },
  'get /cases': { gives: pageOf(caseSchema) },
  'get /cases/{id}': { gives: caseDetailSchema },
  'post /cases/{id}/actions': { gives: caseDetailSchema, takes: caseActionSchema },
  'post /cases': { status: '201', gives: caseDetailSchema, takes: newReportSchema },
  'post /cases/actions': { gives: bulkOutcomeSchema, takes: bulkActionSchema },
  'get /cases/similar': { gives: listOf(similarSchema) },
  'get /cases/{id}/similar': { gives: listOf(similarSchema) },
  'get /cases/{id}/suggestions': { gives: listOf(suggestionSchema) },
  'post /pictures': { status: '201' },
  'get /duty': { gives: listOf(dutySchema) },
  'get /duty/people': { gives: listOf(dutyPersonSchema) },
  'post /duty': { status: '201', gives: dutySchema, takes: newDutySchema },
  'post /duty/{id}/swap': { gives: listOf(dutySchema), takes: dutySwapSchema },
  'delete /duty/{id}': { status: '204' },
  'get /planned-events': { gives: pageOf(plannedEventSchema) },
  'post /planned-events': {
    status: '201',
    gives: plannedEventSchema,
    takes: newPlannedEventSchema,
  },
  'patch /planned-events/{id}': { gives: plannedEventSchema, takes: plannedEventChangeSchema },
  'delete /planned-events/{id}': { status: '204' },
  'get /calendar': { gives: calendarSchema },
  'put /calendar': { gives: calendarSchema, takes: calendarSchema },
  'get /evaluation': { gives: evaluationSchema },
  'get /evaluation/workbook': {},
  'get /channels': { gives: listOf(channelSchema) },
  'post /channels': { status: '201', gives: channelSchema, takes: newChannelSchema },
  'patch /channels/{id}': { gives: channelSchema, takes: channelChangeSchema },
  'delete /channels/{id}': { status: '204' },
  'post /channels/{id}/test': { gives: channelTestSchema },
  'get /notice-rules': { gives: noticeRulesSchema },
  'put /notice-rules': { gives: noticeRulesSchema, takes: noticeRulesSchema },
  'get /deliveries': { gives: pageOf(deliverySchema) },
  'post /deliveries/{id}/read': { status: '204' },
  'get /push/key': { gives: pushKeySchema },
  'post /push/subscription': { status: '204', takes: pushSubscriptionSchema },
  'delete /push/subscription': {
    status: '204',
    takes: pushSubscriptionSchema.pick({ endpoint: true }),
  },
  'get /quarantine': { gives: pageOf(quarantineSchema) },
  'post /quarantine/{id}/replay': { gives: quarantineSchema },
  'post /quarantine/{id}/discard': { gives: quarantineSchema },
  'get /villages/{code}/board': { gives: boardSchema },
  'get /load': { gives: loadSchema },
  'get /pictures/{sha256}': {},
  'get /voices/{sha256}': {},
  'get /stream': {},
}

const names = Object.keys(contract)

function operation(name: string): Operation {
  const [method = '', path = ''] = name.split(' ')
  const found = paths[`/api/v1${path}`]?.[method]
  if (!found) throw new Error(`${name} is not in the document`)
  return found
}

/** What makes a schema, without what only one of two writers says, or says another way. */
function essence(schema: unknown): unknown {
  return JSON.parse(
    JSON.stringify(schema, (key, value: unknown) => {
      if (key === '$schema' || key === 'additionalProperties') return undefined
      if (typeof value !== 'object' || value === null || !('const' in value)) return value
      const { const: only, ...rest } = value
      return { ...rest, enum: [only] }
    }),
  )
}

function schemaOf(type: z.ZodType, io: 'input' | 'output'): unknown {
  return essence(z.toJSONSchema(type, { io, target: 'draft-2020-12' }))
}

describe('the OpenAPI document', () => {
  it('is 3.1, of this product and version, and needs no session', async () => {
    const { body } = await house.ask('/api/openapi.json')
    expect(body).toMatchObject({
      openapi: expect.stringMatching(/^3\.1\./),
      info: { title: 'Lianxun', version: expect.stringMatching(/^\d+\.\d+\.\d+$/) },
    })
  })

  it('has the routes of the contract and no others', () => {
    const listed = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations)
        .filter((method) => method !== 'head')
        .filter(() => path.startsWith('/api/v1'))
        .map((method) => `${method} ${path.slice('/api/v1'.length)}`),
    )
    expect(listed.toSorted()).toEqual(names.toSorted())
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/healthz', '/readyz', '/metrics']))
  })

  it.each(names)('%s says what it is for, and what it answers', (name) => {
    const { summary, tags, responses } = operation(name)
    expect(summary.length).toBeGreaterThan(5)
    expect(tags).toHaveLength(1)
    const { status = '200', gives } = contract[name] ?? {}
    if (gives) {
      const schema = responses[status]?.content?.['application/json']?.schema
      expect(essence(schema)).toEqual(schemaOf(gives, 'output'))
    }
  })

  it.each(names)('%s says that its errors are problem details', (name) => {
    const { responses } = operation(name)
    for (const status of ['4XX', '5XX']) {
      const content = responses[status]?.content ?? {}
      expect(Object.keys(content), status).toEqual(['application/problem+json'])
      const schema = content['application/problem+json']?.schema
      expect(essence(schema)).toEqual(schemaOf(problemSchema, 'output'))
    }
  })

  it.each(names.filter((name) => contract[name]?.takes))('%s says what it takes', (name) => {
    const schema = operation(name).requestBody?.content['application/json']?.schema
    expect(essence(schema)).toEqual(schemaOf(contract[name]?.takes as z.ZodType, 'input'))
  })

  it.each(names.filter((name) => name.includes('{')))('%s names what its path needs', (name) => {
    const wanted = [...name.matchAll(/\{(\w+)\}/g)].map((match) => match[1])
    const given = (operation(name).parameters ?? []).filter((one) => one.in === 'path')
    expect(given.map((one) => one.name)).toEqual(wanted)
    expect(given.every((one) => one.required)).toBe(true)
  })

  it('lists name their filters, their page and its bounds', () => {
    const parameters = operation('get /cases').parameters ?? []
    const queries = parameters.filter((one) => one.in === 'query').map((one) => one.name)
    expect(queries).toEqual(
      expect.arrayContaining(['limit', 'cursor', 'state', 'village', 'hazard', 'severity', 'sort']),
    )
    const limit = parameters.find((one) => one.name === 'limit')
    expect(limit).toMatchObject({ schema: { minimum: 1, maximum: 200, default: 50 } })
    expect(limit?.required ?? false).toBe(false)
  })
})

describe('the page about it', () => {
  it('has each route with its summary, works without script, and leads to the document', async () => {
    const answer = await house.ask('/api/docs')
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(answer.text).toMatch(/href="\/api\/openapi\.json"/)
    for (const name of names) {
      const [method = '', path = ''] = name.split(' ')
      const row = `<code>${method.toUpperCase()}</code></td><td><code>/api/v1${path}</code>`
      expect(answer.text).toContain(row)
    }
    expect(answer.text).not.toMatch(/<script|onload=|javascript:/)
  })
})
