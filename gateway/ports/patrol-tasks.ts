import type { CheckinMark } from '../domain/checkin.ts'
import type { Actor } from '../domain/person.ts'
import type { LonLat } from '../domain/place.ts'
import type { Verdict } from '../domain/verification.ts'

/** Tasks of verification, each of one case in one stretch of waiting for it. */

export interface TaskRow {
  id: string
  caseId: string
  team: string
  point: string | null
  village: string
  grid: string | null
  position: LonLat
  radiusM: number
  openedAt: number
}

/** What was asked, of whom, and who said before that it was done. */
export interface ClaimedTask extends TaskRow {
  doneBy: string | null
}

export interface CaseToVerify {
  id: string
  hazard: string
  village: string
  grid: string | null
  position: LonLat
}

/** A check-in that names an open task. */
export interface TaskCheckin {
  id: string
  /** Of the patroller; a person who was disabled since had been there all the same. */
  person: Actor
  at: number
  point: string | null
  grade: string
  marks: CheckinMark[]
  isVouched: boolean
  position: LonLat | null
  accuracyM: number | null
  verdict: Verdict | null
  note: string | null
  picture: string | null
  /** The picture was shown, or sent, before or for something else. */
  isOldPicture: boolean
}

export interface TaskView {
  id: string
  case: string
  number: string
  title: string
  hazard: string
  text: string | null
  village: string
  team: string
  lon: number
  lat: number
  radiusM: number
  point: string | null
  openedAt: number
  doneAt: number | null
  verdict: Verdict | null
}

export interface PatrolTaskStore {
  /** Cases that wait for verification, and for which nobody was asked since they began to. */
  untasked(limit: number): Promise<CaseToVerify[]>
  open(task: TaskRow): Promise<void>
  /** Done or not, newest first: of the team, or, without one, of the place. */
  list(of: { team: string | null; scope: string; doneSince: number }): Promise<TaskView[]>
  /** Open ones whose case still waits, with the version it has now, and their check-ins, oldest first. */
  claimed(limit: number): Promise<{ task: ClaimedTask; version: number; checkins: TaskCheckin[] }[]>
  /** Closes those whose case waits no more: by the check-in that did it, or by somebody at the desk. */
  closeSettled(now: number): Promise<void>
}
