import { z } from 'zod'
import { alarmStates } from '../domain/alarm.ts'
import { caseActs, caseSources, caseStates, tiers } from '../domain/case.ts'
import { deviceKinds, deviceStates } from '../domain/device.ts'
import { roles } from '../domain/person.ts'
import { plannedKinds } from '../domain/planned-event.ts'
import { severities } from '../domain/severity.ts'
import { roundCountsSchema } from './schemas/patrol.ts'
import { time } from './schemas/time.ts'
import { healthSchema } from './schemas/trust.ts'
import { caseVoiceSchema } from './schemas/uploads.ts'

/**
 * What goes over HTTP under /api/v1. The gateway validates with these, the OpenAPI document is
 * made of them, and the web app takes its types from them. Times are epoch milliseconds.
 */

export { time }
export const placeCode = z.string().regex(/^\d{9}(\d{3}(\d{3})?)?$/)

export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string().optional(),
  /** For 409: the present state of what was acted upon. */
  present: z.unknown().optional(),
  /** For 400: field path → what is wrong. */
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
})

export const personSchema = z.object({
  username: z.string(),
  displayName: z.string(),
  role: z.enum(roles),
  scope: placeCode,
})

export const signInSchema = z.object({
  username: z.string().min(1).max(64),
  password: z.string().min(1).max(256),
  /** The second factor's six digits; asked for by a 401 of the type `codeRequired`. */
  code: z.string().max(12).optional(),
})

/** The signed-in person, the town, and what a page needs before anything else. */
export const sessionSchema = z.object({
  person: personSchema,
  town: z.object({ code: placeCode, name: z.string(), timeZone: z.string() }),
  seasons: z.array(z.object({ id: z.string(), name: z.string(), to: z.string() })),
  now: time,
})

const position = z.tuple([z.number(), z.number()])

export const placeSchema = z.object({
  code: placeCode,
  name: z.string(),
  level: z.enum(['town', 'village', 'grid']),
  parent: placeCode.nullable(),
  boundary: z.union([
    z.object({ type: z.literal('Polygon'), coordinates: z.array(z.array(position)) }),
    z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(z.array(z.array(position))) }),
  ]),
})

export const hazardSchema = z.object({
  id: z.string(),
  name: z.string(),
  unit: z.string(),
  assist: z.array(z.string()),
})

export const deviceSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(deviceKinds),
  village: placeCode,
  grid: placeCode.nullable(),
  lon: z.number(),
  lat: z.number(),
  adapter: z.string(),
  state: z.enum(deviceStates),
  headingDeg: z.number().nullable(),
  fieldOfViewDeg: z.number().nullable(),
  /** Null while nobody knows. */
  online: z.boolean().nullable(),
  lastReceivedAt: time.nullable(),
  blocked: z.object({ at: time, reason: z.string() }).nullable(),
  /** It sends more than it may: so many messages were held back since then. */
  throttled: z.object({ since: time, messages: z.number().int() }).nullable(),
  /** After a rotation the old secret opens too, until then or until the new one is used. */
  oldSecretUntil: time.nullable(),
  latest: z.array(
    z.object({ property: z.string(), value: z.number(), unit: z.string(), at: time }),
  ),
})

export const newDeviceSchema = z.object({
  id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/),
  name: z.string().min(1).max(100),
  kind: z.enum(deviceKinds),
  village: placeCode,
  lon: z.number().min(-180).max(180),
  lat: z.number().min(-90).max(90),
  adapter: z.string().max(32).default('mqtt'),
  /** Where the gateway calls the device, in the town's networks; left out for devices that push. */
  address: z.string().min(1).max(500).optional(),
})

/** Answer to adopting a device: the only time its secret is shown. */
export const adoptedDeviceSchema = z.object({ device: deviceSchema, secret: z.string() })

export const rotationSchema = z.object({
  /** Drops the old secret and whoever is connected with it at once. */
  immediately: z.boolean().default(false),
})

/** The only time the new secret is shown. */
export const rotatedSecretSchema = z.object({
  secret: z.string(),
  oldSecretUntil: time.nullable(),
  /** Of the gateway's own broker; null: devices use another. */
  mqttPort: z.number().int().nullable(),
})

export const blockSchema = z.object({ reason: z.string().trim().min(1).max(500) })

export const seriesQuerySchema = z.object({
  device: z.string().max(64),
  property: z.string().max(32),
  from: z.coerce.number().int(),
  to: z.coerce.number().int(),
  resolution: z.enum(['raw', 'minute', 'hour', 'day', 'auto']).default('auto'),
})

