import { describe, expect, it } from 'vitest'
import {
  countEvent,
  type EventState,
  expireHold,
  initialEvents,
} from '../../../gateway/domain/event-count.ts'
import type { DeviceEvent } from '../../../gateway/domain/observation.ts'
import type { EventCondition } from '../../../gateway/domain/rule.ts'
import { event } from '../pipeline/scenes.ts'

const start = 1_700_000_000_000
const s = 1000
const minute = 60 * s

type Sent = [second: number, of?: Partial<DeviceEvent>]

function after(when: EventCondition, ...sent: Sent[]): EventState {
  return sent.reduce(
    (state, [second, of]) =>
      countEvent(state, when, event('d', start + second * s, of), start + second * s),
    initialEvents(),
  )
}

const fire: EventCondition = { event: ['fire', 'smoke'], minConfidence: 0.5, count: 2, withinS: 60 }
const help: EventCondition = { event: ['help'] }
const press: Partial<DeviceEvent> = { type: 'help' }

describe('what counts', () => {
  const sure: [string, Partial<DeviceEvent>, boolean][] = [
    ['no confidence: the device vouches', {}, true],
    ['just enough', { confidence: 0.5 }, true],
    ['too little', { confidence: 0.499 }, false],
    ['none at all', { confidence: 0 }, false],
    ['the other type', { type: 'smoke' }, true],
    ['another type', { type: 'motion' }, false],
    ['an unknown state', { state: 'unknown' }, false],
    ['active', { state: 'active' }, true],
  ]
  it.each(sure)('%s', (_, of, counts) => {
    expect(after(fire, [0, of], [10, of]).active).toBe(counts)
  })

  it('changes nothing at all for what does not concern it', () => {
    const state = after(fire, [0])
    for (const of of [{ type: 'x' }, { state: 'unknown' }, { confidence: 0.1 }] as const) {
      expect(countEvent(state, fire, event('d', start + s, of), start)).toBe(state)
    }
  })

  it('keeps no more times than it counts, whatever the device sends', () => {
    const many = Array.from({ length: 500 }, (_, i): Sent => [i * 100])
    expect(after(fire, ...many).times).toEqual([start + 498 * 100 * s, start + 499 * 100 * s])
  })

  it('counts over any time where none is given', () => {
    expect(after({ event: ['fire'], count: 3 }, [0], [5000], [90_000]).active).toBe(true)
    expect(after({ event: ['fire'], count: 3 }, [0], [5000]).active).toBe(false)
  })

  it('counts from the last two, not from the first', () => {
    expect(after(fire, [0], [100], [161], [221]).active).toBe(true)
    expect(after(fire, [0], [100], [161]).active).toBe(false)
  })
})

describe('what holds', () => {
  const held = after(help, [0, { ...press, state: 'active' }])

  it('an active event holds without end, until its own clear', () => {
    expect(expireHold(held, help, start + 1e12)).toBe(held)
    const cleared = countEvent(
      held,
      help,
      event('d', start + 9 * s, { ...press, state: 'clear' }),
      start,
    )
    expect(cleared).toMatchObject({ active: false, held: [], clearedAt: start + 9 * s })
  })

  it('a repeated active needs one clear only', () => {
    const twice = after(
      help,
      [0, { ...press, state: 'active' }],
      [5, { ...press, state: 'active' }],
      [9, { ...press, state: 'clear' }],
    )
    expect(twice.active).toBe(false)
  })

  it('a pulse holds five minutes of log time, or the time it is counted within', () => {
    const pulse = after(help, [0, press])
    expect(expireHold(pulse, help, start + 5 * minute - 1)).toBe(pulse)
    expect(expireHold(pulse, help, start + 5 * minute)).toMatchObject({
      active: false,
      clearedAt: start + 5 * minute,
    })
    const slow: EventCondition = { event: ['help'], withinS: 3600 }
    const long = after(slow, [0, press])
    expect(expireHold(long, slow, start + 59 * minute)).toBe(long)
    expect(expireHold(long, slow, start + 60 * minute).active).toBe(false)
  })

  it('ends a pulse by the time it was seen, when the log stood still meanwhile', () => {
    const pulse = after(help, [0, press])
    expect(expireHold(pulse, help, start + 600 * minute).clearedAt).toBe(start + 5 * minute)
  })

  it('a pulse beside an active type: the active one goes on holding', () => {
    const both = after(fire, [0, { state: 'active' }], [5, { type: 'smoke' }])
    const later = expireHold(both, fire, start + 10 * minute)
    expect(later).toMatchObject({ active: true, held: ['fire'], pulse: null })
    const cleared = countEvent(later, fire, event('d', start + 700 * s, { state: 'clear' }), start)
    expect(cleared.active).toBe(false)
  })

  it('the clear of one type leaves the pulse of the other', () => {
    const both = after(fire, [0, { state: 'active' }], [5, { type: 'smoke' }])
    const one = countEvent(both, fire, event('d', start + 6 * s, { state: 'clear' }), start)
    expect(one).toMatchObject({ active: true, held: [] })
    expect(one.pulse?.type).toBe('smoke')
  })

  it('a clear of something that never was changes nothing', () => {
    const pulse = after(fire, [0], [1])
    const clear = event('d', start + 2 * s, { type: 'smoke', state: 'clear' })
    expect(countEvent(pulse, fire, clear, start)).toBe(pulse)
  })

  it('a clear that was sent before what it would clear changes nothing', () => {
    const clear = event('d', start - s, { ...press, state: 'clear' })
    expect(countEvent(held, help, clear, start + minute)).toBe(held)
  })

  it('one event that did not suffice is forgotten with its hold', () => {
    const one = after(fire, [0])
    const later = expireHold(one, fire, start + 6 * minute)
    expect(later).toMatchObject({ active: false, pulse: null })
    expect(expireHold(later, fire, start + 9 * minute)).toBe(later)
  })

  it('after its end, only what is newer raises again', () => {
    const over = expireHold(after(help, [0, press]), help, start + 5 * minute)
    const old = event('d', start + 4 * minute, press)
    expect(countEvent(over, help, old, start + 6 * minute)).toBe(over)
    const fresh = event('d', start + 5 * minute, press)
    expect(countEvent(over, help, fresh, start + 6 * minute).active).toBe(true)
  })
})
