import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type EvaluationContext,
  evaluateLogTime,
  evaluateRule,
  fittingRuleState,
  initialRuleState,
  type RuleState,
  type Verdict,
} from '../../../gateway/domain/evaluate.ts'
import type { Observation } from '../../../gateway/domain/observation.ts'
import type { Condition, Rule } from '../../../gateway/domain/rule.ts'
import { event, reading } from '../pipeline/scenes.ts'

const start = 1_700_000_000_000
const s = 1000

function ruleWith(when: Condition): Rule {
  return {
    id: 'r',
    name: '规则',
    hazard: 'forestFire',
    severity: 'yellow',
    kinds: ['smokeSensor'],
    when,
  }
}

interface Step {
  observation: Observation
  neighbours?: [number, number][]
}

/** Evaluates a whole list; `stops` are places where the state goes through JSON, as in a restart. */
function run(rule: Rule, steps: readonly Step[], stops: readonly number[] = []) {
  let state: RuleState = initialRuleState(rule)
  let logTime = 0
  const verdicts: Verdict[] = []
  for (const [place, { observation, neighbours = [] }] of steps.entries()) {
    if (stops.includes(place)) {
      state = fittingRuleState(rule, JSON.parse(JSON.stringify(state)) as RuleState)
    }
    logTime = Math.max(logTime, observation.receivedAt)
    const context: EvaluationContext = {
      neighbours: () => neighbours.map(([observedAt, value]) => ({ observedAt, value })),
      logTime,
    }
    for (const evaluate of [
      () => evaluateLogTime(rule, state, logTime),
      () => evaluateRule(rule, state, observation, context),
    ]) {
      const { state: next, verdict } = evaluate()
      state = next
      if (verdict !== null) verdicts.push(verdict)
    }
  }
  return { verdicts, state }
}

/** Values of one property at seconds after the start. */
function values(property: 'smoke' | 'temperature' | 'battery', list: [number, number][]): Step[] {
  return list.map(([at, value]) => ({ observation: reading('d', property, start + at * s, value) }))
}

const brief = (verdicts: Verdict[]) => verdicts.map(({ kind, at }) => `${kind} ${(at - start) / s}`)

describe('threshold', () => {
  const smoke = ruleWith({
    property: 'smoke',
    above: 5,
    clearBelow: 3,
    onDelayS: 20,
    offDelayS: 60,
  })
  const cases: [string, Rule, Step[], string[]][] = [
    [
      'waits for its delay',
      smoke,
      values('smoke', [
        [0, 6],
        [10, 7],
        [20, 6],
      ]),
      ['raise 20'],
    ],
    [
      'forgets a peak',
      smoke,
      values('smoke', [
        [0, 6],
        [10, 4],
        [20, 6],
        [30, 6],
      ]),
      [],
    ],
    [
      'is not met by the limit itself',
      smoke,
      values('smoke', [
        [0, 5],
        [60, 5],
      ]),
      [],
    ],
    [
      'keeps in the deadband',
      smoke,
      values('smoke', [
        [0, 6],
        [20, 6],
        [30, 4],
        [100, 3],
        [200, 3],
      ]),
      ['raise 20'],
    ],
    [
      'clears below the lower limit after its delay',
      smoke,
      values('smoke', [
        [0, 6],
        [20, 6],
        [30, 2],
        [89, 2],
        [90, 2],
        [100, 2],
      ]),
      ['raise 20', 'clear 90'],
    ],
    [
      'starts the clearing delay anew after a relapse',
      smoke,
      values('smoke', [
        [0, 6],
        [20, 6],
        [30, 2],
        [60, 4],
        [70, 2],
        [100, 2],
        [130, 2],
      ]),
      ['raise 20', 'clear 130'],
    ],
    [
      'clears at the limit where no other is given',
      ruleWith({ property: 'smoke', above: 5 }),
      values('smoke', [
        [0, 6],
        [1, 5],
        [2, 5.1],
      ]),
      ['raise 0', 'clear 1', 'raise 2'],
    ],
    [
      'works downwards',
      ruleWith({ property: 'battery', below: 15, clearAbove: 25 }),
      values('battery', [
        [0, 15],
        [1, 14],
        [2, 25],
        [3, 26],
      ]),
      ['raise 1', 'clear 3'],
    ],
    [
      'works in both directions',
      ruleWith({ property: 'temperature', above: 40, below: 0 }),
      values('temperature', [
        [0, 41],
        [1, 20],
        [2, -1],
      ]),
      ['raise 0', 'clear 1', 'raise 2'],
    ],
    [
      'ignores other properties',
      smoke,
      values('temperature', [
        [0, 99],
        [30, 99],
      ]),
      [],
    ],
    [
      'ignores what is older than the last',
      smoke,
      values('smoke', [
        [0, 6],
        [10, 6],
        [5, 1],
        [10, 1],
        [20, 6],
      ]),
      ['raise 20'],
    ],
  ]
  it.each(cases)('%s', (_, rule, steps, expected) => {
    expect(brief(run(rule, steps).verdicts)).toEqual(expected)
  })

  it('tells value and limit', () => {
    const rule = ruleWith({ property: 'smoke', above: 5 })
    const [raise] = run(rule, values('smoke', [[0, 6]])).verdicts
    expect(raise).toMatchObject({ cause: { property: 'smoke', value: 6, limit: 5 } })
  })
})

