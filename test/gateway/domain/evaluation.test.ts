import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CaseState } from '../../../gateway/domain/case.ts'
import type { Facts } from '../../../gateway/domain/case-acts.ts'
import {
  type Evaluation,
  type EvaluationRow,
  evaluateMonth,
  monthIn,
  outcomeOf,
} from '../../../gateway/domain/evaluation.ts'
import type { EvaluatedAlarm } from '../../../gateway/domain/evaluation-days.ts'
import type { EvaluatedCase, TimelineRow } from '../../../gateway/domain/evaluation-steps.ts'
import type { Town } from '../../../gateway/domain/town.ts'
import { sampleTown } from '../pipeline/sample-town.ts'

const minute = 60_000
const day = 1440 * minute
const town: Town = sampleTown()
const month = '2026-11'
const { startsAt, endsAt } = monthIn(month, town.timeZone)
const villages = town.places.filter(({ level }) => level === 'village')
const noon = Date.UTC(2026, 10, 9, 4)
const now = endsAt + 40 * day

const states: Record<string, CaseState> = {
  accept: 'accepted',
  dispatch: 'dispatched',
  sign: 'handling',
  sendBack: 'accepted',
  feedback: 'verifying',
  suspend: 'suspended',
  resume: 'handling',
  resumed: 'handling',
  verify: 'closed',
  rework: 'handling',
  reopen: 'accepted',
  void: 'void',
  merge: 'merged',
}

type Step = [afterMin: number, act: string, facts?: Facts]

let made = 0

function aCase(steps: readonly Step[], over: Partial<EvaluatedCase> = {}): EvaluatedCase {
  const openedAt = over.openedAt ?? noon
  let at = openedAt
  let state: CaseState = 'reported'
  const timeline = steps.map(([afterMin, act, facts = {}]): TimelineRow => {
    at += afterMin * minute
    const moves = states[act]
    const row = { at, act, fromState: state, toState: moves ?? state, facts }
    if (moves !== undefined) state = moves
    return row
  })
  const opened = {
    at: openedAt,
    act: 'opened',
    fromState: null,
    toState: 'reported',
    facts: {},
  } as const
  return {
    id: `c-${++made}`,
    hazard: 'forestFire',
    village: villages[0]?.code ?? '',
    state,
    openedAt,
    holder: null,
    isFalseAlarm: false,
    plannedEvent: null,
    timeline: [opened, ...timeline],
    ...over,
  }
}

function evaluate(
  cases: readonly EvaluatedCase[],
  alarms: readonly EvaluatedAlarm[] = [],
  at = now,
): Evaluation {
  const outcomes = cases.map((one) => outcomeOf(one, town, at))
  const context = { month, town, now: at, villages, deviceName: (id: string) => `设备 ${id}` }
  return evaluateMonth(outcomes, alarms, context)
}

function ofVillage(evaluation: Evaluation): EvaluationRow {
  const row = evaluation.villages.find(({ id }) => id === villages[0]?.code)
  if (row === undefined) throw new Error('the village is missing')
  return row
}

const rowOf = (...steps: Step[]) => ofVillage(evaluate([aCase(steps)]))

const toTeam: Facts = { toKind: 'team', to: '红袖标1队' }
/** Accepted, dispatched and signed for in time: 3, 5 and 5 minutes are allowed, then 120. */
const signed: Step[] = [
  [2, 'accept'],
  [4, 'dispatch', toTeam],
  [4, 'sign'],
]

