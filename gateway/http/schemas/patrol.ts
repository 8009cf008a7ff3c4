import { z } from 'zod'
import { checkinGrades, checkinMarks, refusals, reviewVerdicts } from '../../domain/checkin.ts'
import { roundStates, tagKinds, weekdayNames } from '../../domain/patrol.ts'
import { time } from './time.ts'
import { sha256Schema } from './uploads.ts'

/** 线上巡 and 点上巡: points, routes, rounds, check-ins, tasks and what was covered. */

const text = (length: number) => z.string().min(1).max(length)
/** On labels, in notices and files: nothing that breaks a line, or turns what stands behind it around. */
const name = (length: number) =>
  text(length).regex(
    /^(?!\s*$)[^\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069]*$/u,
    'must hold letters, and no control characters',
  )
const id = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, 'must be 1–64 of A–Z a–z 0–9 _ . -')
const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 08:30')
const lon = z.number().min(-180).max(180)
const lat = z.number().min(-90).max(90)
const hazards = z.array(text(40)).max(24)

export const pointBodySchema = z.strictObject({
  name: name(100),
  lon,
  lat,
  radiusM: z.number().min(1).max(5000),
  tag: z.enum(tagKinds),
  tagUid: z
    .string()
    .regex(/^([0-9A-F]{2}){4,10}$/, 'must be the UID in upper-case hexadecimal')
    .nullable()
    .default(null),
  hint: name(100).nullable().default(null),
  checklist: hazards.default([]),
  /** Id of the fixed reader there, a device of kind `tagReader`. */
  reader: text(64).nullable().default(null),
})

export const newPointSchema = pointBodySchema.extend({ id })

export const pointSchema = z.object({
  ...pointBodySchema.shape,
  tagUid: z.string().nullable(),
  hint: z.string().nullable(),
  checklist: z.array(z.string()),
  reader: z.string().nullable(),
  id: z.string(),
  village: z.string(),
  grid: z.string(),
})

const shiftSchema = z.strictObject({
  days: z.array(z.enum(weekdayNames)).min(1).max(7),
  start: clockTime,
  end: clockTime,
  startJitterMin: z.number().int().min(0).max(240).optional(),
})

export const routeBodySchema = z.strictObject({
  name: name(100),
  /** Place code. */
  village: z.string().regex(/^\d{12}$/, 'must be the 12 digits of a village'),
  team: name(100),
  points: z.array(text(64)).min(1).max(100),
  order: z.enum(['any', 'strict']).default('any'),
  minWalkS: z.number().min(0).max(86_400).default(0),
  checklist: hazards.default([]),
  shifts: z.array(shiftSchema).max(24).default([]),
})

export const newRouteSchema = routeBodySchema.extend({ id })

export const routeSchema = z.object({
  ...routeBodySchema.shape,
  order: z.enum(['any', 'strict']),
  minWalkS: z.number(),
  checklist: z.array(z.string()),
  shifts: z.array(z.object(shiftSchema.shape)),
  id: z.string(),
})

/** `seasons`: all of the town, whose factors say how many rounds a shift makes on a day. */
export const routesSchema = z.object({
  items: z.array(routeSchema),
  seasons: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      from: z.string(),
      to: z.string(),
      patrolFactor: z.number(),
    }),
  ),
})

export const roundSchema = z.object({
  id: z.string(),
  route: z.string(),
  name: z.string(),
  village: z.string(),
  team: z.string(),
  state: z.enum(roundStates),
  dueFrom: time,
  dueUntil: time,
  points: z.array(z.object({ id: z.string(), name: z.string(), visitedAt: time.nullable() })),
  visited: z.number().int(),
  /** Check-ins of it with marks that nobody looked at. */
  marked: z.number().int(),
  excusedReason: z.string().nullable(),
})

/** All rounds of an area and time that were neither walked nor excused. */
export const excusesSchema = z.strictObject({
  place: z.string().regex(/^\d{9}(\d{3})?$/, 'must be the digits of the town or of a village'),
  from: z.number().int(),
  to: z.number().int(),
  reason: text(200),
  /** Its title is added to the reason. */
  plannedEvent: text(64).optional(),
})

export const excusesAnswerSchema = z.object({ excused: z.number().int() })

export const roundTeamSchema = z.strictObject({ team: name(100) })

const problem = z.object({ kind: z.enum(refusals), text: z.string() })

