import type { CheckinGrade } from './checkin.ts'

/** 积分 and streaks, of teams and villages only: nobody is ranked by name. */

const doneRoundScore = 10

/** A visit by hand is worth the round that it completes, and nothing by itself. */
const visitScores: Readonly<Record<CheckinGrade, number>> = {
  cryptographic: 2,
  dynamic: 2,
  static: 1,
  manual: 0,
}

/** Each point once a round, by its best proof: a tag that is tapped twice is worth one visit. */
export function roundScore(isDone: boolean, grades: Iterable<CheckinGrade>): number {
  let score = isDone ? doneRoundScore : 0
  for (const grade of grades) score += visitScores[grade]
  return score
}

interface DayOfRounds {
  planned: number
  missed: number
  excused: number
}

/**
 * Days in a row up to the last of `days`, which are over, on which nothing was missed. A day that
 * asked for nothing neither counts nor ends it.
 */
export function streakDays(days: readonly DayOfRounds[]): number {
  let streak = 0
  for (const { planned, missed, excused } of days.toReversed()) {
    if (missed > 0) return streak
    if (planned > excused) streak += 1
  }
  return streak
}
