import { instantOnDay, localTime } from './town-time.ts'

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

/** Type of the event that a missed round is: of the first camera that was not looked at. */
export const videoRoundMissed = 'videoRoundMissed'

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

/** A round's window; both ends epoch ms. */
export interface RoundWindow {
  dueFrom: number
  dueUntil: number
}

/** 1 Monday … 7 Sunday. */
function isoWeekday(weekday: number): number {
  return weekday === 0 ? 7 : weekday
}

function minuteOf(clockTime: string): number {
  const [hours, minutes] = clockTime.split(':').map(Number) as [number, number]
  return hours * 60 + minutes
}

/** The plan's windows that end after `from` and open before `until`, by time. */
export function windowsOf(
  plan: Pick<VideoPlan, 'starts' | 'weekdays' | 'windowMin' | 'enabled'>,
  { from, until, timeZone }: { from: number; until: number; timeZone: string },
): RoundWindow[] {
  if (!plan.enabled) return []
  const windows: RoundWindow[] = []
  // One that opened yesterday evening may still be open.
  for (let day = -1; instantOnDay(from, day, 0, timeZone) < until; day++) {
    const noon = instantOnDay(from, day, 720, timeZone)
    if (!plan.weekdays.includes(isoWeekday(localTime(noon, timeZone).weekday))) continue
    for (const start of plan.starts) {
      const dueFrom = instantOnDay(from, day, minuteOf(start), timeZone)
      const dueUntil = dueFrom + plan.windowMin * 60_000
      if (dueUntil > from && dueFrom < until) windows.push({ dueFrom, dueUntil })
    }
  }
  return windows.toSorted((a, b) => a.dueFrom - b.dueFrom)
}

type Progress = Pick<VideoRound, 'dueFrom' | 'dueUntil' | 'signedAt' | 'excusedReason'> & {
  /** How many of its cameras were looked at. */
  looked: number
}

export function roundState(round: Progress, now: number): VideoRoundState {
  if (round.signedAt !== null) return 'done'
  if (round.excusedReason !== null) return 'excused'
  if (now < round.dueFrom) return 'planned'
  if (now < round.dueUntil) return round.looked > 0 ? 'underWay' : 'due'
  return round.looked > 0 ? 'incomplete' : 'missed'
}
