import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { distanceM } from '../../../gateway/domain/place.ts'
import {
  type SimilarCandidate,
  type SimilarSubject,
  similarTo,
  similarWindow,
} from '../../../gateway/domain/similar.ts'

const minute = 60_000
const window = { withinM: 500, withinMin: 60 }

function subject(over: Partial<SimilarSubject> = {}): SimilarSubject {
  const openedAt = over.openedAt ?? 1_000 * minute
  return {
    id: 'new',
    hazard: 'strawBurning',
    lon: 106.7,
    lat: 29.2,
    openedAt,
    lastSeenAt: openedAt,
    ...over,
  }
}

function candidate(id: string, over: Partial<SimilarCandidate> = {}): SimilarCandidate {
  return { ...subject(over), id, isOpen: true, grid: null, ...over }
}

/** So many metres north. */
const north = (metres: number) => ({ lat: 29.2 + metres / 111_195 })
const ids = (all: readonly { id: string }[]) => all.map(({ id }) => id)

describe('the window', () => {
  it.each([
    ['as alarms of the hazard are correlated', [1000, 60], [1000, 60]],
    ['500 m and a day where distance joins nothing', [null, 60], [500, 1440]],
    ['also where they join only at the very place', [0, 30], [0, 30]],
  ] as const)('is %s', (_name, [correlateM, correlateMin], [withinM, withinMin]) => {
    expect(similarWindow({ correlateM, correlateMin })).toEqual({ withinM, withinMin })
  })
})

describe('a case', () => {
  it.each<[string, Partial<SimilarCandidate>, boolean]>([
    ['at the same place and time', {}, true],
    ['just inside the distance', north(499), true],
    ['just outside', north(502), false],
    ['of another hazard', { hazard: 'environment' }, false],
    ['that has ended', { isOpen: false }, false],
    ['an hour before', { openedAt: 940 * minute }, true],
    ['more than an hour before', { openedAt: 939 * minute }, false],
    ['an hour after', { openedAt: 1_060 * minute }, true],
    [
      'that began long ago and was seen again lately',
      { openedAt: 100 * minute, lastSeenAt: 990 * minute },
      true,
    ],
  ])('%s', (_name, over, isSimilar) => {
    expect(ids(similarTo(subject(), [candidate('other', over)], window))).toEqual(
      isSimilar ? ['other'] : [],
    )
  })

  it('is not similar to itself', () => {
    expect(similarTo(subject(), [candidate('new')], window)).toEqual([])
  })

  it('comes with how far and how long apart it is', () => {
    const [found] = similarTo(
      subject(),
      [candidate('other', { ...north(120), openedAt: 985 * minute })],
      window,
    )
    expect(found?.distanceM).toBeCloseTo(120, 0)
    expect(found?.minutesApart).toBe(15)
  })

  it('that still goes on is no time apart', () => {
    const going = candidate('other', { openedAt: 10 * minute, lastSeenAt: 2_000 * minute })
    expect(similarTo(subject(), [going], window)).toMatchObject([{ minutesApart: 0 }])
  })
})

describe('the order', () => {
  it('is the nearest first, then the least time apart, then by id', () => {
    const all = [
      candidate('far', north(300)),
      candidate('late', { ...north(10), openedAt: 950 * minute }),
      candidate('near-b', north(10)),
      candidate('near-a', north(10)),
    ]
    expect(ids(similarTo(subject(), all, window))).toEqual(['near-a', 'near-b', 'late', 'far'])
  })
})

const anyCandidate = fc.record({
  id: fc.stringMatching(/^[a-e]{1,3}$/),
  hazard: fc.constantFrom('strawBurning', 'environment'),
  lon: fc.double({ min: 106.69, max: 106.71, noNaN: true }),
  lat: fc.double({ min: 29.19, max: 29.21, noNaN: true }),
  isOpen: fc.boolean(),
  grid: fc.constantFrom(null, 'g1', 'g2'),
  openedAt: fc.integer({ min: 900, max: 1_100 }).map((at) => at * minute),
  stays: fc.integer({ min: 0, max: 200 }),
})

const many = fc
  .uniqueArray(anyCandidate, { selector: ({ id }) => id, maxLength: 40 })
  .map((all) =>
    all.map(({ stays, ...one }) => ({ ...one, lastSeenAt: one.openedAt + stays * minute })),
  )

describe('whatever there is', () => {
  it('all that is offered is open, of the hazard, near, recent, sorted, and nothing is left out', () => {
    fc.assert(
      fc.property(many, fc.integer({ min: 1, max: 2000 }), (candidates, withinM) => {
        const found = similarTo(subject(), candidates, { withinM, withinMin: 30 })
        const offered = new Set(ids(found))
        expect(offered.size).toBe(found.length)
        for (const [index, one] of found.entries()) {
          expect(one.distanceM).toBeGreaterThanOrEqual(found[index - 1]?.distanceM ?? 0)
          expect(one.minutesApart).toBeLessThanOrEqual(30)
        }
        for (const one of candidates) {
          const away = distanceM([one.lon, one.lat], [106.7, 29.2])
          const now = 1_000 * minute
          const gap = Math.max(now - one.lastSeenAt, one.openedAt - now, 0)
          const fits =
            one.isOpen && one.hazard === 'strawBurning' && away <= withinM && gap <= 30 * minute
          expect([one.id, offered.has(one.id)]).toEqual([one.id, fits])
        }
      }),
    )
  })

  it('with a grid, all of it is near, however far', () => {
    fc.assert(
      fc.property(many, (candidates) => {
        const near = new Set(ids(similarTo(subject(), candidates, window)))
        const found = new Set(ids(similarTo(subject(), candidates, { ...window, grid: 'g1' })))
        const everywhere = { ...window, withinM: 1e9 }
        for (const { id } of similarTo(subject(), candidates, everywhere)) {
          const isInGrid = candidates.find((one) => one.id === id)?.grid === 'g1'
          expect([id, found.has(id)]).toEqual([id, near.has(id) || isInGrid])
        }
        expect([...near].every((id) => found.has(id))).toBe(true)
      }),
    )
  })

  it('is mutual: what is similar to a case finds it similar too', () => {
    fc.assert(
      fc.property(many, (candidates) => {
        for (const found of similarTo(subject(), candidates, window)) {
          const other = candidates.find(({ id }) => id === found.id) as SimilarCandidate
          const back = similarTo(other, [candidate('new')], window)
          expect(back).toHaveLength(1)
          expect(back[0]?.distanceM).toBeCloseTo(found.distanceM, 6)
          expect(back[0]?.minutesApart).toBe(found.minutesApart)
        }
      }),
    )
  })
})
