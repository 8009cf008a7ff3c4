import { z } from 'zod'
import { newUserSchema } from './people.ts'

/** The first start: whether the wizard is wanted, and what it sends. */

export const setupStateSchema = z.object({
  /** True while nobody can sign in. */
  needed: z.boolean(),
  /** The town that is there already (imported by command); null: the wizard must bring one. */
  town: z.object({ code: z.string(), name: z.string() }).nullable(),
})

export const setupSchema = z.object({
  /** The one-time code that stands in the terminal. */
  code: z.string().min(1).max(40),
  administrator: newUserSchema
    .pick({ username: true, displayName: true })
    .extend({ password: z.string().min(1).max(256) }),
  /**
   * `sample`: the sample town; `geojson`: the text of a places.geojson, with the house's hazards
   * and rules beside it. Left out when a town is there.
   */
  town: z
    .union([
      z.object({ kind: z.literal('sample') }),
      z.object({ kind: z.literal('geojson'), text: z.string().max(900_000) }),
    ])
    .optional(),
})

export type SetupState = z.infer<typeof setupStateSchema>
export type SetupBody = z.input<typeof setupSchema>
