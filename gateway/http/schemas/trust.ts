import { z } from 'zod'
import { purgedKinds } from '../../domain/retention.ts'
import { seriesRetentionSchema } from './series.ts'
import { time } from './time.ts'

/** What an administrator looks at: health, audit, retention, backups. */

const healthLevels = ['bad', 'warn', 'ok'] as const

/**
 * One thing that somebody can act on. `id` names it (`disk`, `store`, `backup`, `probe`, `tls`,
 * `devices`, `flood`, `quarantine`, `audit`, `rules`, `mqtt` …); the screens have the words in both
 * languages, with `facts` filled in; `text` says it in English for programs.
 */
const healthItemSchema = z.object({
  id: z.string(),
  level: z.enum(healthLevels),
  since: time.nullable(),
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
  text: z.string(),
})

/** Worst first. */
export const healthSchema = z.object({ at: time, items: z.array(healthItemSchema) })

export const auditEntrySchema = z.object({
  id: z.number().int(),
  at: time,
  /** User name, `token:NAME`, or null for nobody known and for the gateway itself. */
  actor: z.string().nullable(),
  act: z.string(),
  /** What was acted upon, as `kind:id`. */
  subject: z.string(),
  address: z.string().nullable(),
  reason: z.string().nullable(),
  detail: z.string().nullable(),
})

export const auditVerdictSchema = z.object({
  ok: z.boolean(),
  entries: z.number().int(),
  /** The chain's last hash: written down elsewhere, it shows later that no end was cut off. */
  head: z.string().nullable(),
  /** The first entry that does not fit. */
  brokenAt: z.number().int().nullable(),
})

/** Days that each kind is kept. */
export const retentionSchema = z.object({
  /** Readings, by the class of their property. */
  series: seriesRetentionSchema,
  pictures: z.number().int().min(7).max(3650),
  checkins: z.number().int().min(7).max(3650),
  /** The law wants half a year of it at least. */
  audit: z.number().int().min(180).max(3650),
})

export const purgeSchema = z.object({
  id: z.number().int(),
  at: time,
  kind: z.enum(purgedKinds),
  before: time,
  removed: z.number().int(),
  bytes: z.number().int(),
})

export const backupSchema = z.object({
  name: z.string(),
  at: time,
  bytes: z.number().int(),
  /** `schedule`, `request`, `migration`. */
  cause: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  /** 0…1 while it runs. */
  progress: z.number().min(0).max(1),
  error: z.string().nullable(),
})

export type HealthLevel = (typeof healthLevels)[number]
export type HealthItem = z.infer<typeof healthItemSchema>
export type Health = z.infer<typeof healthSchema>
export type AuditEntryView = z.infer<typeof auditEntrySchema>
export type AuditVerdict = z.infer<typeof auditVerdictSchema>
export type { RetainedKind } from '../../domain/retention.ts'
export type Retention = z.infer<typeof retentionSchema>
export type PurgeView = z.infer<typeof purgeSchema>
export type BackupView = z.infer<typeof backupSchema>
