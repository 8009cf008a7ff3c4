import { z } from 'zod'
import { liveEndings, liveFormats, liveTroubles } from '../../domain/live-picture.ts'
import { time } from './time.ts'

/** A live picture over a WebSocket: these messages as JSON text, and the picture as binary. */

export const liveQuerySchema = z.object({
  format: z.enum(liveFormats).default('mp4').describe('mp4: H.264 as it comes; mpeg1: for others'),
})

export const liveMessageSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('hello'),
    format: z.enum(liveFormats),
    /** As MSE takes it, such as `avc1.64001F`; null: the format says it all. */
    codec: z.string().nullable(),
  }),
  z.object({ kind: z.literal('lost'), since: time, trouble: z.enum(liveTroubles) }),
  z.object({ kind: z.literal('end'), why: z.enum(liveEndings) }),
])
