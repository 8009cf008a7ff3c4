import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EventMapping } from '../../../gateway/domain/camera-event.ts'
import {
  type CameraStates,
  expire,
  heldTypes,
  initialStates,
  losePath,
  nextEnd,
  settle,
  takeMessage,
} from '../../../gateway/domain/camera-event-state.ts'
import type { CameraMessage, PropertyOperation } from '../../../gateway/domain/camera-message.ts'

const start = 1_700_000_000_000

function mapping(type: string, holdS: number | null = null): EventMapping {
  const topic = `T/${type}`
  const rest = { hazard: 'forestFire', severity: 'red' } as const
  return { id: type, topic, item: 'State', values: ['true'], type, holdS, ...rest }
}

const mappings = [mapping('fire'), mapping('held', 60), mapping('tamper')]

type Said = [
  type: string,
  value: string,
  operation?: PropertyOperation,
  source?: string,
  s?: number,
]

function message([type, value, operation = 'changed', source = 'a']: Said): CameraMessage {
  return {
    topic: `T/${type}`,
    operation,
    source: [['Rule', source]],
    key: [],
    content: [['State', value]],
    at: null,
  }
}

function play(states: CameraStates, ...all: Said[]) {
  const said: string[] = []
  let next = states
  for (const one of all) {
    const taken = takeMessage(next, message(one), { mappings, now: start + (one[4] ?? 0) * 1000 })
    next = taken.states
    said.push(...taken.changes.map(({ type, state }) => `${type} ${state}`))
  }
  return { states: next, said }
}

const brief = (changes: readonly { type: string; state: string }[]) =>
  changes.map(({ type, state }) => `${type} ${state}`)

describe('what is news', () => {
  const rows: [string, Said[], string[]][] = [
    [
      'a change',
      [
        ['fire', 'true'],
        ['fire', 'false'],
      ],
      ['fire active', 'fire clear'],
    ],
    [
      'the same again is none',
      [
        ['fire', 'true'],
        ['fire', '1'],
        ['fire', 'true'],
      ],
      ['fire active'],
    ],
    ['a state told first, if it stands', [['fire', 'true', 'initialized']], ['fire active']],
    [
      'a state told again is none',
      [
        ['fire', 'true'],
        ['fire', 'true', 'initialized'],
      ],
      ['fire active'],
    ],
    ['a state that does not stand is none', [['fire', 'false', 'initialized']], []],
    [
      'an object that is gone',
      [
        ['fire', 'true'],
        ['fire', 'true', 'deleted'],
      ],
      ['fire active', 'fire clear'],
    ],
    ['an unknown object that is gone is none', [['fire', 'true', 'deleted']], []],
    [
      'a second object is none, and the last ends it',
      [
        ['fire', 'true', 'changed', 'a'],
        ['fire', 'true', 'changed', 'b'],
        ['fire', 'false', 'changed', 'a'],
        ['fire', 'false', 'changed', 'b'],
      ],
      ['fire active', 'fire clear'],
    ],
    [
      'what happens, without a state',
      [
        ['fire', 'true', null],
        ['fire', 'true', null],
      ],
      ['fire pulse', 'fire pulse'],
    ],
    [
      'what happens ends nothing',
      [
        ['fire', 'true'],
        ['fire', 'false', null],
      ],
      ['fire active'],
    ],
    [
      'what happens and is held',
      [
        ['held', 'true', null],
        ['held', 'true', null],
      ],
      ['held active'],
    ],
    ['what nobody maps is none', [['motion', 'true']], []],
  ]
  it.each(rows)('%s', (_, said, expected) => {
    expect(play(initialStates(), ...said).said).toEqual(expected)
  })

  it('is noted when nobody maps it, and not when it is gone', () => {
    const around = { mappings, now: start }
    expect(takeMessage(initialStates(), message(['motion', 'true']), around).isUnmapped).toBe(true)
    expect(takeMessage(initialStates(), message(['fire', 'false']), around).isUnmapped).toBe(false)
    const gone = message(['motion', 'true', 'deleted'])
    expect(takeMessage(initialStates(), gone, around).isUnmapped).toBe(false)
  })
})

