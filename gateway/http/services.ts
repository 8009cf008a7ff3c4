import type { z } from 'zod'
import type { Actor } from '../domain/person.ts'
import type { Town } from '../domain/town.ts'
import type { ChannelDesk } from '../notify/channel-desk.ts'
import type { TagWriter } from '../patrol/tag-writer.ts'
import type { FirstStart } from '../people/first-start.ts'
import type { Thumbnails } from '../pictures/thumbnails.ts'
import type { ReplayOutcome, ReplayRequest } from '../pipeline/accept.ts'
import type { CalendarDesk } from '../pipeline/calendar-desk.ts'
import type { CalibrationDesk } from '../pipeline/calibration-desk.ts'
import type { CameraDesk } from '../pipeline/camera-desk.ts'
import type { CameraHand } from '../pipeline/camera-hand.ts'
import type { CheckinDesk } from '../pipeline/checkin-desk.ts'
import type { DeviceTrust } from '../pipeline/device-trust.ts'
import type { DispatchAdvice } from '../pipeline/dispatch-advice.ts'
import type { Evaluator } from '../pipeline/evaluation.ts'
import type { PatrolCoverage } from '../pipeline/patrol-coverage.ts'
import type { PatrolDesk } from '../pipeline/patrol-desk.ts'
import type { PatrolReports } from '../pipeline/patrol-reports.ts'
import type { PatrolUploads } from '../pipeline/patrol-uploads.ts'
import type { PatrolVerification } from '../pipeline/patrol-verification.ts'
import type { PictureDesk } from '../pipeline/picture-desk.ts'
import type { ReportDesk } from '../pipeline/reports.ts'
import type { SeriesDesk } from '../pipeline/series-desk.ts'
import type { SeriesSizes } from '../pipeline/series-sizes.ts'
import type { createVideoCoverage } from '../pipeline/video-coverage.ts'
import type { VideoDesk } from '../pipeline/video-desk.ts'
import type { Throttle } from '../ports/adapter.ts'
import type { AuditLog } from '../ports/audit-log.ts'
import type { Backups } from '../ports/backups.ts'
import type { CameraBook, CameraLink, EventMappings } from '../ports/cameras.ts'
import type { CheckinStore } from '../ports/checkin-store.ts'
import type { Clock, NewId } from '../ports/clock.ts'
import type { DeviceRegistry } from '../ports/device-registry.ts'
import type { DutyStore } from '../ports/duty-store.ts'
import type { EvidenceLog } from '../ports/evidence.ts'
import type {
  ChannelStore,
  DeliveryStore,
  PushStore,
  PushSubscriptionKeys,
} from '../ports/notices.ts'
import type { ObservationLog, QuarantineStore } from '../ports/observation-store.ts'
import type { Outbox } from '../ports/outbox.ts'
import type { PatrolStore } from '../ports/patrol-store.ts'
import type { PictureStore } from '../ports/picture-store.ts'
import type { PictureUploads } from '../ports/picture-uploads.ts'
import type { PlannedEventStore } from '../ports/planned-events.ts'
import type { PointScreens } from '../ports/point-screens.ts'
import type { Queries } from '../ports/queries.ts'
import type { RetentionStore } from '../ports/retention.ts'
import type { SeriesExports, SeriesImports } from '../ports/series-exchange.ts'
import type { TokenStore } from '../ports/token-store.ts'
import type { SessionStore, UserStore } from '../ports/user-store.ts'
import type { Vault } from '../ports/vault.ts'
import type { VideoStore } from '../ports/video-store.ts'
import type { VoiceStore } from '../ports/voice-store.ts'
import type { LiveRelay } from '../video/live-relay.ts'
import type { Stills } from '../video/stills.ts'
import type { Health } from './schemas/trust.ts'
import type { CaseAction, newDeviceSchema } from './schemas.ts'
import type { Transport } from './transport.ts'

type NewDevice = z.output<typeof newDeviceSchema>

/** One line of /metrics. */
export interface Sample {
  name: string
  kind: 'counter' | 'gauge'
  text: string
  labels?: Readonly<Record<string, string>>
  value: number
}

/** What is away or failing, each as a sentence; empty: ready. */
interface Readiness {
  problems: readonly string[]
}