describe('steps', () => {
  it.each<[string, Step[], Partial<EvaluationRow['onTime']>]>([
    ['in time', [...signed, [119, 'feedback']], { accept: 1, dispatch: 1, sign: 1, handle: 1 }],
    ['to the last moment', [...signed, [120, 'feedback']], { handle: 1 }],
    ['accepted late', [[4, 'accept']], { accept: 0 }],
    ['handled late', [...signed, [121, 'feedback']], { handle: 0 }],
    ['never accepted', [], { accept: 0, dispatch: null }],
    [
      'sent back in time',
      [
        [2, 'accept'],
        [4, 'dispatch'],
        [4, 'sendBack'],
      ],
      { sign: null },
    ],
    [
      'sent back too late',
      [
        [2, 'accept'],
        [4, 'dispatch'],
        [6, 'sendBack'],
      ],
      { sign: 0 },
    ],
    [
      'suspended in between',
      [...signed, [100, 'suspend'], [9999, 'resume'], [19, 'feedback']],
      { handle: 1 },
    ],
    [
      'suspended, then too long',
      [...signed, [100, 'suspend'], [9, 'resumed'], [21, 'feedback']],
      { handle: 0 },
    ],
    [
      'suspended when it was late',
      [...signed, [121, 'suspend'], [9, 'resume'], [0, 'feedback']],
      { handle: 0 },
    ],
    [
      'longer by a granted extension',
      [...signed, [60, 'grantExtension', { until: noon + 400 * minute }], [300, 'feedback']],
      { handle: 1 },
    ],
    [
      'later than the extension',
      [...signed, [60, 'grantExtension', { until: noon + 400 * minute }], [400, 'feedback']],
      { handle: 0 },
    ],
    [
      'an extension only asked for',
      [...signed, [60, 'extend', { until: noon + 999 * minute }], [100, 'feedback']],
      { handle: 0 },
    ],
    ['passed up in time', [...signed, [100, 'passUp'], [100, 'feedback']], { handle: 1 }],
    ['passed up too late', [...signed, [121, 'passUp'], [1, 'feedback']], { handle: 0 }],
    [
      'escalated by its clock',
      [...signed, [120, 'overdue'], [0, 'escalated'], [1, 'feedback']],
      { handle: 0 },
    ],
    [
      'reworked: each time by itself',
      [...signed, [121, 'feedback'], [9, 'rework'], [60, 'feedback']],
      { handle: 0.5 },
    ],
  ])('%s', (_, steps, onTime) => expect(rowOf(...steps).onTime).toMatchObject(onTime))

  it('an open step counts only once it is late', () => {
    const open = aCase([[2, 'accept']])
    const early = ofVillage(evaluate([open], [], noon + 7 * minute))
    expect(early.onTime).toEqual({ accept: 1, dispatch: null, sign: null, handle: null })
    expect(ofVillage(evaluate([open], [], noon + 8 * minute)).onTime.dispatch).toBe(0)
  })

  it('a suspended case is not late, however long', () => {
    expect(rowOf(...signed, [10, 'suspend']).onTime.handle).toBeNull()
  })

  it('working hours: from Friday evening to Monday morning nothing runs', () => {
    // 13 November 2026 is a Friday; 17:00 in Shanghai.
    const openedAt = Date.UTC(2026, 10, 13, 9)
    const steps: Step[] = [[60 * 63.75, 'accept']]
    const row = ofVillage(evaluate([aCase(steps, { openedAt, hazard: 'environment' })]))
    // Half an hour on Friday and a quarter of an hour on Monday.
    expect(row.medianMinutes.accept).toBe(45)
    expect(row.onTime.accept).toBe(1)
  })
})

describe('rates, medians, points', () => {
  it('of one full case', () => {
    const row = rowOf(...signed, [60, 'feedback'], [10, 'verify'], [5, 'evaluate', { score: 4 }])
    expect(row).toEqual({
      id: villages[0]?.code,
      name: villages[0]?.name,
      opened: 1,
      closed: 1,
      onTime: { accept: 1, dispatch: 1, sign: 1, handle: 1 },
      returnRate: 0,
      reworkRate: 0,
      medianMinutes: { accept: 2, dispatch: 4, sign: 4, handle: 60, close: 80 },
      meanScore: 4,
      points: 98,
    })
  })

  it('what is unknown is weighted again', () => {
    const soon = noon + 3 * minute
    const accepted = ofVillage(evaluate([aCase([[2, 'accept']])], [], soon))
    expect(accepted).toMatchObject({ points: 100, onTime: { accept: 1, dispatch: null } })
    // 20 × half of them and 15 for what did not come back, of 35.
    const late = aCase([
      [2, 'accept'],
      [6, 'dispatch'],
    ])
    expect(ofVillage(evaluate([late], [], noon + 9 * minute)).points).toBe(71.4)
    expect(ofVillage(evaluate([])).points).toBeNull()
  })

  it('returned, reworked, reopened', () => {
    const row = rowOf(
      ...signed,
      [1, 'sendBack'],
      [1, 'dispatch', toTeam],
      [1, 'sign'],
      [1, 'feedback'],
      [1, 'rework'],
      [1, 'feedback'],
      [1, 'verify'],
      [1, 'evaluate', { score: 2 }],
      [1, 'reopen'],
      [1, 'dispatch', toTeam],
    )
    expect(row).toMatchObject({ returnRate: 1 / 3, reworkRate: 1 / 2, closed: 0, meanScore: 2 })
    expect(row.medianMinutes.close).toBeNull()
  })

  it('medians of an even number lie between', () => {
    const cases = [[1], [2], [3], [9]].map(([after = 0]) => aCase([[after, 'accept']]))
    expect(ofVillage(evaluate(cases)).medianMinutes.accept).toBe(2.5)
  })
})