describe('what is held for a time', () => {
  it('ends after so long without news, and not before', () => {
    const { states } = play(initialStates(), ['held', 'true', null])
    expect(nextEnd(states)).toBe(start + 60_000)
    expect(expire(states, start + 59_999).states).toBe(states)
    const over = expire(states, start + 60_000)
    expect(brief(over.changes)).toEqual(['held clear'])
    expect(nextEnd(over.states)).toBeNull()
  })

  it('is held longer by news', () => {
    const { states } = play(
      initialStates(),
      ['held', 'true', null],
      ['held', 'true', null, 'a', 50],
    )
    expect(nextEnd(states)).toBe(start + 110_000)
  })

  it('is not taken up again by a camera that is stuck, only by a change', () => {
    const stuck = expire(play(initialStates(), ['held', 'true']).states, start + 60_000).states
    expect(play(stuck, ['held', 'true', 'initialized']).said).toEqual([])
    expect(play(stuck, ['held', 'true']).said).toEqual(['held active'])
    const ended = play(stuck, ['held', 'false'], ['held', 'true', 'initialized'])
    expect(ended.said).toEqual(['held active'])
  })
})

describe('a path that is lost', () => {
  const standing = play(initialStates(), ['fire', 'true'], ['tamper', 'true']).states
  const lost = losePath(standing)

  it('makes everything unknown and nothing clear', () => {
    expect(brief(lost.changes)).toEqual(['fire unknown', 'tamper unknown'])
    expect(heldTypes(lost.states)).toEqual(['fire', 'tamper'])
    expect(losePath(lost.states).changes).toEqual([])
  })

  it('found again: what stands is told, what the camera does not name is over', () => {
    const again = play(lost.states, ['fire', 'true', 'initialized'])
    expect(again.said).toEqual(['fire active'])
    expect(brief(settle(again.states).changes)).toEqual(['tamper clear'])
    expect(heldTypes(settle(again.states).states)).toEqual(['fire'])
  })

  it('found again: what ended meanwhile is over by its word', () => {
    expect(play(lost.states, ['fire', 'false', 'initialized']).said).toEqual(['fire clear'])
  })
})

describe('after a restart', () => {
  it('nothing is raised twice and no end is lost', () => {
    const restored = initialStates(['fire', 'tamper'])
    expect(heldTypes(restored)).toEqual(['fire', 'tamper'])
    const told = play(restored, ['fire', 'true', 'initialized'], ['tamper', 'false', 'initialized'])
    expect(told.said).toEqual(['fire active'])
    expect(brief(settle(told.states).changes)).toEqual(['tamper clear'])
  })
})

describe('whatever a camera says', () => {
  const said: fc.Arbitrary<Said> = fc.tuple(
    fc.constantFrom('fire', 'held', 'tamper', 'motion'),
    fc.constantFrom('true', 'false', 'odd'),
    fc.constantFrom<PropertyOperation>('initialized', 'changed', 'deleted', null),
    fc.constantFrom('a', 'b', 'c'),
    fc.integer({ min: 0, max: 300 }),
  )
  const step = fc.oneof(
    { weight: 8, arbitrary: said },
    fc.constantFrom('lose', 'settle', 'expire' as const),
  )

  it('each type is told active, clear and unknown in turn, as what is held says', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let states = initialStates()
        const now = new Map<string, string>()
        for (const one of steps) {
          const next =
            typeof one !== 'string'
              ? takeMessage(states, message(one), { mappings, now: start })
              : { lose: losePath, settle, expire: (s: CameraStates) => expire(s, start + 1e9) }[
                  one
                ](states)
          states = next.states
          for (const { type, state } of next.changes) {
            if (state === 'pulse') continue
            expect(now.get(type) ?? 'clear').not.toBe(state)
            now.set(type, state)
          }
        }
        const standing = [...now].filter(([, state]) => state !== 'clear').map(([type]) => type)
        expect(heldTypes(states)).toEqual(standing.sort())
      }),
    )
  })

  it('the memory has an end', () => {
    let states = initialStates()
    for (let i = 0; i < 1_000; i++) {
      states = takeMessage(states, message(['held', 'true', 'changed', `object-${i}`]), {
        mappings,
        now: start,
      }).states
    }
    expect(states.held.size).toBe(256)
    expect(expire(states, start + 1e9).states.overdue.size).toBe(256)
  })
})
