import type { Generated } from 'kysely'

/** Tables of cameras and video rounds; see schema.ts. */
export interface CameraTables {
  camera: CameraTable
  camera_event_mapping: CameraEventMappingTable
  camera_topic: CameraTopicTable
  camera_still: CameraStillTable
  camera_view: CameraViewTable
  video_plan: VideoPlanTable
  video_round: VideoRoundTable
  video_look: VideoLookTable
}

interface CameraTable {
  device: string
  username: string
  /** Sealed for the place `camera:DEVICE`. */
  password_sealed: string
  /** CameraAbilities as JSON. */
  abilities: string | null
  /** PrivacyMask[] as JSON. */
  masks: string
  /** Event types that stand, as JSON. */
  held: Generated<string>
}

interface CameraEventMappingTable {
  id: string
  position: number
  /** EventMapping as JSON. */
  body: string
}

interface CameraTopicTable {
  topic: string
  items: string
  devices: string
  count: number
  first_at: number
  last_at: number
}

interface CameraStillTable {
  id: Generated<number>
  device: string
  at: number
  sha256: string
  /** alarm, cue, round or idle. */
  cause: string
  case_id: string | null
  history_id: number | null
}

interface CameraViewTable {
  device: string
  body: string
  at: number
}

interface VideoPlanTable {
  id: string
  scope: string
  body: string
}

interface VideoRoundTable {
  id: string
  plan: string
  scope: string
  due_from: number
  due_until: number
  body: string
  signed_at: number | null
  signed_by: string | null
  excused_reason: string | null
  settled_at: number | null
}

interface VideoLookTable {
  round: string
  camera: string
  at: number
  by: string
  body: string
}