describe('whose it is', () => {
  const closed: Step[] = [...signed, [9, 'feedback'], [9, 'verify']]

  it('the unit it was given to, else the one of the hazard', () => {
    const given = aCase([
      [2, 'accept'],
      [3, 'dispatch', { toKind: 'unit', to: '农服中心' }],
    ])
    const { units } = evaluate([aCase(closed), given])
    const found = new Map(units.map(({ id, opened }) => [id, opened]))
    expect(found).toEqual(
      new Map([
        ['农服中心', 1],
        ['应急办', 1],
      ]),
    )
  })

  it('the team that sent it back, until another has it', () => {
    const back: Step[] = [...signed, [1, 'sendBack']]
    expect(evaluate([aCase(back)]).teams.map(({ id }) => id)).toEqual(['红袖标1队'])
    const on: Step[] = [...back, [1, 'dispatch', { toKind: 'team', to: '红袖标2队' }]]
    expect(evaluate([aCase(on)]).teams.map(({ id }) => id)).toEqual(['红袖标2队'])
  })

  it('a person is no row', () => {
    const given = aCase(
      [
        [2, 'accept'],
        [3, 'dispatch', { toKind: 'user', to: 'u-chen' }],
      ],
      {
        holder: { kind: 'user', id: 'u-chen' },
      },
    )
    const evaluation = evaluate([given])
    expect(evaluation.teams).toEqual([])
    expect(JSON.stringify(evaluation)).not.toContain('u-chen')
  })

  it('villages without a case stand at the end', () => {
    const evaluation = evaluate([aCase(closed)])
    expect(evaluation.villages).toHaveLength(villages.length)
    expect(evaluation.villages[0]?.points).not.toBeNull()
    expect(evaluation.villages.at(-1)).toMatchObject({ opened: 0, points: null })
  })
})

describe('what is not counted', () => {
  const late = aCase([...signed, [500, 'feedback'], [1, 'verify']])
  const excluded: [string, EvaluatedCase][] = [
    ['a device fault', aCase([[9999, 'accept']], { hazard: 'deviceFault' })],
    ['a merged case', aCase([[9999, 'merge', { into: 'c' }]])],
    ['a false alarm', aCase([[9999, 'void', { falseAlarm: true }]], { isFalseAlarm: true })],
    ['a voided case', aCase([[9999, 'void']])],
  ]

  it.each(excluded)('%s changes no row', (_, one) => {
    const without = evaluate([late])
    const withIt = evaluate([late, one])
    for (const part of ['villages', 'units', 'teams', 'days'] as const) {
      expect(withIt[part]).toEqual(without[part])
    }
  })

  it('device faults are counted as left out', () => {
    expect(evaluate(excluded.map(([, one]) => one)).excluded.deviceFaults).toBe(1)
  })

  it('suspended minutes, also of what is still suspended', () => {
    const past = aCase([...signed, [1, 'suspend'], [30, 'resume']])
    const present = aCase([...signed, [1, 'suspend']])
    const at = noon + 111 * minute
    expect(evaluate([past, present], [], at).excluded.suspendedMinutes).toBe(130)
  })
})

