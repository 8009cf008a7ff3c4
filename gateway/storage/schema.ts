import type { ColumnType, Generated } from 'kysely'
import type { Boundary } from '../domain/place.ts'
import type { CameraTables } from './camera-tables.ts'
import type { DeliveryTable, NotifyChannelTable, PushSubscriptionTable } from './notice-tables.ts'
import type { PatrolTables } from './patrol-tables.ts'
import type { SeriesTables } from './series-tables.ts'

/**
 * The tables of the house (all but the observation log and the time series, which have files of
 * their own). Times are epoch milliseconds; JSON is text, written by `json()` and read by
 * `JSON.parse`. One schema for SQLite and PostgreSQL.
 */
export interface Tables extends CameraTables, PatrolTables, SeriesTables {
  place: PlaceTable
  hazard: HazardTable
  rule: BodyTable
  season: BodyTable
  device: DeviceTable
  patrol_route: BodyTable
  user: UserTable
  session: SessionTable
  alarm: AlarmTable
  incident: IncidentTable
  case: CaseTable
  case_history: CaseHistoryTable
  case_search: CaseSearchTable
  outbox: OutboxTable
  consumer: ConsumerTable
  rule_state: RuleStateTable
  latest_reading: LatestReadingTable
  presence: PresenceTable
  counter: CounterTable
  audit: AuditTable
  audit_anchor: AuditAnchorTable
  token: TokenTable
  setting: SettingTable
  purge: PurgeTable
  case_picture: CasePictureTable
  picture_upload: PictureUploadTable
  duty: DutyTable
  planned_event: PlannedEventTable
  notify_rule: BodyTable
  notify_channel: NotifyChannelTable
  push_subscription: PushSubscriptionTable
  delivery: DeliveryTable
}

/** JSON of the named type. */
type Json<T> = ColumnType<string, string, string> & { readonly __json?: T }

interface PlaceTable {
  code: string
  name: string
  level: string
  parent: string | null
  boundary: Json<Boundary>
}

interface HazardTable {
  id: string
  position: number
  body: string
}

/** Rules, seasons and routes are kept as the JSON of their domain type; `position` is the file's order. */
export interface BodyTable {
  id: string
  position: number
  body: string
}

interface DeviceTable {
  id: string
  name: string
  kind: string
  village: string
  grid: string | null
  lon: number
  lat: number
  adapter: string
  address: string | null
  heading_deg: number | null
  field_of_view_deg: number | null
  state: string
  /** HMAC-SHA-256 (base64) of the secret under the installation's key; null: no login. */
  secret_hash: string | null
  /** After a rotation the old secret opens too, until then or until the new one was used. */
  previous_secret_hash: string | null
  previous_secret_until: number | null
  blocked_at: number | null
  blocked_reason: string | null
}

interface UserTable {
  id: string
  username: string
  display_name: string
  role: string
  scope: string
  /** Argon2id, PHC string. */
  password_hash: string
  /** Second factor, sealed (see vault.ts); null: none. */
  totp_secret: string | null
  /** The last 30 s step whose code was used: no code opens twice. Null: not confirmed, not in force. */
  totp_last_step: number | null
  /** Null: may sign in. */
  disabled_at: number | null
  password_changed_at: number | null
  /** Names, as routes and hazards have them; null: of none. */
  team: string | null
  unit: string | null
}

interface SessionTable {
  /** SHA-256 of the cookie's value: the table alone opens no session. */
  id: string
  user_id: string
  created_at: number
  last_seen_at: number
  /** Where it was opened from, to be recognised in the list of one's own sessions. */
  address: string | null
  agent: string | null
}

interface AlarmTable {
  id: string
  rule: string
  device: string
  hazard: string
  severity: string
  state: string
  village: string
  grid: string | null
  lon: number
  lat: number
  raised_at: number
  cleared_at: number | null
  acknowledged_at: number | null
  acknowledged_by: string | null
  cause: string
  incident: string | null
}

interface IncidentTable {
  id: string
  hazard: string
  severity: string
  /** Where it is anchored, in cells of the hazard's own distance; unique among open ones of a hazard. */
  cell: string
  village: string
  grid: string | null
  lon: number
  lat: number
  opened_at: number
  last_activity_at: number
  closed_at: number | null
}

