import { z } from 'zod'
import { type ObservedProperty, observedProperties } from '../../gateway/domain/observation.ts'

/**
 * Payload schemas of the native topics. Every `error` is the expectation in words: the decoder
 * puts the field's name and what was found before it.
 */
export const maxTelemetryObjects = 1_000
export const maxImageBytes = 512 * 1_024
/** The limits of a JavaScript Date. */
const maxTimeMs = 8.64e15

export const propertyNames = Object.keys(observedProperties) as ObservedProperty[]

function numberBetween(min: number, max: number) {
  const error = `a number from ${min} to ${max}`
  return z.number({ error }).min(min, { error }).max(max, { error })
}

function textUpTo(length: number) {
  const error = `a text of 1 to ${length} characters without control characters`
  return z
    .string({ error })
    .min(1, { error })
    .max(length, { error })
    .regex(/^\P{Cc}+$/u, { error })
}

const timeError = 'a time as epoch milliseconds or RFC 3339 (2025-11-21T16:00:00+08:00)'

const time = z
  .union(
    [
      z.number().min(-maxTimeMs, timeError).max(maxTimeMs, timeError),
      z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
    ],
    { error: timeError },
  )
  .optional()

const finiteNumber = z.number({ error: 'a finite number' })

const readings = z.strictObject(
  Object.fromEntries(propertyNames.map((name) => [name, finiteNumber.optional()])) as Record<
    ObservedProperty,
    z.ZodOptional<typeof finiteNumber>
  >,
  { error: 'an object of readings such as {"pm25":35}' },
)

export const telemetrySchema = z.object(
  { ts: time, readings },
  { error: 'an object such as {"ts":…,"readings":{"pm25":35}}' },
)

export type Telemetry = z.output<typeof telemetrySchema>

const share = numberBetween(0, 1)
const boxError = 'four fractions [x, y, width, height] from 0 to 1'

export const eventSchema = z.object(
  {
    ts: time,
    id: textUpTo(128).optional(),
    type: textUpTo(64),
    state: z
      .enum(['active', 'clear', 'pulse'], { error: '"active", "clear" or "pulse"' })
      .default('pulse'),
    confidence: share.optional(),
    bearingDeg: numberBetween(0, 360).optional(),
    elevationDeg: numberBetween(-90, 90).optional(),
    box: z.tuple([share, share, share, share], { error: boxError }).optional(),
    image: z.string({ error: 'a JPEG in base64' }).optional(),
  },
  { error: 'an object such as {"ts":…,"type":"smoke","state":"active"}' },
)

export type EventPayload = z.output<typeof eventSchema>

export const checkinSchema = z.object(
  {
    ts: time,
    id: textUpTo(128).optional(),
    tag: textUpTo(256),
    patroller: textUpTo(128).optional(),
    counter: z
      .int({ error: 'a whole number from 0' })
      .min(0, { error: 'a whole number from 0' })
      .optional(),
    mac: textUpTo(256).optional(),
  },
  { error: 'an object such as {"ts":…,"id":"…","tag":"…"}' },
)

export type CheckinPayload = z.output<typeof checkinSchema>
