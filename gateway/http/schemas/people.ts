import { z } from 'zod'
import { roles } from '../../domain/person.ts'
import { personSchema, placeCode, time } from '../schemas.ts'

/** People, their sessions and second factor, and the tokens of programs. */

const username = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/)
const password = z.string().min(1).max(256)
const group = z.string().trim().min(1).max(100)
/** Six digits of the authenticator app. */
const code = z.string().regex(/^\d{6}$/)

export const userSchema = personSchema.extend({
  /** As routes and hazards name them; null: of none. */
  team: z.string().nullable(),
  unit: z.string().nullable(),
  secondFactor: z.boolean(),
  disabled: z.boolean(),
  /** Null: never signed in, or too long ago to be known. */
  lastSeenAt: time.nullable(),
  sessions: z.number().int(),
})

/** Without a password one is made, and shown in the answer this once. */
export const newUserSchema = z.object({
  username,
  displayName: z.string().min(1).max(100),
  role: z.enum(roles),
  scope: placeCode,
  /** The patrol team, as routes name it, and the unit, as hazards do; null: of none. */
  team: group.nullish(),
  unit: group.nullish(),
  password: password.optional(),
})

export const userChangeSchema = newUserSchema
  .pick({ displayName: true, role: true, scope: true, team: true, unit: true })
  .partial()
  .extend({ disabled: z.boolean().optional() })

/** `password` stands there when the gateway made it, and is never shown again. */
export const madeUserSchema = z.object({ user: userSchema, password: z.string().nullable() })

/** One's own open sessions. */
const openSessionSchema = z.object({
  id: z.string(),
  createdAt: time,
  lastSeenAt: time,
  address: z.string().nullable(),
  agent: z.string().nullable(),
  current: z.boolean(),
})

export const accountSchema = z.object({
  person: personSchema,
  secondFactor: z.boolean(),
  passwordChangedAt: time.nullable(),
  sessions: z.array(openSessionSchema),
})

export const passwordChangeSchema = z.object({ old: password, new: password })

/** `uri` is otpauth://…, for the QR code; `secret` the same in base32, to type. */
export const totpOfferSchema = z.object({ secret: z.string(), uri: z.string() })
export const totpConfirmSchema = z.object({ code })
export const totpRemoveSchema = z.object({ password })

export const tokenSchema = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(roles),
  scope: placeCode,
  unit: z.string().nullable(),
  createdBy: z.string().nullable(),
  createdAt: time,
  expiresAt: time,
  lastUsedAt: time.nullable(),
  revokedAt: time.nullable(),
})

export const newTokenSchema = z.object({
  name: z.string().min(1).max(100),
  role: z.enum(roles),
  scope: placeCode,
  /** For the system of a unit, as hazards name it: what lies with the unit is the token's. */
  unit: group.nullish(),
  days: z.number().int().min(1).max(730).default(90),
})

/** The only time `secret` is shown; it goes into `Authorization: Bearer …`. */
export const madeTokenSchema = z.object({ token: tokenSchema, secret: z.string() })

export type UserView = z.infer<typeof userSchema>
export type NewUserBody = z.input<typeof newUserSchema>
export type Account = z.infer<typeof accountSchema>
export type TokenView = z.infer<typeof tokenSchema>
