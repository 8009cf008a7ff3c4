import { instantOnDay } from '../../../gateway/domain/town-time.ts'
import { roundState, type VideoRoundState } from '../../../gateway/domain/video-round.ts'
import type { VideoLookView, VideoRoundDetail, VideoRoundView } from '../api/types.ts'
import type { Span } from '../api/work-queries.ts'

/** The rounds of a day, what of them is to be done now, and the walk from camera to camera. Pure. */

export function spanOfDay(now: number, daysLater: number, zone: string): Span {
  return {
    from: instantOnDay(now, daysLater, 0, zone),
    to: instantOnDay(now, daysLater + 1, 0, zone),
  }
}

/** The last so many days, today among them. */
export function spanOfDays(now: number, days: number, zone: string): Span {
  return { from: instantOnDay(now, 1 - days, 0, zone), to: instantOnDay(now, 1, 0, zone) }
}

/** As of now: what the gateway said may be some seconds old. */
export function stateOf(round: VideoRoundView, now: number): VideoRoundState {
  return roundState(round, now)
}

export function isOpen(state: VideoRoundState): boolean {
  return state === 'due' || state === 'underWay'
}

export interface DayOfRounds {
  /** What ends first comes first. */
  now: VideoRoundView[]
  /** By beginning. */
  rest: VideoRoundView[]
  /** What begins next. */
  next: VideoRoundView | null
}

export function dayOfRounds(rounds: readonly VideoRoundView[], now: number): DayOfRounds {
  const isNow = (round: VideoRoundView) => isOpen(stateOf(round, now))
  const rest = rounds.filter((round) => !isNow(round)).toSorted((a, b) => a.dueFrom - b.dueFrom)
  return {
    now: rounds.filter(isNow).toSorted((a, b) => a.dueUntil - b.dueUntil),
    rest,
    next: rest.find((round) => stateOf(round, now) === 'planned') ?? null,
  }
}

export function lookAt(round: VideoRoundDetail, camera: string): VideoLookView | undefined {
  return round.looks.find((look) => look.camera === camera)
}

export function unseen(round: VideoRoundDetail): string[] {
  return round.cameras.map(({ id }) => id).filter((id) => !lookAt(round, id))
}

/** The first nobody looked at, else the first. */
export function firstToSee(round: VideoRoundDetail): string {
  return unseen(round)[0] ?? round.cameras[0]?.id ?? ''
}

/** One further in the walk; its ends hold. */
export function stepped(round: VideoRoundDetail, camera: string, by: 1 | -1): string {
  const ids = round.cameras.map(({ id }) => id)
  return ids[ids.indexOf(camera) + by] ?? camera
}

/** After a look: the next nobody looked at, from here on and then from the beginning; null: all were. */
export function nextToSee(round: VideoRoundDetail, camera: string): string | null {
  const left = new Set(unseen(round).filter((id) => id !== camera))
  const ids = round.cameras.map(({ id }) => id)
  const at = ids.indexOf(camera)
  return [...ids.slice(at + 1), ...ids.slice(0, at)].find((id) => left.has(id)) ?? null
}

/** What was answered becomes part of what is shown, before it is read again. */
export function withLook(round: VideoRoundDetail, look: VideoLookView): VideoRoundDetail {
  const looks = [...round.looks.filter(({ camera }) => camera !== look.camera), look]
  const reported = looks.filter(({ verdict }) => verdict === 'reported').length
  return { ...round, looks, looked: looks.length, reported }
}
