/** Who is on duty when. A person is on one duty at a time; to swap is to take away and to add. */

export interface Duty {
  id: string
  userId: string
  /** Epoch ms; the end is the first instant that is free again. */
  startsAt: number
  endsAt: number
}

export type DutySpan = Pick<Duty, 'startsAt' | 'endsAt'>

export const longestDutyMs = 24 * 3_600_000

export function overlaps(a: DutySpan, b: DutySpan): boolean {
  return a.startsAt < b.endsAt && b.startsAt < a.endsAt
}

/** Null: it is one; else what is wrong with it. */
export function dutyProblem({ startsAt, endsAt }: DutySpan): string | null {
  if (endsAt <= startsAt) return 'endsAt: a duty ends after it begins.'
  if (endsAt - startsAt > longestDutyMs) {
    return 'endsAt: a duty lasts at most 24 hours; enter a longer one as several.'
  }
  return null
}
