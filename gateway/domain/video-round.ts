/**
 * 视频巡查: a scheduled look at a list of cameras, signed off camera by camera. A plan makes rounds;
 * a round's state is derived from its window, its looks and its signature.
 */
export interface VideoPlan {
  id: string
  name: string
  /** Place code whose people may do it. */
  scope: string
  /** Device ids in the order of the walk. */
  cameras: string[]
  /** What to look for at each camera. */
  checklist: string[]
  /** Local times `HH:MM` at which its windows open, on these weekdays (1 Monday … 7 Sunday). */
  starts: string[]
  weekdays: number[]
  windowMin: number
  enabled: boolean
}

export const videoRoundStates = [
  'planned',
  'due',
  'underWay',
  'done',
  'incomplete',
  'missed',
  'excused',
] as const

export type VideoRoundState = (typeof videoRoundStates)[number]

export interface VideoRound {
  id: string
  plan: string
  name: string
  scope: string
  cameras: string[]
  checklist: string[]
  dueFrom: number
  dueUntil: number
  signedAt: number | null
  signedBy: string | null
  excusedReason: string | null
}

export interface VideoLook {
  round: string
  camera: string
  at: number
  by: string
  verdict: 'normal' | 'reported'
  /** Items of the check list that were not in order. */
  findings: string[]
  note: string | null
  case: string | null
  picture: string | null
}