const anAlarm = (over: Partial<EvaluatedAlarm>): EvaluatedAlarm => ({
  device: 'd1',
  village: villages[0]?.code ?? '',
  hazard: 'forestFire',
  raisedAt: noon,
  clearedAt: null,
  silentSince: null,
  isFalse: false,
  ...over,
})

describe('devices', () => {
  it('false alarms of each, the worst first; faults and other months are not theirs', () => {
    const { devices } = evaluate(
      [],
      [
        anAlarm({}),
        anAlarm({ device: 'd2', isFalse: true }),
        anAlarm({ device: 'd2' }),
        anAlarm({ device: 'd3', hazard: 'deviceFault', silentSince: noon }),
        anAlarm({ device: 'patrol-r1', hazard: 'patrolMissed' }),
        anAlarm({ device: 'd4', raisedAt: startsAt - 1 }),
        anAlarm({ device: 'd4', raisedAt: endsAt }),
      ],
    )
    expect(
      devices.map(({ id, name, alarms, falseAlarms, falseAlarmRate }) => ({
        id,
        name,
        alarms,
        falseAlarms,
        falseAlarmRate,
      })),
    ).toEqual([
      { id: 'd2', name: '设备 d2', alarms: 2, falseAlarms: 1, falseAlarmRate: 0.5 },
      { id: 'd1', name: '设备 d1', alarms: 1, falseAlarms: 0, falseAlarmRate: 0 },
    ])
  })

  it.each<[string, Partial<EvaluatedAlarm>[], number]>([
    ['from the last word to the first', [{ silentSince: noon, clearedAt: noon + 60 * minute }], 60],
    [
      'only within the month',
      [{ silentSince: startsAt - day, clearedAt: startsAt + 5 * minute }],
      5,
    ],
    ['until the month ends', [{ silentSince: endsAt - 7 * minute, clearedAt: null }], 7],
    [
      'two rules of one device once',
      [
        { silentSince: noon, clearedAt: noon + 60 * minute },
        { silentSince: noon + 30 * minute, clearedAt: noon + 90 * minute },
      ],
      90,
    ],
    [
      'two devices each',
      [
        { silentSince: noon, clearedAt: noon + 60 * minute },
        { device: 'd2', silentSince: noon, clearedAt: noon + 60 * minute },
      ],
      120,
    ],
    ['other faults are no silence', [{ clearedAt: noon + 60 * minute }], 0],
  ])('offline: %s', (_, alarms, minutes) => {
    const silences = alarms.map((one) => anAlarm({ hazard: 'deviceFault', ...one }))
    expect(evaluate([], silences).excluded.offlineMinutes).toBe(minutes)
  })
})

describe('months', () => {
  it.each([
    ['2026-11', 'Asia/Shanghai', '2026-10-31T16:00Z', '2026-11-30T16:00Z'],
    ['2028-02', 'Asia/Shanghai', '2028-01-31T16:00Z', '2028-02-29T16:00Z'],
    ['2026-12', 'Asia/Shanghai', '2026-11-30T16:00Z', '2026-12-31T16:00Z'],
    ['2026-03', 'Europe/Berlin', '2026-02-28T23:00Z', '2026-03-31T22:00Z'],
    ['2026-07', 'Pacific/Kiritimati', '2026-06-30T10:00Z', '2026-07-31T10:00Z'],
    ['2026-07', 'Pacific/Pago_Pago', '2026-07-01T11:00Z', '2026-08-01T11:00Z'],
  ])('%s in %s', (name, zone, from, to) => {
    expect(monthIn(name, zone)).toEqual({ startsAt: Date.parse(from), endsAt: Date.parse(to) })
  })
})

/** Random but possible: only acts that the state knows, at growing times. */
const possible: Record<string, string[]> = {
  reported: ['accept', 'void', 'merge', 'passUp', 'escalated'],
  accepted: ['dispatch', 'passUp'],
  dispatched: ['sign', 'sendBack', 'escalated'],
  handling: ['feedback', 'sendBack', 'suspend', 'passUp', 'grantExtension'],
  suspended: ['resume', 'resumed', 'grantExtension'],
  verifying: ['verify', 'rework'],
  closed: ['evaluate', 'reopen'],
  void: [],
  merged: [],
}

