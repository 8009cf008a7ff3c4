import { z } from 'zod'
import { time } from './time.ts'

export const quarantineSchema = z.object({
  id: z.number().int(),
  count: z.number().int(),
  firstAt: time,
  lastAt: time,
  topic: z.string(),
  village: z.string().nullable(),
  device: z.string().nullable(),
  /** The payload as text; bytes that are no UTF-8 are shown as \xNN. */
  payload: z.string(),
  reason: z.string(),
  detail: z.string(),
  state: z.enum(['waiting', 'replayed', 'discarded']),
})

export type QuarantineView = z.output<typeof quarantineSchema>
