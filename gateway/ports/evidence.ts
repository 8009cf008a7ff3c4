import type { LonLat } from '../domain/place.ts'
import type { Severity } from '../domain/severity.ts'

/** What happened to cases that a camera should look at, and what the cameras saw. */
export interface EvidenceLog {
  /** Where the reader stands; what was before its first time is over. */
  position(): Promise<number>
  after(position: number, limit: number): Promise<CaseHappening[]>
  savePosition(position: number): Promise<void>
  /** Of this camera and case, since then. */
  countStills(camera: string, caseId: string, since: number): Promise<number>
  /** One more picture of the case: timeline, pictures and the camera's own list, together. */
  add(still: CaseStill): Promise<void>
  /** Newest first. */
  stillsOf(camera: string, limit: number): Promise<StillRow[]>
}

export interface CaseHappening {
  id: number
  caseId: string
  act: string
  /** A person did it; false: the gateway itself. */
  isByPerson: boolean
  at: number
  hazard: string
  severity: Severity
  /** Of the alarm, else of the case. */
  position: LonLat
  isOpen: boolean
  /** Device of the alarm, if an alarm it was. */
  device: string | null
}

export type StillCause = 'alarm' | 'cue' | 'round' | 'idle'

interface StillRow {
  device: string
  at: number
  sha256: string
  cause: StillCause
  case: string | null
}

export interface CaseStill {
  camera: string
  cameraName: string
  caseId: string
  at: number
  sha256: string
  cause: StillCause
  bearingDeg: number | null
}
