/** The shapes of the HTTP API, types only: the validators stay on the server. */
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
