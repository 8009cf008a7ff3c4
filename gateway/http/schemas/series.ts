import { z } from 'zod'
import { type ObservedProperty, observedProperties } from '../../domain/observation.ts'
import { precisions } from '../../domain/precision.ts'
import { propertyClassNames } from '../../domain/property-class.ts'
import { mostCompared, resolutions } from '../../domain/resolution.ts'
import { severities } from '../../domain/severity.ts'
import { time } from './time.ts'

/** Time series: comparing, surveying, calibrating, taking out and bringing in. */

const deviceId = z.string().min(1).max(64)
const propertyNames = Object.keys(observedProperties) as [ObservedProperty, ...ObservedProperty[]]
const property = z.enum(propertyNames)
const propertyClass = z.enum(propertyClassNames)
const placeCode = z.string().min(1).max(32)
const resolution = z.enum(resolutions)
const span = { from: z.coerce.number().int(), to: z.coerce.number().int() }

/** More in one look nobody takes in. */
export const mostInOverview = 200

/** `device:property`, at the last colon. */
const seriesName = z.string().regex(/^.{1,64}:[A-Za-z0-9]{1,32}$/, 'must look like device:property')

function oneOrMany<T extends z.ZodType>(one: T, most: number) {
  return z.preprocess(
    (asked) => (asked === undefined || Array.isArray(asked) ? asked : [asked]),
    z.array(one).min(1).max(most),
  )
}

export const compareQuerySchema = z.object({
  series: oneOrMany(seriesName, mostCompared),
  ...span,
  resolution: z.enum([...resolutions, 'auto']).default('auto'),
})

const points = z.array(z.array(z.number()))

export const comparisonSchema = z.object({
  /** One for all of them. */
  resolution,
  series: z.array(z.object({ device: z.string(), property, unit: z.string(), points })),
})

/** What is drawn into a chart beside the readings. */
export const seriesMarksSchema = z.object({
  thresholds: z.array(
    z.object({
      device: z.string(),
      property,
      rule: z.string(),
      name: z.string(),
      severity: z.enum(severities),
      value: z.number(),
      /** On which side of it the alarm lies. */
      side: z.enum(['above', 'below']),
    }),
  ),
  alarms: z.array(
    z.object({
      id: z.string(),
      device: z.string(),
      /** Of its rule; null: not about a reading. */
      property: property.nullable(),
      name: z.string(),
      severity: z.enum(severities),
      from: time,
      /** Null: it is still on. */
      to: time.nullable(),
      case: z.string().nullable(),
    }),
  ),
})

export const overviewQuerySchema = z.object({
  place: placeCode,
  class: propertyClass,
  ...span,
})

/** All devices of a place with a property of that class, by device name. */
export const overviewSchema = z.object({
  resolution,
  items: z.array(
    z.object({
      device: z.string(),
      deviceName: z.string(),
      village: z.string(),
      property,
      unit: z.string(),
      /** [at, value]; null: nothing in that time. Of a time gone by the last point's mean. */
      latest: z.tuple([time, z.number()]).nullable(),
      points,
    }),
  ),
})

export const extentQuerySchema = z.object({
  device: oneOrMany(deviceId, 200).optional(),
  place: placeCode.optional(),
})

export const extentSchema = z.object({
  items: z.array(
    z.object({
      device: z.string(),
      property,
      unit: z.string(),
      first: time,
      last: time,
      readings: z.number().int(),
    }),
  ),
})

const exportFormats = ['csv', 'parquet', 'line'] as const

export const exportQuerySchema = z.object({
  format: z.enum(exportFormats),
  device: oneOrMany(deviceId, 200).optional(),
  place: placeCode.optional(),
  property: oneOrMany(property, 12).optional(),
  ...span,
})

/** What an export would hold, so that a screen can say how far it is. */
export const exportSizeSchema = z.object({
  series: z.number().int(),
  readings: z.number().int(),
  /** About. */
  bytes: z.number().int(),
})

export const importQuerySchema = z.object({
  /** As people know it. */
  name: z.string().trim().min(1).max(200),
  /** Of the times in line protocol. */
  precision: z.enum(precisions).default('ms'),
})

const importStates = ['checking', 'writing', 'done', 'refused', 'failed'] as const

export const seriesImportSchema = z.object({
  id: z.string(),
  name: z.string(),
  at: time,
  by: z.string(),
  state: z.enum(importStates),
  /** 0…1 of the step that is under way. */
  progress: z.number().min(0).max(1),
  readings: z.number().int(),
  /** Rows of hours whose single readings are gone: they stand in exports, and are no readings. */
  leftOut: z.number().int(),
  /** Readings of a time that is kept as hours and days only; they were left out. */
  tooOld: z.number().int(),
  /** The first hundred; nothing is written when there is one. */
  errors: z.array(
    z.object({ row: z.number().int(), column: z.string().nullable(), text: z.string() }),
  ),
  /** How many there are. */
  errorCount: z.number().int(),
  /** Why it failed, with what to do. */
  problem: z.string().nullable(),
})

export const newCalibrationSchema = z.object({
  property,
  from: time,
  factor: z
    .number()
    .min(-1000)
    .max(1000)
    .refine((factor) => factor !== 0, 'must not be 0: it would make all readings equal'),
  offset: z.number().min(-100_000).max(100_000),
  reason: z.string().trim().min(2).max(500),
})

export const calibrationSchema = newCalibrationSchema.extend({ by: z.string(), at: time })

const classDays = z
  .object({
    raw: z.number().int().min(30).max(3650),
    rolledUp: z.number().int().min(30).max(36_500),
  })
  .refine(({ raw, rolledUp }) => rolledUp >= raw, {
    path: ['rolledUp'],
    message:
      'must not be less than raw: hours and days outlive the single readings they are made of',
  })

/** Days; single readings and what they are rolled up into. */
export const seriesRetentionSchema = z.object({
  air: classDays,
  weather: classDays,
  water: classDays,
  slope: classDays,
  device: classDays,
})

/** What the series take on the disk, and how that goes on. */
export const seriesSizeSchema = z.object({
  /** Where they are kept. */
  store: z.enum(['files', 'influx']),
  /** Newest first; null: an InfluxDB keeps them and does not tell. */
  months: z
    .array(
      z.object({
        month: z.string(),
        bytes: z.number().int(),
        readings: z.record(propertyClass, z.number().int()),
      }),
    )
    .nullable(),
  bytes: z.number().int(),
  /** A day, in the last weeks; null: not known yet. */
  bytesPerDay: z.number().int().nullable(),
  /** What they come to when as much goes as comes, with the days that are set. */
  settledBytes: z.number().int().nullable(),
  disk: z
    .object({
      freeBytes: z.number().int(),
      totalBytes: z.number().int(),
      /** Until it is full; null: it does not fill. */
      daysLeft: z.number().int().nullable(),
    })
    .nullable(),
})

export type Comparison = z.infer<typeof comparisonSchema>
export type SeriesMarks = z.infer<typeof seriesMarksSchema>
export type SeriesOverview = z.infer<typeof overviewSchema>
export type SeriesImport = z.infer<typeof seriesImportSchema>
export type CalibrationView = z.infer<typeof calibrationSchema>
export type NewCalibration = z.input<typeof newCalibrationSchema>
export type SeriesSize = z.infer<typeof seriesSizeSchema>