export const seriesSchema = z.object({
  device: z.string(),
  property: z.string(),
  unit: z.string(),
  resolution: z.enum(['raw', 'minute', 'hour', 'day']),
  points: z.array(z.array(z.number())),
})

const cause = z.object({
  property: z.string().optional(),
  value: z.number().optional(),
  limit: z.number().optional(),
  neighbours: z.number().optional(),
  event: z.string().optional(),
  confidence: z.number().optional(),
  bearingDeg: z.number().optional(),
  picture: z.string().optional(),
  /** When retention took the picture away. */
  pictureRemovedAt: time.optional(),
  lastHeardAt: time.optional(),
})

export const alarmSchema = z.object({
  id: z.string(),
  rule: z.string(),
  ruleName: z.string(),
  device: z.string(),
  deviceName: z.string(),
  hazard: z.string(),
  severity: z.enum(severities),
  state: z.enum(alarmStates),
  village: placeCode,
  grid: placeCode.nullable(),
  lon: z.number(),
  lat: z.number(),
  raisedAt: time,
  clearedAt: time.nullable(),
  acknowledgedAt: time.nullable(),
  acknowledgedBy: z.string().nullable(),
  cause,
  incident: z.string().nullable(),
})

export const incidentSchema = z.object({
  id: z.string(),
  hazard: z.string(),
  severity: z.enum(severities),
  village: placeCode,
  grid: placeCode.nullable(),
  lon: z.number(),
  lat: z.number(),
  openedAt: time,
  lastActivityAt: time,
  closedAt: time.nullable(),
  alarms: z.number().int(),
  case: z.string().nullable(),
})

const holder = z.object({ kind: z.enum(['user', 'team', 'unit']), id: z.string() })

export const caseSchema = z.object({
  id: z.string(),
  number: z.string(),
  state: z.enum(caseStates),
  tier: z.enum(tiers),
  hazard: z.string(),
  severity: z.enum(severities),
  village: placeCode,
  grid: placeCode.nullable(),
  title: z.string(),
  lon: z.number(),
  lat: z.number(),
  openedAt: time,
  stepSince: time,
  dueAt: time.nullable(),
  holder: holder.extend({ name: z.string() }).nullable(),
  overdue: z.boolean(),
  version: z.number().int(),
  incident: z.string().nullable(),
  source: z.enum(caseSources),
  text: z.string().nullable(),
  /** Who is on it. */
  claimed: z.object({ name: z.string(), at: time }).nullable(),
  overdueSince: time.nullable(),
  /** How often it was urged in this step, and supervised in all. */
  reminders: z.number().int(),
  supervisions: z.number().int(),
  supervision: z.object({ text: z.string(), dueAt: time, by: z.string(), at: time }).nullable(),
  extension: z.object({ reason: z.string(), until: time, by: z.string(), at: time }).nullable(),
  closedAt: time.nullable(),
  /** What had been announced there; `isOutgrown`: it does not explain all that was seen. */
  plannedEvent: z
    .object({
      id: z.string(),
      kind: z.enum(plannedKinds),
      title: z.string(),
      isOutgrown: z.boolean(),
    })
    .nullable(),
  /** How many alarms it carries, and how many nobody has acknowledged. */
  alarms: z.number().int(),
  unacknowledged: z.number().int(),
  /** How many of its alarms are still active. */
  active: z.number().int(),
  /** The latest alarm: what a row shows of the evidence. */
  lastAlarm: alarmSchema.nullable(),
})

const timelineEntrySchema = z.object({
  id: z.number().int(),
  at: time,
  act: z.string(),
  actor: z.string().nullable(),
  fromState: z.string().nullable(),
  toState: z.string().nullable(),
  text: z.string().nullable(),
  alarm: alarmSchema.nullable(),
  pictures: z.array(z.string()),
  /** What the step carried: whom to, until when, the score, from and to which severity or tier. */
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
})

/** A report that was merged into this case, still readable. */
const mergedSchema = z.object({
  id: z.string(),
  number: z.string(),
  title: z.string(),
  source: z.enum(caseSources),
  text: z.string().nullable(),
  openedAt: time,
  pictures: z.array(z.string()),
})

