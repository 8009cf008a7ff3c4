import { z } from 'zod'
import { tagKinds } from '../../domain/patrol.ts'
import { time } from './time.ts'

/** What to write onto a tag. Shown to administrators; every look is written down. */
export const tagSettingSchema = z.object({
  point: z.string(),
  tag: z.enum(tagKinds),
  /** For `nfc424` with the places where the tag puts its own signs. */
  url: z.string(),
  /** AES-128 keys in hex; only for `nfc424`. */
  keys: z
    .object({ metaRead: z.string(), fileRead: z.string(), application: z.string() })
    .nullable(),
  /** Only for `nfc424`: offsets of the mirrors in the NDEF file, bytes. */
  offsets: z
    .object({ picc: z.number().int(), macInput: z.number().int(), mac: z.number().int() })
    .nullable(),
  /** Only for `reader`: what its own signature is made with, hex. */
  readerKey: z.string().nullable(),
})

export const rotatingCodeSchema = z.object({ url: z.string(), until: time })

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
export type TagSetting = z.output<typeof tagSettingSchema>
export type RotatingCode = z.output<typeof rotatingCodeSchema>
