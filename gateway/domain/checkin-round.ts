import type { PatrolRound } from './patrol.ts'

/** Which round a check-in belongs to. */

/** People begin a little early and end a little late. */
export const roundSlackMs = 10 * 60_000

export type OpenRound = Pick<
  PatrolRound,
  'id' | 'team' | 'points' | 'order' | 'minWalkS' | 'dueFrom' | 'dueUntil'
>

export interface RoundAsked {
  point: string
  at: number
  /** The round that the phone named. */
  named: string | null
  team: string | null
}

/** How far outside its own time, ms. */
function outsideMs({ dueFrom, dueUntil }: OpenRound, at: number): number {
  return Math.max(0, dueFrom - at, at - dueUntil)
}

/** The named one where it fits, else one of the own team, else any with that point that is open. */
export function roundOf<R extends OpenRound>(
  { point, at, named, team }: RoundAsked,
  rounds: readonly R[],
): R | undefined {
  const open = rounds.filter(
    (round) => outsideMs(round, at) <= roundSlackMs && round.points.includes(point),
  )
  const own = (round: R) => (team !== null && round.team === team ? 0 : 1)
  return (
    open.find(({ id }) => id === named) ??
    open.toSorted(
      (a, b) =>
        own(a) - own(b) ||
        outsideMs(a, at) - outsideMs(b, at) ||
        a.dueUntil - b.dueUntil ||
        (a.id < b.id ? -1 : 1),
    )[0]
  )
}
