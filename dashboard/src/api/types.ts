/** The shapes of the HTTP API, types only: the validators stay on the server. */

export type {
  CameraChange,
  CameraStill,
  CameraView,
  FoundCamera,
  NewCamera,
  ProbeAnswer,
  PtzAct,
  PtzAnswer,
} from '../../../gateway/http/schemas/cameras.ts'
export type {
  CheckinView,
  NewPoint,
  NewRoute,
  PatrolCoverageView,
  PatrolRoundView,
  PatrolSeason,
  PointBody,
  PointView,
  RouteBody,
  RouteView,
} from '../../../gateway/http/schemas/patrol.ts'
export type {
  MadeScreen,
  PointScreenView,
  RotatingCode,
  ScreenCode,
  TagSetting,
} from '../../../gateway/http/schemas/patrol-tags.ts'
export type {
  Account,
  NewUserBody,
  TokenView,
  UserView,
} from '../../../gateway/http/schemas/people.ts'
export type {
  ChannelView,
  DeliveryView,
  DutyPerson,
  DutyView,
  EvaluationRow,
  EvaluationView,
  NewPlannedEvent,
  NewReport,
  NoticeRuleView,
  PlannedEventView,
  Similar,
  Suggestion,
  WorkCalendarView,
} from '../../../gateway/http/schemas/queue.ts'
export type {
  CalibrationView,
  NewCalibration,
  SeriesSize,
} from '../../../gateway/http/schemas/series.ts'
export type { SetupBody, SetupState } from '../../../gateway/http/schemas/setup.ts'
export type {
  AuditEntryView,
  AuditVerdict,
  BackupView,
  Health,
  HealthItem,
  PurgeView,
  RetainedKind,
  Retention,
} from '../../../gateway/http/schemas/trust.ts'
export type {
  NewVideoLook,
  NewVideoPlan,
  VideoCoverageView,
  VideoLookView,
  VideoPlanView,
  VideoRoundDetail,
  VideoRoundView,
} from '../../../gateway/http/schemas/video.ts'
export type {
  AlarmView,
  Board,
  CaseAction,
  CaseDetail,
  CaseView,
  DeviceView,
  HazardView,
  Load,
  PlaceView,
  Problem,
  QuarantineView,
  SeriesView,
  Session,
  TimelineEntry,
} from '../../../gateway/http/schemas.ts'

export interface Page<T> {
  items: T[]
  nextCursor: string | null
}