/** One check-in as a phone sends it. */
export const newCheckinSchema = z.object({
  id: text(64),
  point: text(64).optional(),
  /** UID in hex, `manual`, or the kind of tag that `url` came from. */
  tag: text(256),
  url: z.string().max(1024).optional(),
  /** The phone's wall clock, epoch ms. */
  at: z.number().int(),
  /** The phone's monotonic clock, ms; comparable within one `clock`. */
  monotonicMs: z.number().min(0).optional(),
  clock: text(64).optional(),
  lon: lon.optional(),
  lat: lat.optional(),
  accuracyM: z.number().min(0).max(100_000).optional(),
  round: text(64).optional(),
  photo: sha256Schema.optional(),
  previousHash: sha256Schema.optional(),
  /** Random id of the phone's app. */
  phone: text(64).optional(),
  /** Hazard ids that were not in order. */
  findings: hazards.optional(),
  note: z.string().max(500).optional(),
  /** A task that it fulfils, and how the patroller found it. */
  task: text(64).optional(),
  verdict: z.enum(['settled', 'unsettled']).optional(),
})

/** The phone's clocks when it sent the batch: what its check-ins say of time is measured by them. */
const batchShape = {
  checkins: z.array(newCheckinSchema).min(1).max(200),
  sentAt: z.number().int().optional(),
  sentMonotonicMs: z.number().min(0).optional(),
  clock: text(64).optional(),
}

/** Also a bare array. */
export const checkinBatchSchema = z.union([
  z.object(batchShape),
  batchShape.checkins.transform((checkins) => ({
    checkins,
    sentAt: undefined,
    sentMonotonicMs: undefined,
    clock: undefined,
  })),
])

export const checkinResultSchema = z.object({
  id: z.string(),
  status: z.enum(['accepted', 'refused']),
  grade: z.enum(checkinGrades),
  marks: z.array(z.enum(checkinMarks)),
  point: z.string().nullable(),
  round: z.string().nullable(),
  /** As it counts, epoch ms. */
  at: time,
  refusal: problem.nullable(),
})

export const checkinSchema = z.object({
  ...checkinResultSchema.omit({ point: true }).shape,
  /** Null: of no point of this town. `distanceM`: from the fix to the point. */
  point: z.object({ id: z.string(), name: z.string(), lon, lat, radiusM: z.number() }).nullable(),
  village: z.string(),
  grid: z.string().nullable(),
  /** Display name. */
  patroller: z.string().nullable(),
  team: z.string().nullable(),
  saidAt: time,
  receivedAt: time,
  lon: lon.nullable(),
  lat: lat.nullable(),
  accuracyM: z.number().nullable(),
  distanceM: z.number().nullable(),
  findings: z.array(z.string()),
  note: z.string().nullable(),
  /** For `GET /pictures/:sha256`; null: none, or not here yet. */
  picture: z.string().nullable(),
  isPhotoAwaited: z.boolean(),
  /** Whether the hash of the check-in before it is that of one we have. */
  chain: z.enum(['first', 'joined', 'broken']),
  /** The one before it of the same patroller: where and when. `distanceM`: between the points. */
  before: z.object({ point: z.string(), at: time, distanceM: z.number().nullable() }).nullable(),
  review: z
    .object({
      verdict: z.enum(reviewVerdicts),
      by: z.string(),
      at: time,
      text: z.string().nullable(),
    })
    .nullable(),
})

export const reviewBodySchema = z.strictObject({
  verdict: z.enum(reviewVerdicts),
  text: z.string().max(200).nullable().default(null),
})

export const wordBodySchema = z.strictObject({
  text: z.string().trim().min(1).max(500),
})

export const taskSchema = z.object({
  id: z.string(),
  case: z.string(),
  number: z.string(),
  title: z.string(),
  hazard: z.string(),
  /** What was done about it. */
  text: z.string().nullable(),
  village: z.string(),
  team: z.string(),
  lon,
  lat,
  /** A check-in with a fix within so many metres counts, or at the point. */
  radiusM: z.number(),
  point: z.string().nullable(),
  openedAt: time,
  doneAt: time.nullable(),
  verdict: z.enum(['settled', 'unsettled']).nullable(),
})