describe('rise', () => {
  const heat = ruleWith({ property: 'temperature', riseBy: 15, withinS: 300 })

  it('the limit is the level that had to be reached from the lowest in the window', () => {
    const [raise] = run(
      heat,
      values('temperature', [
        [0, 30],
        [100, 20],
        [200, 36],
      ]),
    ).verdicts
    expect(raise).toMatchObject({ cause: { property: 'temperature', value: 36, limit: 35 } })
  })

  const cases: [string, [number, number][], string[]][] = [
    [
      'raises when it rises fast',
      [
        [0, 20],
        [100, 28],
        [300, 35],
      ],
      ['raise 300'],
    ],
    [
      'does not when it rises slowly',
      [
        [0, 20],
        [301, 34],
        [602, 48],
      ],
      [],
    ],
    [
      'counts from the lowest in the window',
      [
        [0, 30],
        [100, 20],
        [200, 36],
      ],
      ['raise 200'],
    ],
    [
      'clears when the window has passed',
      [
        [0, 20],
        [60, 40],
        [200, 40],
        [361, 40],
      ],
      ['raise 60', 'clear 361'],
    ],
    [
      'clears when it falls again',
      [
        [0, 20],
        [60, 40],
        [120, 21],
      ],
      ['raise 60', 'clear 120'],
    ],
    [
      'keeps with half of the rise',
      [
        [0, 20],
        [60, 40],
        [120, 30],
        [180, 36],
      ],
      ['raise 60'],
    ],
    [
      'ignores late values',
      [
        [0, 20],
        [60, 30],
        [30, 0],
        [90, 34],
      ],
      [],
    ],
  ]
  it.each(cases)('%s', (_, list, expected) => {
    expect(brief(run(heat, values('temperature', list)).verdicts)).toEqual(expected)
  })

  it('keeps a small state even of dense values', () => {
    const dense = Array.from({ length: 5000 }, (_, i): [number, number] => [i / 10, i / 400])
    const { state } = run(heat, values('temperature', dense))
    expect(JSON.stringify(state).length).toBeLessThan(3000)
  })

  it('agrees with a search through all values, where they are sparse', () => {
    const series = fc.array(
      fc.tuple(fc.integer({ min: 5, max: 90 }), fc.integer({ min: 0, max: 40 })),
      {
        maxLength: 60,
      },
    )
    fc.assert(
      fc.property(series, (deltas) => {
        let at = 0
        const list = deltas.map(([by, value]): [number, number] => [(at += by), value])
        let isActive = false
        const expected: string[] = []
        for (const [place, [now, value]] of list.entries()) {
          const window = list.slice(0, place + 1).filter(([then]) => then >= now - 300)
          const risen = value - Math.min(...window.map(([, v]) => v))
          const next: boolean = isActive ? risen >= 7.5 : risen >= 15
          if (next !== isActive) expected.push(`${next ? 'raise' : 'clear'} ${now}`)
          isActive = next
        }
        expect(brief(run(heat, values('temperature', list)).verdicts)).toEqual(expected)
      }),
    )
  })
})