interface CaseTable {
  id: string
  number: string
  state: string
  tier: string
  hazard: string
  severity: string
  /** Rank of the severity, for ordering. */
  severity_rank: number
  village: string
  grid: string | null
  title: string
  lon: number
  lat: number
  opened_at: number
  step_since: number
  due_at: number | null
  holder: string | null
  version: number
  incident: string | null
  source: Generated<string>
  text: string | null
  reported_by: string | null
  /** The sender's own id: the same report twice is one case. */
  external_id: string | null
  merged_into: string | null
  split_from: string | null
  claimed_by: string | null
  claimed_at: number | null
  remind_at: number | null
  overdue_since: number | null
  remaining_ms: number | null
  reminders: Generated<number>
  /** JSON of the waiting ExtensionRequest. */
  extension: string | null
  /** JSON of the unanswered Supervision. */
  supervision: string | null
  supervisions: Generated<number>
  next_timer_at: number | null
  is_false_alarm: Generated<number>
  closed_at: number | null
  /** JSON of the CaseEvent. */
  planned_event: string | null
}

interface CaseHistoryTable {
  id: Generated<number>
  case_id: string
  at: number
  /** A case step, or `opened`, `alarm`, `cleared`, `severity`, `acknowledged`. */
  act: string
  /** User id; null for the gateway itself. */
  actor: string | null
  from_state: string | null
  to_state: string | null
  text: string | null
  alarm: string | null
  detail: string | null
  /** 1: pages nobody. */
  quiet: Generated<number>
}

/** Full text, kept by triggers of the case: see migrations/case-search.ts. */
interface CaseSearchTable {
  rowid: number
}

/** Everything that leaves the house, in order; consumers keep their own cursor. */
interface OutboxTable {
  seq: Generated<number>
  at: number
  topic: string
  village: string
  /** The place the event belongs to, for scope: the grid where there is one, else the village. */
  place: string
  body: string
}

interface ConsumerTable {
  name: string
  position: number
}

interface RuleStateTable {
  rule: string
  device: string
  state: string
}

interface LatestReadingTable {
  device: string
  property: string
  observed_at: number
  value: number
}

interface PresenceTable {
  device: string
  last_received_at: number
  /** 1, 0, or null while unknown. */
  online: number | null
}

interface CounterTable {
  name: string
  value: number
}

interface AuditTable {
  id: Generated<number>
  at: number
  actor: string | null
  act: string
  subject: string
  detail: string | null
  /** Where from: the asker's IP address. */
  address: string | null
  reason: string | null
  /** HMAC-SHA-256 over the entry and the hash before it; null: older than the chain. */
  hash: string | null
}

/** The newest entry that retention removed; the chain goes on from its hash. */
interface AuditAnchorTable {
  id: number
  hash: string
}

/** A person without a password: what it may do is its role and its place. */
interface TokenTable {
  id: string
  name: string
  /** HMAC-SHA-256 (base64) under the installation's key. */
  hash: string
  role: string
  scope: string
  created_by: string | null
  created_at: number
  expires_at: number
  last_used_at: number | null
  revoked_at: number | null
  /** Of a unit's own system: what lies with the unit is the token's; null: of none. */
  unit: string | null
}

/** What the town decided in the web app, as JSON. */
interface SettingTable {
  name: string
  body: string
}

/** What retention removed, and when. */
interface PurgeTable {
  id: Generated<number>
  at: number
  kind: string
  /** All that was older than this went. */
  before: number
  removed: number
  bytes: number
}

/** Pictures that people added: with a report, a feedback, a note. */
interface CasePictureTable {
  case_id: string
  sha256: string
  /** The entry of the timeline it came with; null: with the report. */
  history_id: number | null
  at: number
  by: string | null
}

/** Uploaded, and not yet part of a case. */
interface PictureUploadTable {
  sha256: string
  by: string
  at: number
}

interface DutyTable {
  id: string
  user_id: string
  starts_at: number
  ends_at: number
}

interface PlannedEventTable {
  id: string
  kind: string
  title: string
  /** JSON array of hazard ids. */
  hazards: string
  place: string
  lon: number | null
  lat: number | null
  radius_m: number | null
  starts_at: number
  ends_at: number
  unit: string | null
  note: string
  registered_at: number
}
