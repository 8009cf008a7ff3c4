import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Evaluation, EvaluationRow } from '../../../gateway/domain/evaluation.ts'
import { createEvaluator, type Evaluator } from '../../../gateway/pipeline/evaluation.ts'
import { createEvaluationRecords } from '../../../gateway/storage/evaluation-queries.ts'
import { naiveEvaluation } from './naive-evaluation.ts'
import {
  monthEnd,
  monthStart,
  type PlayedMonth,
  playedMonth,
  playSampleMonth,
} from './played-month.ts'

let played: PlayedMonth
let evaluator: Evaluator
let evaluation: Evaluation
let naive: Awaited<ReturnType<typeof naiveEvaluation>>

const townCode = '990101101'

function evaluatorOf(pageRows: number, mostCases?: number): Evaluator {
  const { db, clock, town, registry } = played
  return createEvaluator({
    records: createEvaluationRecords({
      db,
      town: () => townCode,
      pageRows,
      ...(mostCases !== undefined && { mostCases }),
    }),
    clock,
    town: () => town,
    deviceName: (id) => registry.get(id)?.name,
  })
}

beforeAll(async () => {
  played = await playSampleMonth(20261001, 180)
  evaluator = evaluatorOf(37)
  evaluation = await evaluator.evaluate(playedMonth, townCode)
  naive = await naiveEvaluation(played.db, played.town, {
    from: monthStart,
    to: monthEnd,
    now: played.clock.now(),
  })
}, 240_000)

afterAll(() => played.close())

function figuresOf({ id: _id, name: _name, points: _points, ...figures }: EvaluationRow) {
  return figures
}

/** The formula of the docstring, once more. */
function pointsOf({ onTime, returnRate, reworkRate, meanScore }: EvaluationRow): number | null {
  const firsts = [onTime.accept, onTime.dispatch, onTime.sign].filter((one) => one !== null)
  const first = firsts.length === 0 ? null : firsts.reduce((a, b) => a + b, 0) / firsts.length
  let weight = 0
  let sum = 0
  const add = (value: number | null, of: number) => {
    if (value === null) return
    weight += of
    sum += value * of
  }
  add(onTime.handle, 40)
  add(first, 20)
  add(returnRate === null ? null : 1 - returnRate, 15)
  add(reworkRate === null ? null : 1 - reworkRate, 15)
  add(meanScore === null ? null : meanScore / 5, 10)
  return weight === 0 ? null : (sum / weight) * 100
}

describe('a month of the sample town', () => {
  it('holds everything that can happen', async () => {
    const rows = await played.db
      .selectFrom('case_history')
      .select(['act', (e) => e.fn.countAll<number>().as('count')])
      .groupBy('act')
      .execute()
    const acts = new Set(rows.filter(({ count }) => count >= 3).map(({ act }) => act))
    const wanted = ['accept', 'dispatch', 'sign', 'sendBack', 'feedback', 'suspend', 'resume']
    wanted.push('resumed', 'rework', 'verify', 'evaluate', 'reopen', 'void', 'merge', 'passUp')
    wanted.push('extend', 'grantExtension', 'refuseExtension', 'overdue', 'escalated')
    wanted.push('alarm', 'cleared', 'reminder', 'remind', 'supervise', 'answer')
    expect(wanted.filter((act) => !acts.has(act))).toEqual([])
    expect(naive.counted.length).toBeGreaterThan(150)
  })

  it.each(['villages', 'units', 'teams'] as const)(
    'every figure of the %s is that of the raw history',
    (kind) => {
      const rows = evaluation[kind].filter(({ opened }) => opened > 0)
      expect(rows.map(({ id }) => id).sort()).toEqual([...naive[kind].keys()].sort())
      for (const row of rows)
        expect({ id: row.id, ...figuresOf(row) }).toEqual({
          id: row.id,
          ...naive[kind].get(row.id),
        })
      expect(rows.length).toBeGreaterThan(2)
    },
  )

  it('points follow the written formula, and the best stand first', () => {
    for (const rows of [evaluation.villages, evaluation.units, evaluation.teams]) {
      for (const row of rows) {
        const points = pointsOf(row)
        if (points === null) expect(row.points).toBeNull()
        else expect(Math.abs((row.points ?? 0) - points)).toBeLessThan(0.051)
      }
      const points = rows.map((row) => row.points ?? -1)
      expect(points).toEqual(points.toSorted((a, b) => b - a))
    }
  })

  it('the clocks of the house called late what the evaluation calls late', () => {
    const steps = naive.counted.flatMap((one) => one.steps).filter(({ granted }) => !granted)
    expect(steps.filter(({ onTime, hadOverdue }) => onTime === hadOverdue)).toEqual([])
    expect(steps.filter(({ onTime }) => !onTime).length).toBeGreaterThan(20)
  })

  it('what was left out is counted beside it', () => {
    expect(evaluation.excluded).toMatchObject({
      deviceFaults: naive.deviceFaults,
      plannedBurns: 0,
      suspendedMinutes: naive.suspendedMinutes,
      offlineMinutes: naive.offlineMinutes,
    })
    expect(naive.offlineMinutes).toBeGreaterThan(100)
    expect(naive.deviceFaults).toBeGreaterThan(3)
    expect(evaluation.excluded.suspendedMinutes).toBeGreaterThan(0)
  })

  it("false alarms are the device's", async () => {
    const alarms = await played.db.selectFrom('alarm').selectAll().execute()
    const cases = await played.db.selectFrom('case').selectAll().execute()
    const raised = alarms.filter(
      (one) =>
        one.hazard !== 'deviceFault' && one.raised_at >= monthStart && one.raised_at < monthEnd,
    )
    for (const device of evaluation.devices) {
      const own = raised.filter((one) => one.device === device.id)
      const wrong = own.filter((one) =>
        cases.some((row) => row.incident === one.incident && row.is_false_alarm === 1),
      )
      expect(device).toMatchObject({
        alarms: own.length,
        falseAlarms: wrong.length,
        falseAlarmRate: wrong.length / own.length,
      })
    }
    expect(evaluation.devices.reduce((sum, one) => sum + one.alarms, 0)).toBe(raised.length)
    expect(raised.length).toBeGreaterThan(0)
    expect(cases.some((row) => row.is_false_alarm === 1)).toBe(true)
  })

  it('every day of the month is there, and the days add up', () => {
    expect(evaluation.days).toHaveLength(31)
    expect(evaluation.days[0]?.day).toBe('2026-10-01')
    expect(evaluation.days[30]?.day).toBe('2026-10-31')
    const count = (of: 'opened' | 'closed') =>
      evaluation.days.reduce((sum, one) => sum + one[of], 0)
    expect(count('opened')).toBe(naive.counted.length)
    const closedInMonth = naive.counted.filter(
      ({ closedAt }) => closedAt !== null && closedAt < monthEnd,
    )
    expect(count('closed')).toBe(closedInMonth.length)
  })

  it('names no person', async () => {
    const text = JSON.stringify(evaluation)
    const people = await played.db.selectFrom('user').selectAll().execute()
    expect(people.length).toBeGreaterThan(20)
    for (const { id, username, display_name: name } of people) {
      for (const word of [id, username, name]) expect(text).not.toContain(`"${word}"`)
    }
  })
})