const anyCase: fc.Arbitrary<EvaluatedCase> = fc
  .record({
    dice: fc.array(fc.tuple(fc.nat(9), fc.integer({ min: 0, max: 3000 })), { maxLength: 14 }),
    hazard: fc.constantFrom(...town.hazards.map(({ id }) => id)),
    village: fc.constantFrom(...villages.map(({ code }) => code)),
    openedAt: fc.integer({ min: startsAt, max: endsAt - 1 }),
  })
  .map(({ dice, ...over }) => {
    let state: CaseState = 'reported'
    let at = over.openedAt
    const steps: Step[] = []
    for (const [die, after] of dice) {
      const acts: string[] = possible[state] ?? []
      const act: string | undefined = acts[die % acts.length]
      if (act === undefined) break
      at += after * minute
      const facts: Facts =
        act === 'dispatch'
          ? { toKind: 'team', to: `${die}队` }
          : { score: 1 + (die % 5), until: at + after * minute }
      steps.push([after, act, facts])
      state = states[act] ?? state
    }
    return aCase(steps, over)
  })

const allRows = ({ villages: a, units: b, teams: c }: Evaluation) => [...a, ...b, ...c]

describe('whatever the month', () => {
  it('rates lie between 0 and 1, points between 0 and 100, medians among the times', () => {
    fc.assert(
      fc.property(fc.array(anyCase, { maxLength: 30 }), (cases) => {
        const times = cases.map((one) => outcomeOf(one, town, now).way)
        for (const row of allRows(evaluate(cases))) {
          const rates = [...Object.values(row.onTime), row.returnRate, row.reworkRate]
          for (const rate of rates) if (rate !== null) expect(rate >= 0 && rate <= 1).toBe(true)
          if (row.points !== null) expect(row.points >= 0 && row.points <= 100).toBe(true)
          if (row.meanScore !== null) expect(row.meanScore >= 1 && row.meanScore <= 5).toBe(true)
          expect(row.closed).toBeLessThanOrEqual(row.opened)
          for (const step of ['accept', 'dispatch', 'sign', 'handle'] as const) {
            const value = row.medianMinutes[step]
            if (value === null) continue
            const all = times.flatMap(({ samples }) => samples).filter((one) => one.step === step)
            const known = all.map(({ minutes }) => minutes).filter((one) => one !== null)
            expect(value).toBeGreaterThanOrEqual(Math.min(...known))
            expect(value).toBeLessThanOrEqual(Math.max(...known))
          }
        }
      }),
      { numRuns: 60 },
    )
  })

  it('the order of cases and alarms does not matter', () => {
    const alarm = fc
      .record({
        device: fc.constantFrom('d1', 'd2', 'd3'),
        village: fc.constantFrom(...villages.map(({ code }) => code)),
        hazard: fc.constantFrom('forestFire', 'deviceFault'),
        raisedAt: fc.integer({ min: startsAt - day, max: endsAt + day }),
        silentSince: fc.option(fc.integer({ min: startsAt - day, max: endsAt })),
        isFalse: fc.boolean(),
      })
      .map((over) => anAlarm(over))
    const shuffled = <T>(one: fc.Arbitrary<T>) =>
      fc
        .array(one, { maxLength: 15 })
        .chain((list) =>
          fc.tuple(
            fc.constant(list),
            fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
          ),
        )
    fc.assert(
      fc.property(shuffled(anyCase), shuffled(alarm), ([a, b], [c, d]) => {
        expect(evaluate(b, d)).toEqual(evaluate(a, c))
      }),
      { numRuns: 60 },
    )
  })

  it('a case that is left out changes no figure', () => {
    const out = anyCase.map((one) => ({ ...one, hazard: 'deviceFault' }))
    fc.assert(
      fc.property(fc.array(anyCase, { maxLength: 15 }), out, (cases, one) => {
        expect(allRows(evaluate([...cases, one]))).toEqual(allRows(evaluate(cases)))
      }),
      { numRuns: 60 },
    )
  })
})
