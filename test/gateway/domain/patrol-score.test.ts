import { describe, expect, it } from 'vitest'
import type { CheckinGrade } from '../../../gateway/domain/checkin.ts'
import { roundScore, streakDays } from '../../../gateway/domain/patrol-score.ts'

describe('the score of a round', () => {
  it.each<[string, boolean, CheckinGrade[], number]>([
    ['done by tags that sign', true, ['cryptographic', 'cryptographic'], 14],
    ['done by codes on a screen', true, ['dynamic', 'dynamic'], 14],
    ['done by stickers', true, ['static', 'static'], 12],
    ['done by hand', true, ['manual', 'manual'], 10],
    ['walked in part', false, ['cryptographic', 'static', 'manual'], 3],
    ['not walked', false, [], 0],
  ])('%s', (_name, isDone, grades, score) => {
    expect(roundScore(isDone, grades)).toBe(score)
  })
})

describe('a streak', () => {
  const well = { planned: 2, missed: 0, excused: 0 }
  const bad = { planned: 2, missed: 1, excused: 0 }
  const free = { planned: 0, missed: 0, excused: 0 }
  const storm = { planned: 2, missed: 0, excused: 2 }

  it.each([
    ['nothing yet', [], 0],
    ['every day', [well, well, well], 3],
    ['since the last that was missed', [well, bad, well, well], 2],
    ['missed yesterday', [well, well, bad], 0],
    ['a day without rounds neither counts nor ends it', [bad, well, free, well], 2],
    ['a storm neither counts nor ends it', [bad, well, storm, well], 2],
    ['excused in part, walked in part', [{ ...well, excused: 1 }], 1],
    ['only days without rounds', [free, storm], 0],
  ])('%s', (_name, days, streak) => {
    expect(streakDays(days)).toBe(streak)
  })
})
