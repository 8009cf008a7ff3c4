import { z } from 'zod'
import { addressees, channelCarriers, channelKinds, noticeActs } from '../../domain/notice.ts'
import { roles } from '../../domain/person.ts'
import { plannedKinds } from '../../domain/planned-event.ts'
import { severities } from '../../domain/severity.ts'
import { caseSchema, placeCode, time } from '../schemas.ts'

/** The grid case queue beside the cases themselves: reports, suggestions, duty, evaluation, notices. */

/** A report typed in by the desk, sent by a grid worker, or by a program with a token. */
export const newReportSchema = z.object({
  hazard: z.string().min(1).max(64),
  text: z
    .string()
    .trim()
    .min(1)
    .max(2000)
    .describe('What is the matter and where; no names, telephone or ID numbers of people'),
  lon: z.number().min(-180).max(180),
  lat: z.number().min(-90).max(90),
  severity: z.enum(severities).default('blue'),
  /**
   * `resident`: somebody told the desk; nobody's name is kept. Left out: `program` for a token,
   * `patrol` for people of the field, else `desk`.
   */
  source: z.enum(['resident', 'desk', 'patrol', 'program']).optional(),
  /** The sender's own id; the same again answers with the case that is there. */
  externalId: z.string().min(1).max(100).optional(),
  pictures: z
    .array(z.string().regex(/^[0-9a-f]{64}$/))
    .max(9)
    .optional(),
})

/** Open cases of the same hazard, near and recent: perhaps the same thing. */
export const similarSchema = z.object({
  case: caseSchema,
  distanceM: z.number(),
  minutesApart: z.number(),
})

export const suggestionSchema = z.object({
  to: z.object({ kind: z.enum(['user', 'team', 'unit']), id: z.string() }),
  name: z.string(),
  onDuty: z.boolean(),
  openCases: z.number().int(),
  /** From the case to the nearest point of theirs; null: unknown. */
  distanceM: z.number().nullable(),
})

export const dutySchema = z.object({
  id: z.string(),
  username: z.string(),
  name: z.string(),
  startsAt: time,
  endsAt: time,
})

/** Enough to tell people apart, and no more. */
export const dutyPersonSchema = z.object({
  username: z.string(),
  displayName: z.string(),
  role: z.enum(roles),
  /** Cases beyond it cannot be dispatched to them. */
  scope: placeCode,
  team: z.string().nullable(),
  unit: z.string().nullable(),
})

export const newDutySchema = z.object({
  username: z.string().max(64),
  startsAt: time,
  endsAt: time,
})

/** The duty whose person takes this one, and gives theirs for it. */
export const dutySwapSchema = z.strictObject({ with: z.string().min(1).max(64) })

/** 报备: what is announced. It annotates and lowers by one step, and never hides a case. */
export const newPlannedEventSchema = z.object({
  kind: z.enum(plannedKinds),
  title: z.string().trim().min(1).max(80).describe('What is planned; no names of people'),
  hazards: z.array(z.string().min(1).max(64)).min(1).max(20),
  place: placeCode.describe('Village or grid, or the whole town'),
  circle: z
    .object({
      lon: z.number().min(-180).max(180),
      lat: z.number().min(-90).max(90),
      radiusM: z.number().int().min(20).max(2000),
    })
    .nullable()
    .default(null)
    .describe('Where in the place; null: all of it'),
  startsAt: time,
  endsAt: time,
  unit: z.string().min(1).max(64).nullable().default(null).describe('One of the units of the town'),
  note: z.string().trim().max(500).default(''),
})

/** What is left out stays as it is. */
export const plannedEventChangeSchema = z.object({
  kind: newPlannedEventSchema.shape.kind.optional(),
  title: newPlannedEventSchema.shape.title.optional(),
  hazards: newPlannedEventSchema.shape.hazards.optional(),
  place: newPlannedEventSchema.shape.place.optional(),
  circle: newPlannedEventSchema.shape.circle.unwrap().optional(),
  startsAt: time.optional(),
  endsAt: time.optional(),
  unit: newPlannedEventSchema.shape.unit.unwrap().optional(),
  note: newPlannedEventSchema.shape.note.unwrap().optional(),
})

export const plannedEventSchema = z.object({
  ...newPlannedEventSchema.shape,
  id: z.string(),
  circle: newPlannedEventSchema.shape.circle.unwrap(),
  unit: z.string().nullable(),
  note: z.string(),
  /** Entered, or what it covers changed: cases that were opened before keep their severity. */
  registeredAt: time,
})

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)

/** Days on which work-hour clocks stand still, and weekend days that are worked instead (调休). */
export const calendarSchema = z.object({
  restDays: z.array(day).max(400),
  workDays: z.array(day).max(400),
})

/** Rates are 0…1; null where nothing was to be counted. Times in minutes. */
const evaluationRowSchema = z.object({
  /** Place code, unit or team. */
  id: z.string(),
  name: z.string(),
  opened: z.number().int(),
  closed: z.number().int(),
  onTime: z.object({
    accept: z.number().nullable(),
    dispatch: z.number().nullable(),
    sign: z.number().nullable(),
    handle: z.number().nullable(),
  }),
  returnRate: z.number().nullable(),
  reworkRate: z.number().nullable(),
  medianMinutes: z.object({
    accept: z.number().nullable(),
    dispatch: z.number().nullable(),
    sign: z.number().nullable(),
    handle: z.number().nullable(),
    close: z.number().nullable(),
  }),
  meanScore: z.number().nullable(),
  /** Of 100: see domain/evaluation.ts. */
  points: z.number().nullable(),
})

