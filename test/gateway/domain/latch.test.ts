import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  initialLatch,
  type LatchDelays,
  type LatchInput,
  type LatchState,
  latch,
  never,
} from '../../../gateway/domain/latch.ts'

interface Step {
  after: number
  input: LatchInput
}

const step: fc.Arbitrary<Step> = fc.record({
  after: fc.integer({ min: 1, max: 40 }),
  input: fc.constantFrom<LatchInput>('beyond', 'between', 'cleared'),
})
const delays: fc.Arbitrary<LatchDelays> = fc.record({
  onDelayMs: fc.integer({ min: 0, max: 100 }),
  offDelayMs: fc.integer({ min: 0, max: 100 }),
})

function run(steps: { at: number; input: LatchInput }[], by: LatchDelays) {
  const states: LatchState[] = []
  let state = initialLatch()
  for (const { at, input } of steps) states.push((state = latch(state, at, input, by)))
  return states
}

function timed(steps: Step[]) {
  let at = 1000
  return steps.map(({ after, input }) => ({ at: (at += after), input }))
}

describe('the latch', () => {
  it('begins inactive, before any observation, in a form that survives JSON', () => {
    expect(initialLatch()).toEqual({ kind: 'latch', active: false, at: never, since: null })
    expect(JSON.parse(JSON.stringify(initialLatch()))).toEqual(initialLatch())
  })

  it('changes only after the whole delay was asked for, without a break', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 50 }), delays, (made, by) => {
        const steps = timed(made)
        const states = run(steps, by)
        for (const [place, state] of states.entries()) {
          const before = states[place - 1]?.active ?? false
          // How long the values up to here have asked for the other, searched the slow way.
          const asked: LatchInput = before ? 'cleared' : 'beyond'
          let first = place
          const lastChange = states.findLastIndex(
            (other, i) => i < place && other.active !== (states[i - 1]?.active ?? false),
          )
          while (first - 1 > lastChange && steps[first - 1]?.input === asked) first -= 1
          const here = steps[place] as (typeof steps)[number]
          const asks = here.input === asked
          const waited = here.at - (steps[first] as (typeof steps)[number]).at
          const isChange = asks && waited >= (before ? by.offDelayMs : by.onDelayMs)
          expect(state.active).toBe(isChange ? !before : before)
          expect(state.at).toBe(here.at)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('never changes in the deadband', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 50 }), delays, (made, by) => {
        const steps = timed(made)
        const states = run(steps, by)
        for (const [place, { input }] of steps.entries()) {
          if (input !== 'between') continue
          expect(states[place]?.active).toBe(states[place - 1]?.active ?? false)
          expect(states[place]?.since).toBeNull()
        }
      }),
    )
  })
})