describe('how it was played', () => {
  it('by every rule of the town, and everybody in their role', async () => {
    const alarms = await played.db.selectFrom('alarm').select(['rule', 'state']).execute()
    expect(new Set(alarms.map(({ rule }) => rule))).toEqual(
      new Set(played.town.rules.map(({ id }) => id)),
    )
    expect(alarms.filter(({ state }) => state.startsWith('active'))).toEqual([])
    const acts = await played.db
      .selectFrom('case_history')
      .innerJoin('user', 'user.id', 'case_history.actor')
      .select(['case_history.act', 'user.role'])
      .distinct()
      .execute()
    const rolesOf = (act: string) => acts.filter((one) => one.act === act).map(({ role }) => role)
    expect(rolesOf('evaluate')).toEqual(['townAdmin'])
    expect(rolesOf('supervise')).toEqual(['supervisor'])
    expect(rolesOf('sign')).toEqual(expect.arrayContaining(['gridWorker', 'operator']))
    expect(rolesOf('accept')).toEqual(expect.arrayContaining(['operator', 'villageCadre']))
    // Somebody was faster now and then; nobody was where they may not be.
    expect(played.told.refused).toBeLessThan(played.told.acts / 20)
  })

  it('of alarms, residents, patrols, and only within the month', async () => {
    const cases = await played.db.selectFrom('case').select(['source', 'opened_at']).execute()
    for (const source of ['alarm', 'resident', 'patrol']) {
      expect(cases.filter((one) => one.source === source).length).toBeGreaterThan(20)
    }
    const times = cases.map((one) => one.opened_at)
    expect(Math.min(...times)).toBeGreaterThanOrEqual(monthStart)
    expect(Math.max(...times)).toBeLessThan(monthEnd)
  })
})

describe('reading the month', () => {
  it('is the same whatever the pages', async () => {
    for (const rows of [1000, 7]) {
      expect(await evaluatorOf(rows).evaluate(playedMonth, townCode)).toEqual(evaluation)
    }
  })

  it("a village's own evaluation is its part of the town's", async () => {
    const village = evaluation.villages.find(({ opened }) => opened > 0)
    const own = await evaluator.evaluate(playedMonth, village?.id ?? '')
    expect(own.villages).toEqual([village])
    expect(own.devices).toEqual(evaluation.devices.filter((one) => one.village === village?.id))
    const openedOf = (rows: EvaluationRow[]) => rows.reduce((sum, { opened }) => sum + opened, 0)
    expect(openedOf(own.units)).toBe(village?.opened)
  })

  it('months beside it know nothing of it but what is theirs', async () => {
    const before = await evaluator.evaluate('2026-09', townCode)
    expect(before.villages.every(({ opened, points }) => opened === 0 && points === null)).toBe(
      true,
    )
    expect(before.days).toHaveLength(30)
    expect(before.teams).toEqual([])
  })

  it('who asks at the same time gets the same answer', async () => {
    const first = evaluator.evaluate(playedMonth, townCode)
    expect(evaluator.evaluate(playedMonth, townCode)).toBe(first)
    await first
  })

  it('a month too large says what to do, and the next is answered', async () => {
    const small = evaluatorOf(10, 20)
    await expect(small.evaluate(playedMonth, townCode)).rejects.toThrow('ask for each village')
    expect((await small.evaluate('2026-09', townCode)).month).toBe('2026-09')
  })
})
