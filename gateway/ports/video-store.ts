import type { RoundWindow, VideoLook, VideoPlan, VideoRound } from '../domain/video-round.ts'

/** One list of rounds; whoever gets one more asks for less. */
export const mostRounds = 1000

/** Plans, rounds and looks of 视频巡查. */
export interface VideoStore {
  plans(scope: string): Promise<VideoPlan[]>
  plan(id: string): Promise<VideoPlan | undefined>
  /** Replaces; what was planned by it and not begun by `now` goes. */
  savePlan(plan: VideoPlan, now: number): Promise<void>
  removePlan(id: string, now: number): Promise<void>
  /** Rounds that are there already stay as they are. */
  addRounds(plan: VideoPlan, windows: readonly RoundWindow[]): Promise<number>
  /**
   * Those that touch the span, by beginning, with how many of their cameras were looked at; at most
   * one more than `mostRounds`.
   */
  rounds(filter: { scope: string; from: number; to: number }): Promise<CountedRound[]>
  round(id: string): Promise<CountedRound | undefined>
  looks(round: string): Promise<NamedLook[]>
  /** The latest look at a camera counts. */
  saveLook(look: VideoLook): Promise<void>
  sign(round: string, by: string, at: number): Promise<void>
  excuse(round: string, reason: string): Promise<void>
  /** Whose window ended and whose end nobody judged yet, oldest first. */
  unsettled(now: number, limit: number): Promise<CountedRound[]>
  settle(round: string, at: number): Promise<void>
  /** Looks of rounds in the span, by camera and instant. */
  looksBetween(from: number, to: number): Promise<{ camera: string; at: number }[]>
  /** By camera: when rounds that nobody excused were to begin. */
  plannedBetween(from: number, to: number): Promise<{ camera: string; at: number }[]>
}

export interface CountedRound extends VideoRound {
  looked: number
  reported: number
  /** Display name. */
  signer: string | null
  settledAt: number | null
}

export interface NamedLook extends VideoLook {
  /** Display name of `by`. */
  byName: string
  caseNumber: string | null
}
