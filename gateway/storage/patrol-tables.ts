import type { Generated } from 'kysely'

/** Tables of patrols; see schema.ts. */
export interface PatrolTables {
  patrol_point: PatrolPointTable
  patrol_round: PatrolRoundTable
  checkin: CheckinTable
  tag_tap: TagTapTable
  tag_step: TagStepTable
  patrol_upload: PatrolUploadTable
  patrol_report: PatrolReportTable
  case_voice: CaseVoiceTable
  patrol_task: PatrolTaskTable
  patrol_screen: PatrolScreenTable
}

interface PatrolPointTable {
  id: string
  name: string
  grid: string
  lon: number
  lat: number
  radius_m: number
  tag: string
  tag_uid: string | null
  hint: string | null
  reader: string | null
  /** Hazard ids as JSON. */
  checklist: Generated<string>
}

interface PatrolRoundTable {
  id: string
  route: string
  village: string
  team: string
  /** When its shift says it begins, before chance moved it. */
  slot_at: number
  due_from: number
  due_until: number
  /** What the route said then, as JSON. */
  body: string
  excused_reason: string | null
  excused_by: string | null
  late_at: number | null
  missed_at: number | null
  settled_at: number | null
}

interface CheckinTable {
  id: string
  status: string
  refusal: string | null
  /** What was wrong with what was sent, and that as it came. */
  problem: Generated<string | null>
  sent: Generated<string | null>
  grade: string
  /** JSON. */
  marks: string
  point: string | null
  round: string | null
  village: string
  grid: string | null
  patroller: string | null
  team: string | null
  at: number
  said_at: number
  received_at: number
  monotonic_ms: number | null
  /** Random id of the page load that `monotonic_ms` counts from. */
  clock: string | null
  lon: number | null
  lat: number | null
  accuracy_m: number | null
  phone: string | null
  photo: string | null
  picture: string | null
  /** JSON. */
  findings: string
  note: string | null
  hash: string | null
  previous_hash: string | null
  task: string | null
  verdict: string | null
  review: string | null
  reviewed_by: string | null
  reviewed_at: number | null
  review_text: string | null
}

interface TagTapTable {
  uid: string
  counter: number
  at: number
}

interface TagStepTable {
  patroller: string
  point: string
  step: number
}

interface PatrolUploadTable {
  sha256: string
  by: string
  kind: string
  size: number
  at: number
  stored: string | null
  type: string | null
  refused: string | null
}

interface PatrolReportTable {
  id: string
  by: string
  case_id: string
  at: number
  body: string
}

interface CaseVoiceTable {
  case_id: string
  sha256: string
  /** Media type. */
  type: string
  at: number
  by: string
}

interface PatrolTaskTable {
  id: string
  case_id: string
  team: string
  point: string | null
  village: string
  grid: string | null
  lon: number
  lat: number
  radius_m: number
  opened_at: number
  done_at: number | null
  checkin: string | null
  verdict: string | null
}

interface PatrolScreenTable {
  point: string
  /** Of the secret in the link. */
  hash: string
  made_at: number
  made_by: string
}
