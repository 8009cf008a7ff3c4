import { z } from 'zod'
import { deviceKinds, deviceStates, speakingKinds } from '../../domain/device.ts'
import { type ObservedProperty, observedProperties } from '../../domain/observation.ts'
import { passwordWeakness } from '../../domain/password.ts'
import { type PatrolRoute, tagKinds, weekdayNames } from '../../domain/patrol.ts'
import { roles } from '../../domain/person.ts'
import type { LonLat, Place } from '../../domain/place.ts'
import type { Condition } from '../../domain/rule.ts'
import { severities } from '../../domain/severity.ts'
import { messageOf } from './source.ts'

/** The shape of each row of a town's files; `check.ts` asks whether the rows fit together. */

const placeCode = z.string().regex(/^\d{9}(\d{3}(\d{3})?)?$/, 'must have 9, 12 or 15 digits')
const name = z.string().min(1).max(100)
/** Ids stand in topics, paths and file names: signs that mean nothing in any of them. */
const id = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, 'must be 1–64 of A–Z a–z 0–9 _ . - (no space)')

function numberText(min: number, max: number) {
  return z
    .string()
    .regex(/^-?\d+(\.\d+)?$/, 'must be a number with a decimal point')
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must lie between ${min} and ${max}`)
}

const lon = numberText(-180, 180)
const lat = numberText(-90, 90)

const position = z.tuple([
  z.number().min(-180, 'longitude comes first').max(180, 'longitude comes first'),
  z.number().min(-90).max(90, 'latitude comes second, in degrees (WGS-84)'),
])
const ring = z
  .array(position)
  .min(4, 'a ring has at least four positions')
  .refine((points) => {
    const [first, last] = [points[0] as LonLat, points.at(-1) as LonLat]
    return first[0] === last[0] && first[1] === last[1]
  }, 'a ring ends where it begins')

export const featureShape = z
  .object({
    type: z.literal('Feature'),
    properties: z.object({
      code: placeCode,
      name,
      level: z.enum(['town', 'village', 'grid']),
      parent: placeCode.nullable(),
    }),
    geometry: z.discriminatedUnion('type', [
      z.object({ type: z.literal('Polygon'), coordinates: z.array(ring).min(1) }),
      z.object({
        type: z.literal('MultiPolygon'),
        coordinates: z.array(z.array(ring).min(1)).min(1),
      }),
    ]),
  })
  .transform((feature): Place => ({ ...feature.properties, boundary: feature.geometry }))

export const deviceRow = z.object({
  id,
  name,
  kind: z.enum(deviceKinds),
  village: placeCode,
  lon,
  lat,
  adapter: z
    .string()
    .regex(/^[a-z][a-z0-9]{0,31}$/, 'must be the name of an adapter, such as mqtt'),
  address: z.string().max(500).optional(),
  headingDeg: numberText(0, 360).optional(),
  fieldOfViewDeg: numberText(0, 360).optional(),
  /** Not said: a new device is active, a known one stays what it is. */
  state: z.enum(deviceStates).optional(),
  secret: z.string().min(16, 'must have at least 16 characters').max(128).optional(),
  /** As whom the gateway logs in to a camera: `user:password`. Kept sealed, never exported. */
  login: z
    .string()
    .regex(/^[^:]{1,64}:.{1,128}$/, 'must be the user and password of the camera, as user:password')
    .optional(),
})

export const userRow = z.object({
  username: z.string().regex(/^[\p{L}\p{N}._-]{1,64}$/u, 'must be 1–64 letters, digits, . _ -'),
  displayName: name,
  role: z.enum(roles),
  scope: placeCode,
  /** As routes and hazards name them; not said: stays as it is. */
  team: name.optional(),
  unit: name.optional(),
  password: z
    .string()
    .check((ctx) => {
      const weakness = passwordWeakness(ctx.value)
      if (weakness) ctx.issues.push({ code: 'custom', message: weakness, input: '' })
    })
    .optional(),
})

export const pointRow = z.object({
  id,
  name,
  grid: z.string().regex(/^\d{15}$/, 'must be the 15 digits of a grid'),
  lon,
  lat,
  radiusM: numberText(1, 5000),
  tag: z.enum(tagKinds),
  tagUid: z
    .string()
    .regex(/^([0-9A-F]{2}){4,10}$/, 'must be the UID in upper-case hexadecimal')
    .optional(),
  /** These three: not said, they stay what they are. */
  hint: z.string().max(100).optional(),
  checklist: z
    .string()
    .transform((text) => text.split(/[\s;；,，]+/).filter((word) => word !== ''))
    .pipe(z.array(z.string().max(40)).max(24))
    .optional(),
  reader: id.optional(),
})

const minutes = z.number().positive().max(525_600)
const seconds = z.number().nonnegative().max(31_536_000)

export const hazardShape = z.strictObject({
  id: z.string().regex(/^[a-z][A-Za-z0-9]{0,31}$/, 'must be a short word such as forestFire'),
  name,
  unit: name,
  assist: z.array(name).default([]),
  clocks: z.strictObject({ accept: minutes, dispatch: minutes, sign: minutes, handle: minutes }),
  workHours: z.boolean().default(false),
  correlateM: z.number().nonnegative().max(100_000).nullable().default(null),
  correlateMin: minutes.default(60),
  sources: z
    .array(z.enum(['device', 'person']))
    .min(1)
    .default(['device', 'person']),
})

const property = z.enum(Object.keys(observedProperties) as ObservedProperty[])

const conditionShapes = {
  event: z.strictObject({
    event: z.array(z.string().min(1).max(64)).min(1),
    minConfidence: z.number().min(0).max(1).optional(),
    count: z.number().int().min(1).max(1000).optional(),
    withinS: seconds.optional(),
  }),
  silentForS: z.strictObject({ silentForS: seconds.min(10) }),
  riseBy: z.strictObject({ property, riseBy: z.number().positive(), withinS: seconds.min(1) }),
  excessOverNeighbours: z.strictObject({
    property,
    excessOverNeighbours: z.number().positive(),
    radiusKm: z.number().positive().max(200),
    minNeighbours: z.number().int().min(1).max(100),
    onDelayS: seconds.optional(),
    offDelayS: seconds.optional(),
    clearBelow: z.number().optional(),
  }),
  threshold: z
    .strictObject({
      property,
      above: z.number().optional(),
      below: z.number().optional(),
      clearBelow: z.number().optional(),
      clearAbove: z.number().optional(),
      onDelayS: seconds.optional(),
      offDelayS: seconds.optional(),
    })
    .check((ctx) => {
      const { above, below, clearBelow, clearAbove } = ctx.value
      const wrong = (path: string, message: string) =>
        ctx.issues.push({ code: 'custom', path: [path], message, input: ctx.value })
      if (above !== undefined && clearBelow !== undefined && clearBelow > above) {
        wrong('clearBelow', `must not be higher than above (${above})`)
      }
      if (below !== undefined && clearAbove !== undefined && clearAbove < below) {
        wrong('clearAbove', `must not be lower than below (${below})`)
      }
    }),
}

/** The one key that tells the kinds of condition apart picks the shape, so that errors are about it. */
function conditionShape(value: object): z.ZodType<Condition> | undefined {
  for (const key of ['event', 'silentForS', 'riseBy', 'excessOverNeighbours'] as const) {
    if (key in value) return conditionShapes[key]
  }
  return 'above' in value || 'below' in value ? conditionShapes.threshold : undefined
}

const condition = z.looseObject({}).transform((value, ctx): Condition => {
  const shape = conditionShape(value)
  if (!shape) {
    const message = 'says none of above, below, riseBy, excessOverNeighbours, event, silentForS'
    ctx.issues.push({ code: 'custom', message, input: value })
    return z.NEVER
  }
  const result = shape.safeParse(value, { reportInput: true })
  if (result.success) return result.data
  for (const issue of result.error.issues) {
    ctx.issues.push({ code: 'custom', message: messageOf(issue), path: issue.path, input: value })
  }
  return z.NEVER
})

export const ruleShape = z.strictObject({
  id,
  name,
  hazard: z.string(),
  severity: z.enum(severities),
  kinds: z.array(z.enum(speakingKinds)).min(1),
  when: condition,
})

const monthDay = z
  .string()
  .regex(/^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'must be MM-DD in quotes, such as "03-01"')

export const seasonShape = z.strictObject({
  id,
  name,
  from: monthDay,
  to: monthDay,
  raise: z.record(z.string(), z.number().int().min(-3).max(3)).default({}),
  patrolFactor: z.number().positive().max(10).default(1),
})

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be HH:MM in quotes')

export const routeShape = z.strictObject({
  id,
  name,
  village: z.string().regex(/^\d{12}$/, 'must be the 12 digits of a village, in quotes'),
  team: name,
  points: z.array(z.string()).min(1),
  order: z.enum(['any', 'strict']).default('any'),
  minWalkS: seconds.default(0),
  checklist: z.array(z.string()).default([]),
  shifts: z
    .array(
      z.strictObject({
        days: z.array(z.enum(weekdayNames)).min(1),
        start: clockTime,
        end: clockTime,
        startJitterMin: z.number().nonnegative().max(240).optional(),
      }),
    )
    .default([]),
}) satisfies z.ZodType<PatrolRoute>

export type DeviceRow = z.output<typeof deviceRow>
export type UserRow = z.output<typeof userRow>
export type PointRow = z.output<typeof pointRow>