/** All that routes may ask of the house; `compose.ts` hands it in. */
export interface HttpServices {
  clock: Clock
  /** The town as it is now. */
  town: () => Town
  devices: DeviceRegistry
  queries: Queries
  evaluator: Evaluator
  /** Calibrated. */
  log: ObservationLog
  /** Calibrated. */
  series: SeriesDesk
  calibrations: CalibrationDesk
  /** Files of readings, out and in. */
  exports: SeriesExports
  imports: SeriesImports
  quarantine: QuarantineStore
  replay: (request: ReplayRequest) => Promise<ReplayOutcome>
  pictures: PictureStore
  voices: VoiceStore
  uploads: PictureUploads
  pictureDesk: PictureDesk
  thumbnails: Thumbnails
  outbox: Outbox
  desk: {
    act(actor: Actor, caseId: string, action: CaseAction, address?: string): Promise<void>
    actOnAll(
      actor: Actor,
      caseIds: readonly string[],
      action: CaseAction,
      address?: string,
    ): Promise<{ id: string; error: Error | null }[]>
    acknowledge(actor: Actor, alarmId: string, address?: string): Promise<void>
  }
  reportDesk: ReportDesk
  advice: DispatchAdvice
  duties: DutyStore
  plannedEvents: PlannedEventStore
  newId: NewId
  /** Creates the device with a new secret, which is the answer. */
  adopt: (device: NewDevice) => Promise<string>
  deviceTrust: DeviceTrust
  /** Of the gateway's own broker; undefined: devices use another. */
  mqttPort: () => number | undefined
  /** Devices that send more than they may, by id. */
  throttled: () => ReadonlyMap<string, Throttle>
  users: UserStore
  sessions: SessionStore
  verifyPassword: (passwordHash: string, password: string) => Promise<boolean>
  hashPassword: (password: string) => Promise<string>
  newPassword: () => string
  newSecret: () => string
  tokens: TokenStore
  vault: Vault
  firstStart: FirstStart
  audit: AuditLog
  retention: RetentionStore
  /** What the time series take on the disk, and how that goes on. */
  seriesSizes: () => Promise<SeriesSizes>
  calendar: CalendarDesk
  backups: Backups
  /** The health page, kept up to date by itself. */
  health: {
    current(): Health
    /** Returns how to stop. */
    onChange(listener: (health: Health) => void): () => void
  }
  /** What is told outside the house, and through what. */
  notices: {
    desk: ChannelDesk
    channels: Pick<ChannelStore, 'list' | 'rules'>
    deliveries: Pick<DeliveryStore, 'list' | 'get' | 'read'>
    push: Pick<PushStore, 'keys' | 'add' | 'removeEndpoint'>
    /** Why this browser cannot be told, as a sentence; undefined: it can. */
    browserProblem: (subscription: PushSubscriptionKeys) => string | undefined
  }
  live: Pick<LiveRelay, 'watch' | 'viewers'>
  cameras: {
    desk: CameraDesk
    hand: CameraHand
    book: CameraBook
    link: CameraLink
    stills: Pick<Stills, 'take'>
    evidence: Pick<EvidenceLog, 'stillsOf'>
    mappings: EventMappings
    acceptView: (device: string) => Promise<void>
    /** What is known of its picture. */
    glance: (device: string) => {
      stillAt: number | null
      pictureFaults: string[]
      viewers: number
    }
  }
  video: {
    store: VideoStore
    desk: VideoDesk
    coverage: ReturnType<typeof createVideoCoverage>
  }
  patrols: {
    desk: PatrolDesk
    store: PatrolStore
    coverage: PatrolCoverage
    tags: TagWriter
    screens: PointScreens
    uploads: PatrolUploads
    reports: PatrolReports
    verification: Pick<PatrolVerification, 'of'>
    checkins: Pick<CheckinStore, 'list' | 'find'>
    checkinDesk: CheckinDesk
  }
  readiness: () => Promise<Readiness>
  samples: () => Promise<Sample[]>
}

export interface HttpOptions {
  /** True behind https: the cookie then never travels in the clear. */
  secure: boolean
  transport: Transport
  /** Networks whose X-Forwarded-… headers are believed. */
  trustedProxies: readonly string[]
  /** Origins beside the request's own host that may change state: the base URL's. */
  origins: readonly string[]
  /** Folder of the built screens. */
  screens: string
  version: string
  /** Stands in stream ids, so that a client of another installation starts anew. */
  installation: string
}
