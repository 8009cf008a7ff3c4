import { z } from 'zod'
import { uploadKinds } from '../../ports/patrol-uploads.ts'
import { time } from './time.ts'

/** Files of phones: how they come, and what of them a case shows. */

export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex')

/** Of a file that is named by the SHA-256 of its bytes. */
export const newUploadSchema = z.strictObject({
  kind: z.enum(uploadKinds),
  size: z.number().int().min(1).max(1_048_576),
})

/** How far an upload has come; `stored`: it is whole, was checked, and the phone may forget it. */
export const uploadStateSchema = z.object({
  sha256: sha256Schema,
  size: z.number().int(),
  received: z.number().int(),
  stored: z.boolean(),
})

/** What somebody said into the phone, for `GET /voices/:sha256`; `by`: display name. */
export const caseVoiceSchema = z.object({
  sha256: z.string(),
  type: z.string(),
  at: time,
  by: z.string(),
})

export type UploadState = z.output<typeof uploadStateSchema>