export const caseDetailSchema = caseSchema.extend({
  unit: z.string(),
  assist: z.array(z.string()),
  /** Minutes allowed for each step. */
  clocks: z.object({
    accept: z.number(),
    dispatch: z.number(),
    sign: z.number(),
    handle: z.number(),
  }),
  evidence: z.array(alarmSchema),
  /** Pictures of the report itself; those of later steps stand in the timeline. */
  pictures: z.array(z.string()),
  voices: z.array(caseVoiceSchema),
  merged: z.array(mergedSchema),
  mergedInto: z.object({ id: z.string(), number: z.string() }).nullable(),
  splitFrom: z.object({ id: z.string(), number: z.string() }).nullable(),
  timeline: z.array(timelineEntrySchema),
  /** What the asker may do now. */
  actions: z.array(z.enum(caseActs)),
})

export const caseActionSchema = z.object({
  action: z.enum(caseActs),
  /** The version the person saw; a stale one is 409. */
  version: z.number().int().optional(),
  reason: z.string().min(1).max(500).optional(),
  text: z.string().min(1).max(2000).optional(),
  until: time.optional(),
  /** `supervise`: when the answer is wanted. */
  dueAt: time.optional(),
  score: z.number().int().min(1).max(5).optional(),
  into: z.string().max(64).optional(),
  /** `void`: the device saw what was not there; counted against it, never against people. */
  falseAlarm: z.boolean().optional(),
  /** `split`: the alarms that go into the new case. */
  alarms: z.array(z.string().max(64)).min(1).max(200).optional(),
  /** SHA-256 of uploaded pictures (POST /pictures). */
  pictures: z
    .array(z.string().regex(/^[0-9a-f]{64}$/))
    .max(9)
    .optional(),
  /** `verify`: the check-in at the place. */
  checkin: z.string().max(64).optional(),
  to: z
    .union([
      z.object({ user: z.string().max(64) }),
      z.object({ team: z.string().max(64) }),
      z.object({ unit: z.string().max(64) }),
    ])
    .optional(),
})

export { quarantineSchema } from './schemas/quarantine.ts'

/** What the village's screen shows, in one answer. */
export const boardSchema = z.object({
  village: placeSchema.omit({ boundary: true }),
  at: time,
  seasons: z.array(z.object({ id: z.string(), name: z.string(), to: z.string() })),
  open: z.number().int(),
  overdue: z.number().int(),
  /** Overdue first, then the earliest deadline. */
  cases: z.array(caseSchema),
  recent: z.array(caseSchema),
  devicesOnline: z.number().int(),
  devices: z.number().int(),
  /** Cases opened per day of the town, oldest first, today last. */
  days: z.array(z.object({ day: z.string(), cases: z.number().int() })),
  /** Rounds of today; what is neither done, missed nor excused is to come or under way. */
  patrols: roundCountsSchema,
})

/** The load of one console, as its top bar shows it. */
export const loadSchema = z.object({
  at: time,
  alarmsLast10Min: z.number().int(),
  unacknowledged: z.number().int(),
  overdue: z.number().int(),
  devicesOffline: z.number().int(),
  devices: z.number().int(),
  quarantineWaiting: z.number().int(),
})

/**
 * Events of GET /stream. `id:` is set on those that can be resumed (`case`, `alarm`, `incident`,
 * `device`, `patrol`, and `hello` for where the stream begins); `readings` and `health` carry none. After `reset` the client asks everything again.
 */
export const streamEvents = {
  hello: z.object({ now: time }),
  reset: z.object({}),
  case: caseSchema,
  alarm: alarmSchema,
  incident: incidentSchema,
  device: z.object({ id: z.string(), online: z.boolean().nullable(), at: time }),
  /** A round, or a check-in of none, was walked, excused, looked at: ask again for what shows it. */
  patrol: z.object({ id: z.string(), kind: z.enum(['round', 'checkin']) }),
  readings: z.array(z.tuple([z.string(), z.string(), time, z.number()])),
  /** For those who may read `GET /health`: at the beginning and at each change. */
  health: healthSchema,
} as const

export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() })
}

export type Session = z.infer<typeof sessionSchema>
export type PlaceView = z.infer<typeof placeSchema>
export type HazardView = z.infer<typeof hazardSchema>
export type DeviceView = z.infer<typeof deviceSchema>
export type AlarmView = z.infer<typeof alarmSchema>
export type IncidentView = z.infer<typeof incidentSchema>
export type CaseView = z.infer<typeof caseSchema>
export type CaseDetail = z.infer<typeof caseDetailSchema>
export type TimelineEntry = z.infer<typeof timelineEntrySchema>
export type CaseAction = z.infer<typeof caseActionSchema>
export type { QuarantineView } from './schemas/quarantine.ts'
export type SeriesView = z.infer<typeof seriesSchema>
export type Board = z.infer<typeof boardSchema>
export type Load = z.infer<typeof loadSchema>
export type Problem = z.infer<typeof problemSchema>
