import { z } from 'zod'
import { caseActionSchema, problemSchema } from '../schemas.ts'

/** One act on many cases; each is done or refused by itself. */
export const bulkActionSchema = caseActionSchema.omit({ version: true }).extend({
  ids: z.array(z.string().min(1).max(64)).min(1).max(100),
})

export const bulkOutcomeSchema = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      ok: z.boolean(),
      /** Why it was refused; null: it was done. */
      problem: problemSchema.nullable(),
    }),
  ),
})