export const evaluationSchema = z.object({
  /** YYYY-MM in the town's zone. */
  month: z.string(),
  villages: z.array(evaluationRowSchema),
  units: z.array(evaluationRowSchema),
  teams: z.array(evaluationRowSchema),
  devices: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      village: placeCode,
      alarms: z.number().int(),
      falseAlarms: z.number().int(),
      falseAlarmRate: z.number().nullable(),
    }),
  ),
  /** What was left out of the rates, and why. */
  excluded: z.object({
    deviceFaults: z.number().int(),
    plannedBurns: z.number().int(),
    suspendedMinutes: z.number(),
    offlineMinutes: z.number(),
  }),
  days: z.array(z.object({ day, opened: z.number().int(), closed: z.number().int() })),
})

/** The address and secret of a channel go in and never come out. */
export const channelSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(channelKinds),
  enabled: z.boolean(),
  /** Host of the address, for recognising it. */
  host: z.string().nullable(),
  carrier: z.enum(channelCarriers),
  /** Null but for MQTT. */
  topic: z.string().nullable(),
  /** What happens elsewhere is not told through it; null: the whole town. */
  place: placeCode.nullable(),
  waiting: z.number().int(),
  lastSentAt: time.nullable(),
  /** Why the last attempt failed; null: it did not. */
  trouble: z.string().nullable(),
})

export const newChannelSchema = z.object({
  name: z.string().min(1).max(100),
  kind: z.enum(channelKinds),
  enabled: z.boolean().default(true),
  carrier: z.enum(channelCarriers).optional().describe('`mqtt` for loudspeakers; else `http`'),
  url: z
    .string()
    .max(1000)
    .optional()
    .describe('Over MQTT the broker, such as mqtts://host:8883; left out: the gateway’s own'),
  secret: z.string().max(500).optional().describe('Signing secret; at a broker the password'),
  username: z.string().max(200).optional().describe('At a broker of its own'),
  topic: z.string().max(256).optional().describe('Over MQTT'),
  place: placeCode
    .nullable()
    .default(null)
    .describe('Tells of this place alone; null: of the whole town'),
  perMinute: z.number().int().min(1).max(600).optional(),
})

/** What is left out stays as it is. */
export const channelChangeSchema = z.object({
  name: z.string().min(1).max(100).optional(),
  enabled: z.boolean().optional(),
  url: z.string().max(1000).optional().describe('Empty over MQTT: the gateway’s own broker'),
  secret: z.string().max(500).optional(),
  username: z.string().max(200).optional(),
  topic: z.string().max(256).optional(),
  place: placeCode
    .nullable()
    .optional()
    .describe('Tells of this place alone; null: of the whole town'),
  perMinute: z.number().int().min(1).max(600).optional(),
})

/** Whether the other side took the test message; else why not. */
export const channelTestSchema = z.object({ ok: z.boolean(), error: z.string().nullable() })

const minuteOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be HH:MM')

export const noticeRuleSchema = z.object({
  id: z.string().min(1).max(64),
  name: z.string().min(1).max(100),
  enabled: z.boolean(),
  acts: z.array(z.enum(noticeActs)).min(1),
  /** Empty: every hazard. */
  hazards: z.array(z.string().max(64)).max(50),
  minSeverity: z.enum(severities),
  /** Who is told: the case's holder, whoever has the role in the case's place, whoever is on duty, or a channel's own group. */
  to: z.enum(addressees),
  channel: z.string().max(64),
  /** Minutes of the day in the town's zone: what is told then waits for their end. Red is never quiet. */
  quiet: z.object({ from: minuteOfDay, to: minuteOfDay }).nullable(),
  /** When nobody acknowledges in time: the next channel; `''`: the supervisors, where they can be reached. */
  fallback: z
    .object({ afterMinutes: z.number().int().min(1).max(1440), channel: z.string().max(64) })
    .nullable(),
})

/** Of GET and PUT; their order is that of the screen. */
export const noticeRulesSchema = z.object({ items: z.array(noticeRuleSchema).max(100) })

export const deliverySchema = z.object({
  id: z.number().int(),
  case: z.object({ id: z.string(), number: z.string() }),
  act: z.string(),
  /** Name of the channel; its id when it is gone. */
  channel: z.string(),
  /** Name of the person, `group` for a robot's own, or `ROLE@PLACE`. */
  target: z.string(),
  /** It is the asker's own, who may say that it was read. */
  own: z.boolean(),
  state: z.enum(['postponed', 'waiting', 'sent', 'failed', 'dropped']),
  attempts: z.number().int(),
  at: time,
  /** While it waits for the end of quiet hours: to when. */
  postponedTo: time.nullable(),
  sentAt: time.nullable(),
  readAt: time.nullable(),
  readBy: z.string().nullable(),
  error: z.string().nullable(),
})

export const pushKeySchema = z.object({ publicKey: z.string() })
export const pushSubscriptionSchema = z.object({
  endpoint: z.url().max(1000),
  keys: z.object({ p256dh: z.string().max(200), auth: z.string().max(100) }),
})

export type NewReport = z.input<typeof newReportSchema>
export type Similar = z.infer<typeof similarSchema>
export type Suggestion = z.infer<typeof suggestionSchema>
export type DutyPerson = z.infer<typeof dutyPersonSchema>
export type PlannedEventView = z.infer<typeof plannedEventSchema>
export type NewPlannedEvent = z.input<typeof newPlannedEventSchema>
export type DutyView = z.infer<typeof dutySchema>
export type WorkCalendarView = z.infer<typeof calendarSchema>
export type EvaluationRow = z.infer<typeof evaluationRowSchema>
export type EvaluationView = z.infer<typeof evaluationSchema>
export type ChannelView = z.infer<typeof channelSchema>
export type NoticeRuleView = z.infer<typeof noticeRuleSchema>
export type DeliveryView = z.infer<typeof deliverySchema>