const at = (second: number, value: number, neighbours: number[], ageMin = 0): Step => ({
  observation: reading('d', 'pm25', start + second * s, value),
  neighbours: neighbours.map((v) => [start + second * s - ageMin * 60 * s, v]),
})

describe('excess over neighbours', () => {
  const straw = ruleWith({
    property: 'pm25',
    excessOverNeighbours: 75,
    radiusKm: 15,
    minNeighbours: 3,
    onDelayS: 60,
    clearBelow: 35,
  })
  const calm = [20, 22, 24]
  const cases: [string, Step[], string[]][] = [
    ['raises above the median', [at(0, 110, calm), at(60, 110, calm)], ['raise 60']],
    [
      'is not fooled by one wild neighbour',
      [at(0, 110, [20, 22, 24, 900]), at(60, 110, [20, 22, 24, 900])],
      ['raise 60'],
    ],
    ['says nothing of haze', [at(0, 180, [170, 175, 190]), at(60, 180, [170, 175, 190])], []],
    ['says nothing with too few', [at(0, 200, [20, 22]), at(60, 200, [20, 22])], []],
    ['says nothing with old values', [at(0, 200, calm, 31), at(60, 200, calm, 31)], []],
    [
      'goes on through a gap of neighbours',
      [at(0, 200, calm), at(30, 200, []), at(60, 200, calm)],
      ['raise 60'],
    ],
    [
      'starts anew after a normal value',
      [at(0, 200, calm), at(30, 30, calm), at(60, 200, calm)],
      [],
    ],
    [
      'clears by the excess',
      [at(0, 200, calm), at(60, 200, calm), at(90, 60, calm), at(120, 56, calm)],
      ['raise 60', 'clear 120'],
    ],
    [
      'does not clear without neighbours',
      [at(0, 200, calm), at(60, 200, calm), at(90, 20, [])],
      ['raise 60'],
    ],
  ]
  it.each(cases)('%s', (_, steps, expected) => {
    expect(brief(run(straw, steps).verdicts)).toEqual(expected)
  })

  it('tells the neighbours’ median and the limit', () => {
    const [raise] = run(straw, [at(0, 110, calm), at(60, 120, calm)]).verdicts
    expect(raise).toMatchObject({
      cause: { property: 'pm25', value: 120, neighbours: 22, limit: 97 },
    })
  })
})

