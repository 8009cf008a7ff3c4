import { z } from 'zod'
import { rotatingCodeSchema } from './patrol.ts'
import { time } from './time.ts'

/** The link with which a screen shows its code without anybody signed in. */
export const pointScreenSchema = z.object({
  /** Null: there is none, or it was withdrawn. */
  link: z.object({ madeAt: time, madeBy: z.string() }).nullable(),
})

/** The only answer that has it. */
export const madeScreenSchema = z.object({ url: z.string() })

/** All that such a screen shows. */
export const screenCodeSchema = z.object({
  ...rotatingCodeSchema.shape,
  now: time,
  name: z.string(),
  timeZone: z.string(),
})

export type PointScreenView = z.output<typeof pointScreenSchema>
export type MadeScreen = z.output<typeof madeScreenSchema>
export type ScreenCode = z.output<typeof screenCodeSchema>
