import { z } from 'zod'
import { videoRoundStates } from '../../domain/video-round.ts'
import { time } from './time.ts'

/** 视频巡查: plans, rounds, looks and what was covered. */

const text = (length: number) => z.string().min(1).max(length)
const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 08:30')

export const videoPlanBodySchema = z.strictObject({
  name: text(60),
  /** Place code whose people may do it. */
  scope: text(20),
  cameras: z.array(text(64)).min(1).max(64),
  checklist: z.array(text(60)).max(12),
  starts: z.array(clockTime).min(1).max(24),
  weekdays: z.array(z.number().int().min(1).max(7)).min(1).max(7),
  windowMin: z.number().int().min(5).max(720),
  enabled: z.boolean(),
})

export const videoPlanSchema = z.object({ id: z.string(), ...videoPlanBodySchema.shape })

export const videoLookBodySchema = z.strictObject({
  camera: text(64),
  verdict: z.enum(['normal', 'reported']),
  /** Items of the check list that were not in order. */
  findings: z.array(text(60)).max(12).default([]),
  note: z.string().max(500).nullable().default(null),
  /** For `reported`: becomes a case with the camera's picture of now. */
  hazard: text(40).nullable().default(null),
})

export const excuseSchema = z.strictObject({ reason: text(200) })

export const videoLookSchema = z.object({
  camera: z.string(),
  at: time,
  by: z.string(),
  verdict: z.enum(['normal', 'reported']),
  findings: z.array(z.string()),
  note: z.string().nullable(),
  case: z.string().nullable(),
  caseNumber: z.string().nullable(),
  picture: z.string().nullable(),
})

export const videoRoundSchema = z.object({
  id: z.string(),
  plan: z.string(),
  name: z.string(),
  scope: z.string(),
  state: z.enum(videoRoundStates),
  dueFrom: time,
  dueUntil: time,
  cameras: z.array(z.object({ id: z.string(), name: z.string() })),
  looked: z.number().int(),
  reported: z.number().int(),
  signedAt: time.nullable(),
  signedBy: z.string().nullable(),
  excusedReason: z.string().nullable(),
})

export const videoRoundDetailSchema = videoRoundSchema.extend({
  checklist: z.array(z.string()),
  looks: z.array(videoLookSchema),
})

/** Per camera and day (local): looks of rounds, and how many were planned. */
export const videoCoverageSchema = z.object({
  from: z.string(),
  to: z.string(),
  days: z.array(z.string()),
  cameras: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      village: z.string(),
      looked: z.array(z.number().int()),
      planned: z.array(z.number().int()),
    }),
  ),
})

export type VideoPlanView = z.output<typeof videoPlanSchema>
export type NewVideoPlan = z.output<typeof videoPlanBodySchema>
export type VideoLookView = z.output<typeof videoLookSchema>
export type NewVideoLook = z.output<typeof videoLookBodySchema>
export type VideoRoundView = z.output<typeof videoRoundSchema>
export type VideoRoundDetail = z.output<typeof videoRoundDetailSchema>
export type VideoCoverageView = z.output<typeof videoCoverageSchema>