describe('events', () => {
  const fire = ruleWith({ event: ['fire', 'smoke'], minConfidence: 0.5, count: 2, withinS: 60 })
  const help = ruleWith({ event: ['help'] })
  type Of = Partial<Parameters<typeof event>[2]> & object
  const at = (second: number, of: Of = {}): Step => ({
    observation: event('d', start + second * s, of),
  })
  const cases: [string, Rule, Step[], string[]][] = [
    ['counts within its time', fire, [at(0), at(60)], ['raise 60']],
    ['does not count beyond it', fire, [at(0), at(61), at(140)], []],
    ['counts two types together', fire, [at(0), at(10, { type: 'smoke' })], ['raise 10']],
    ['leaves out the unsure', fire, [at(0, { confidence: 0.4 }), at(10, { confidence: 0.5 })], []],
    ['leaves out other types', fire, [at(0, { type: 'motion' }), at(1, { type: 'motion' })], []],
    ['leaves out the unknown', help, [at(0, { type: 'help', state: 'unknown' })], []],
    [
      'holds until all types are clear',
      fire,
      [
        at(0, { state: 'active' }),
        at(1, { type: 'smoke', state: 'active' }),
        at(2, { state: 'clear' }),
        at(3, { type: 'smoke', state: 'unknown' }),
        at(900),
        at(2000, { type: 'smoke', state: 'clear' }),
      ],
      ['raise 0', 'clear 2000'],
    ],
    ["takes a device's own verdict at once", fire, [at(0, { state: 'active' })], ['raise 0']],
    [
      'counts guesses of a state',
      fire,
      [at(0, { state: 'active', confidence: 0.9 }), at(9, { state: 'active', confidence: 0.9 })],
      ['raise 9'],
    ],
    ['raises on one press', help, [at(0, { type: 'help' })], ['raise 0']],
    [
      'lets go of a pulse after a while',
      help,
      [at(0, { type: 'help' }), at(299, { type: 'x' }), at(300, { type: 'x' })],
      ['raise 0', 'clear 300'],
    ],
    [
      'holds longer with each repeat',
      help,
      [
        at(0, { type: 'help' }),
        at(200, { type: 'help' }),
        at(400, { type: 'x' }),
        at(500, { type: 'x' }),
      ],
      ['raise 0', 'clear 500'],
    ],
    ['counts a late event', fire, [at(100), at(70), at(200, { type: 'x' })], ['raise 70']],
    [
      'is not raised by what came before its end',
      help,
      [at(0, { type: 'help' }), at(400, { type: 'x' }), at(100, { type: 'help' })],
      ['raise 0', 'clear 300'],
    ],
    [
      'is not cleared by a late clear',
      help,
      [at(10, { type: 'help', state: 'active' }), at(5, { type: 'help', state: 'clear' })],
      ['raise 10'],
    ],
  ]
  it.each(cases)('%s', (_, rule, steps, expected) => {
    expect(brief(run(rule, steps).verdicts)).toEqual(expected)
  })

  it('tells what was seen', () => {
    const seen = { confidence: 0.9, bearingDeg: 212, picture: 'abc' }
    const [raise] = run(fire, [at(0), at(1, seen)]).verdicts
    expect(raise).toMatchObject({ cause: { event: 'fire', ...seen } })
  })
})

describe('any rule over any log', () => {
  const conditions: Condition[] = [
    { property: 'smoke', above: 5, clearBelow: 3, onDelayS: 20, offDelayS: 30 },
    { property: 'smoke', below: 2 },
    { property: 'smoke', riseBy: 4, withinS: 40 },
    {
      property: 'smoke',
      excessOverNeighbours: 4,
      radiusKm: 1,
      minNeighbours: 2,
      onDelayS: 10,
      clearBelow: 2,
    },
    { event: ['fire'], count: 2, withinS: 30, minConfidence: 0.5 },
    { event: ['fire', 'smoke'] },
  ]
  const observation: fc.Arbitrary<Observation> = fc.oneof(
    fc
      .tuple(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 0, max: 10 }))
      .map(([at, value]) => reading('d', 'smoke', start + at * s, value)),
    fc
      .record({
        at: fc.integer({ min: 0, max: 600 }),
        type: fc.constantFrom('fire', 'smoke', 'x'),
        state: fc.constantFrom('active', 'clear', 'unknown', 'pulse'),
        confidence: fc.constantFrom(undefined, 0.2, 0.9),
        late: fc.integer({ min: 0, max: 900 }),
      })
      .map(({ at, late, ...of }) =>
        event('d', start + at * s, { ...of, receivedAt: start + (at + late) * s }),
      ),
  )
  const neighbours = fc.array(
    fc.tuple(fc.constant(start), fc.integer({ min: 0, max: 10 })) as fc.Arbitrary<[number, number]>,
    { maxLength: 4 },
  )
  const log = fc.array(fc.record({ observation, neighbours }), { maxLength: 80 })

  it.each(conditions)('%o', (when) => {
    const rule = ruleWith(when)
    fc.assert(
      fc.property(log, fc.array(fc.nat(80)), (steps, stops) => {
        const { verdicts, state } = run(rule, steps)
        // Raise and clear take turns, beginning with raise, and the state remembers which it was.
        for (const [place, { kind }] of verdicts.entries()) {
          expect(kind).toBe(place % 2 === 0 ? 'raise' : 'clear')
        }
        expect(state.active).toBe(verdicts.length % 2 === 1)
        // From any checkpoint, and again from the start, the same.
        expect(run(rule, steps, stops)).toEqual({ verdicts, state })
        expect(run(rule, steps)).toEqual({ verdicts, state })
      }),
    )
  })
})
