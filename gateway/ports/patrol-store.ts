import type { PatrolPoint, PatrolRound, PatrolRoute } from '../domain/patrol.ts'

/** One list of rounds; whoever gets one more asks for less. */
export const mostRounds = 2000

/** Points, routes and rounds. Scopes are place codes. */
export interface PatrolStore {
  points(scope: string): Promise<PatrolPoint[]>
  point(id: string): Promise<PatrolPoint | undefined>
  savePoint(point: PatrolPoint): Promise<void>
  removePoint(id: string): Promise<void>
  routes(scope: string): Promise<PatrolRoute[]>
  route(id: string): Promise<PatrolRoute | undefined>
  /** Replaces; rounds that were planned by it and have not begun by `now` go. */
  saveRoute(route: PatrolRoute, now: number): Promise<void>
  removeRoute(id: string, now: number): Promise<void>
  /** Those of a slot that was planned before stay as they are. Resolves with how many are new. */
  addRounds(rounds: readonly PlannedRound[]): Promise<number>
  /** Those that touch the span, by beginning; at most one more than `mostRounds`. */
  rounds(filter: RoundFilter): Promise<WalkedRound[]>
  round(id: string): Promise<WalkedRound | undefined>
  /** Another team walks it. */
  giveRound(id: string, team: string): Promise<void>
  excuse(ids: readonly string[], reason: string, by: string): Promise<void>
  /** Whose end nobody judged yet and that have begun by `now`, oldest first. */
  unsettled(now: number, limit: number): Promise<WalkedRound[]>
  /** Rounds of the route that are told as missed. */
  missedOf(route: string): Promise<WalkedRound[]>
  /** What is told of it, null: nothing any more; and whether its end was judged. What is left out stays. */
  note(
    id: string,
    told: { lateAt?: number | null; missedAt?: number | null; settledAt?: number | null },
  ): Promise<void>
  /** Told as missed, and walked or excused since: by check-ins that came late. */
  mended(limit: number): Promise<WalkedRound[]>
}

export interface RoundFilter {
  scope: string
  from: number
  to: number
  /** Only those that this team walks. */
  team?: string
}

export interface PlannedRound extends PatrolRound {
  /** When its shift says it begins, before chance moved it; one round a slot. */
  slotAt: number
}

export interface WalkedRound extends PlannedRound {
  /** First visit of each point that was visited in it. */
  visits: { point: string; at: number; checkin: string }[]
  /** Check-ins of it with marks that nobody looked at. */
  marked: number
  lateAt: number | null
  missedAt: number | null
  settledAt: number | null
}
