import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeTap, type Tap } from '../../../gateway/domain/tag-tap.ts'

const tap = (counter: number, at: number): Tap => ({ counter, at })
const none = { same: null, below: null, above: null }

describe('a tap', () => {
  it.each([
    ['the first of a tag', tap(5, 100), none, 'first'],
    ['a higher one', tap(9, 100), { ...none, below: tap(5, 90) }, 'first'],
    ['a higher one of a clock that is behind', tap(9, 80), { ...none, below: tap(5, 90) }, 'first'],
    ['the same again', tap(5, 100), { ...none, same: tap(5, 100) }, 'again'],
    ['the same under another time', tap(5, 10), { ...none, same: tap(5, 90) }, 'again'],
    ['one made before a known one', tap(5, 100), { ...none, above: tap(6, 101) }, 'late'],
    ['one at the same time', tap(5, 100), { ...none, above: tap(6, 100) }, 'again'],
    ['one kept for later', tap(5, 200), { ...none, above: tap(6, 100) }, 'again'],
    ['one between two', tap(5, 100), { same: null, below: tap(4, 90), above: tap(6, 110) }, 'late'],
    [
      'one before what was tapped before it',
      tap(5, 80),
      { same: null, below: tap(4, 90), above: tap(6, 110) },
      'again',
    ],
  ] as const)('%s', (_, made, beside, use) => expect(judgeTap(made, beside)).toBe(use))
})

/** A tag that is tapped at times that rise; the taps are heard in any order, some more than once. */
describe('in whatever order they are heard', () => {
  const heard = fc
    .uniqueArray(fc.nat(500), { minLength: 1, maxLength: 12 })
    .map((times) => times.toSorted((a, b) => a - b).map((at, counter) => tap(counter, at)))
    .chain((taps) => fc.tuple(fc.constant(taps), fc.array(fc.constantFrom(...taps))))

  function hear(order: readonly Tap[]) {
    const known = new Map<number, Tap>()
    return order.map((one) => {
      const others = [...known.values()].toSorted((a, b) => a.counter - b.counter)
      const use = judgeTap(one, {
        same: known.get(one.counter) ?? null,
        below: others.findLast(({ counter }) => counter < one.counter) ?? null,
        above: others.find(({ counter }) => counter > one.counter) ?? null,
      })
      if (use !== 'again') known.set(one.counter, one)
      return use
    })
  }

  it('each honest tap counts once', () => {
    fc.assert(
      fc.property(heard, ([, order]) => {
        const uses = hear(order)
        const counted = order.filter((_, n) => uses[n] !== 'again')
        expect(new Set(counted)).toEqual(new Set(order))
        expect(counted).toHaveLength(new Set(order).size)
      }),
    )
  })

  it('one that was kept counts no more once somebody tapped after it', () => {
    fc.assert(
      fc.property(heard, fc.nat(500), ([taps], later) => {
        const [kept, ...others] = taps as [Tap, ...Tap[]]
        const last = others.at(-1)
        if (!last) return
        const uses = hear([...others, { ...kept, at: last.at + later }])
        expect(uses.at(-1)).toBe('again')
      }),
    )
  })
})