/** All that a phone needs for a day without a signal. */
export const patrolDaySchema = z.object({
  now: time,
  person: z.object({
    id: z.string(),
    name: z.string(),
    team: z.string().nullable(),
    scope: z.string(),
  }),
  town: z.object({ code: z.string(), name: z.string(), timeZone: z.string() }),
  /** From yesterday till the end of tomorrow, own team first; without a team those of the scope. */
  rounds: z.array(
    roundSchema.omit({ marked: true }).extend({
      order: z.enum(['any', 'strict']),
      checklist: z.array(z.string()),
      isOwn: z.boolean(),
    }),
  ),
  points: z.array(pointSchema.omit({ tagUid: true }).extend({ placeName: z.string() })),
  hazards: z.array(z.object({ id: z.string(), name: z.string() })),
  tasks: z.array(taskSchema),
})

export const newPatrolReportSchema = z.strictObject({
  /** Made on the phone: sent twice it is one case. */
  id: text(64),
  hazard: text(40),
  text: z.string().max(1000).default(''),
  at: z.number().int(),
  lon: lon.optional(),
  lat: lat.optional(),
  accuracyM: z.number().min(0).max(100_000).optional(),
  /** Where there was no fix: the point that is nearest, in the sender's words. */
  point: text(64).optional(),
  /** SHA-256 of what follows by `PATCH /patrol/uploads`. */
  photos: z.array(sha256Schema).max(9).default([]),
  voice: sha256Schema.optional(),
})

export const newHelpCallSchema = newPatrolReportSchema.pick({
  id: true,
  at: true,
  lon: true,
  lat: true,
  accuracyM: true,
  point: true,
  text: true,
})

export const patrolReportSchema = z.object({
  id: z.string(),
  case: z.string(),
  number: z.string(),
  title: z.string(),
  state: z.string(),
  at: time,
  text: z.string().nullable(),
  /** What came back: who said it (a unit or a name), when, and the words. */
  answers: z.array(z.object({ at: time, act: z.string(), by: z.string(), text: z.string() })),
})

const counts = {
  planned: z.number().int(),
  done: z.number().int(),
  missed: z.number().int(),
  excused: z.number().int(),
}

/** `planned` counts all of them; walked late is done, walked in part is missed. */
export const roundCountsSchema = z.object(counts)

/** What was walked, by local day. */
export const patrolCoverageSchema = z.object({
  /** YYYYMMDD, whole days; a round belongs to the day on which its window opens. */
  days: z.array(z.string()),
  points: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      village: z.string(),
      grid: z.string(),
      lon,
      lat,
      /**
       * By day: how many visits rounds that nobody excused asked for, and how many there were. On a
       * day that asked for none, how many came all the same.
       */
      planned: z.array(z.number().int()),
      visited: z.array(z.number().int()),
      lastAt: time.nullable(),
    }),
  ),
  teams: z.array(
    z.object({
      team: z.string(),
      village: z.string(),
      ...counts,
      /**
       * Days with rounds in a row, up to the last day of the span that is over, on which nothing was
       * missed.
       */
      streakDays: z.number().int(),
      /** 积分 of the span. */
      score: z.number().int(),
      days: z.array(z.object(counts)),
    }),
  ),
  villages: z.array(
    z.object({
      village: z.string(),
      ...counts,
      streakDays: z.number().int(),
      score: z.number().int(),
      days: z.array(z.object(counts)),
    }),
  ),
})

export type PointView = z.output<typeof pointSchema>
export type NewPoint = z.output<typeof newPointSchema>
export type PointBody = z.output<typeof pointBodySchema>
export type RouteView = z.output<typeof routeSchema>
export type PatrolSeason = z.output<typeof routesSchema>['seasons'][number]
export type NewRoute = z.output<typeof newRouteSchema>
export type RouteBody = z.output<typeof routeBodySchema>
export type PatrolRoundView = z.output<typeof roundSchema>
export type NewCheckin = z.output<typeof newCheckinSchema>
export type CheckinResult = z.output<typeof checkinResultSchema>
export type CheckinView = z.output<typeof checkinSchema>
export type PatrolTaskView = z.output<typeof taskSchema>
export type PatrolDay = z.output<typeof patrolDaySchema>
export type NewPatrolReport = z.output<typeof newPatrolReportSchema>
export type PatrolReportView = z.output<typeof patrolReportSchema>
export type PatrolCoverageView = z.output<typeof patrolCoverageSchema>
