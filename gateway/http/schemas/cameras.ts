import { z } from 'zod'
import { severities } from '../../domain/severity.ts'
import { cameraProblems } from '../../ports/cameras.ts'
import { time } from './time.ts'

/** Cameras: joining, looking, turning, and what their events mean. */

const degrees = z.number().min(0).max(360)
const fraction = z.number().min(0).max(1)
const name = z.string().min(1).max(80)
const address = z.string().min(1).max(300)

/** They become part of headers and documents. */
const noControl = [/^[^\p{Cc}]*$/u, 'must hold no control characters'] as const

const cameraLoginSchema = z.strictObject({
  username: z
    .string()
    .min(1)
    .max(64)
    .regex(...noControl),
  password: z
    .string()
    .min(1)
    .max(128)
    .regex(...noControl),
})

export const probeRequestSchema = z.strictObject({ address, ...cameraLoginSchema.shape })

const streamProfileSchema = z.object({
  token: z.string(),
  name: z.string(),
  codec: z.enum(['h264', 'h265', 'jpeg', 'unknown']),
  width: z.number().int(),
  height: z.number().int(),
})

const presetSchema = z.object({
  token: z.string(),
  name: z.string(),
  panDeg: z.number().nullable(),
  tiltDeg: z.number().nullable(),
})

const abilitiesSchema = z.object({
  maker: z.string(),
  model: z.string(),
  firmware: z.string(),
  serial: z.string(),
  profiles: z.array(streamProfileSchema),
  topics: z.array(z.string()),
  events: z.boolean(),
  snapshot: z.boolean(),
  ptz: z
    .object({ continuous: z.boolean(), absolute: z.boolean(), presets: z.array(presetSchema) })
    .nullable(),
  clockOffsetMs: z.number(),
  probedAt: time,
})

export const foundCameraSchema = z.object({
  address: z.string(),
  name: z.string(),
  hardware: z.string(),
  device: z.string().nullable(),
})

/** Either `abilities`, or `problem` with advice in `text`: a probe that failed is an answer. */
export const probeAnswerSchema = z.object({
  address: z.string(),
  abilities: abilitiesSchema.nullable(),
  /** JPEG as base64; for the joining dialog only, stored nowhere. */
  still: z.string().nullable(),
  warnings: z.array(z.enum(cameraProblems)),
  problem: z.enum(cameraProblems).nullable(),
  text: z.string().nullable(),
})

/** A camera joins: it becomes a device with a login. */
export const newCameraSchema = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, - or _'),
  name,
  village: z.string().max(20),
  lon: z.number().min(-180).max(180),
  lat: z.number().min(-90).max(90),
  headingDeg: degrees.nullable(),
  fieldOfViewDeg: degrees.nullable(),
  ...probeRequestSchema.shape,
})

const maskSchema = z
  .array(z.tuple([fraction, fraction]))
  .min(3)
  .max(24)

/** What is left out stays. */
export const cameraChangeSchema = z.strictObject({
  login: cameraLoginSchema.optional(),
  address: address.optional(),
  headingDeg: degrees.nullable().optional(),
  fieldOfViewDeg: degrees.nullable().optional(),
  masks: z.array(maskSchema).max(16).optional(),
})

export const cameraViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  village: z.string(),
  grid: z.string().nullable(),
  lon: z.number(),
  lat: z.number(),
  headingDeg: z.number().nullable(),
  fieldOfViewDeg: z.number().nullable(),
  address: z.string().nullable(),
  username: z.string().nullable(),
  path: z.enum(['connecting', 'up', 'down', 'refused', 'noLogin']),
  pathSince: time.nullable(),
  problem: z.enum(cameraProblems).nullable(),
  trouble: z.string().nullable(),
  abilities: abilitiesSchema.nullable(),
  masks: z.array(maskSchema),
  /** Of the last still kept; null: none yet. */
  stillAt: time.nullable(),
  /** Faults of the picture that stand now: frozen, black, moved. */
  pictureFaults: z.array(z.string()),
  /** People who look live now. */
  viewers: z.number().int(),
  /** User name of whose hand is on it, and until when nothing turns it by itself. */
  heldBy: z.string().nullable(),
  heldUntil: time.nullable(),
})

/** One act of the hand on a camera that turns. */
export const ptzActSchema = z.discriminatedUnion('act', [
  z.strictObject({
    act: z.literal('move'),
    pan: z.number().min(-1).max(1),
    tilt: z.number().min(-1).max(1),
    zoom: z.number().min(-1).max(1),
  }),
  z.strictObject({ act: z.literal('stop') }),
  z.strictObject({ act: z.literal('preset'), token: z.string().min(1).max(64) }),
  /** Towards a bearing (degrees from north) or a place. */
  z.strictObject({ act: z.literal('bearing'), bearingDeg: degrees }),
])

/** Who has the camera, and until when automatic turning waits. */
export const ptzAnswerSchema = z.object({
  heldBy: z.string().nullable(),
  heldUntil: time.nullable(),
})

export const eventMappingSchema = z.strictObject({
  id: z.string().min(1).max(64),
  topic: z.string().min(1).max(200),
  item: z.string().min(1).max(64).nullable(),
  values: z.array(z.string().min(1).max(64)).max(16),
  type: z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,31}$/, 'must be one word of Latin letters'),
  hazard: z.string().min(1).max(40),
  severity: z.enum(severities),
  holdS: z.number().int().min(5).max(86_400).nullable(),
})

export const eventMappingsSchema = z.strictObject({ items: z.array(eventMappingSchema).max(200) })

export const unmappedTopicSchema = z.object({
  topic: z.string(),
  items: z.record(z.string(), z.string()),
  devices: z.array(z.string()),
  count: z.number().int(),
  firstAt: time,
  lastAt: time,
})

/** A still that a camera took; the picture itself is at /pictures/{sha256}. */
export const cameraStillSchema = z.object({
  device: z.string(),
  at: time,
  sha256: z.string(),
  cause: z.enum(['alarm', 'cue', 'round', 'idle']),
  case: z.string().nullable(),
})

export type FoundCamera = z.output<typeof foundCameraSchema>
export type ProbeAnswer = z.output<typeof probeAnswerSchema>
export type NewCamera = z.output<typeof newCameraSchema>
export type CameraChange = z.output<typeof cameraChangeSchema>
export type CameraView = z.output<typeof cameraViewSchema>
export type PtzAct = z.output<typeof ptzActSchema>
export type PtzAnswer = z.output<typeof ptzAnswerSchema>
export type CameraStill = z.output<typeof cameraStillSchema>
