import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  differenceHash,
  hammingDistance,
  judgeView,
  newView,
  thumbHeight,
  thumbWidth,
  type ViewSample,
  type ViewState,
} from '../../../gateway/domain/view-hash.ts'

const thumbs = fc.uint8Array({ minLength: 72, maxLength: 72 })
const minute = 60_000
const still = { isTurned: false }
const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one)

/** A view with light from the left or from the right. */
function view(kind: 'rising' | 'falling' | 'black'): Uint8Array {
  return Uint8Array.from({ length: thumbWidth * thumbHeight }, (_, i) => {
    const column = i % thumbWidth
    if (kind === 'black') return 3
    return kind === 'rising' ? 20 * column : 200 - 20 * column
  })
}

function sample(change: Partial<ViewSample> & { at: number }): ViewSample {
  return { thumb: view('rising'), digest: String(change.at), hour: 10, ...change }
}

/** One sample a minute, each from the one before. */
function watch(samples: Omit<ViewSample, 'at'>[], from: ViewState = newView()): ViewState {
  return samples.reduce(
    (state, one, i) => judgeView(state, { ...one, at: i * minute }, still),
    from,
  )
}

test('a hash has 64 bits and differs from itself in none', () => {
  fc.assert(
    fc.property(thumbs, thumbs, (a, b) => {
      expect(differenceHash(a)).toMatch(/^[0-9a-f]{16}$/)
      expect(hammingDistance(differenceHash(a), differenceHash(a))).toBe(0)
      const there = hammingDistance(differenceHash(a), differenceHash(b))
      expect(there).toBe(hammingDistance(differenceHash(b), differenceHash(a)))
      expect(there).toBeLessThanOrEqual(64)
    }),
  )
})

test('brighter light changes no hash', () => {
  fc.assert(
    fc.property(thumbs, fc.integer({ min: 1, max: 50 }), (thumb, light) => {
      const dim = thumb.map((value) => value >> 1)
      const bright = dim.map((value) => value + light)
      expect(differenceHash(bright)).toBe(differenceHash(dim))
    }),
  )
})

describe('frozen', () => {
  const same = { thumb: view('rising'), digest: 'one', hour: 10 }

  test('is a picture that stays the same to the last bit for five minutes', () => {
    expect(watch(times(5, same)).faults).toEqual([])
    expect(watch(times(6, same)).faults).toEqual(['pictureFrozen'])
  })

  test('is not one with noise in it, and ends with the first other picture', () => {
    const living = Array.from({ length: 20 }, (_, i) => ({ ...same, digest: `n${i}` }))
    expect(watch(living).faults).toEqual([])
    const frozen = watch(times(8, same))
    expect(judgeView(frozen, sample({ at: 9 * minute }), still).faults).toEqual([])
  })

  test('is not told of two samples that lie far apart', () => {
    const first = judgeView(newView(), sample({ at: 0, digest: 'one' }), still)
    expect(judgeView(first, sample({ at: 60 * minute, digest: 'one' }), still).faults).toEqual([])
  })
})

describe('black', () => {
  const black = { thumb: view('black'), digest: 'b', hour: 23 }

  test('is believed after three samples, and is not called frozen, too', () => {
    expect(watch(times(2, black)).faults).toEqual([])
    expect(watch(times(9, black)).faults).toEqual(['pictureBlack'])
  })
})

describe('moved', () => {
  const home = { thumb: view('rising'), digest: 'x', hour: 10 }
  const away = { thumb: view('falling'), digest: 'y', hour: 10 }
  const noisy = (one: Omit<ViewSample, 'at'>, n: number) =>
    Array.from({ length: n }, (_, i) => ({ ...one, digest: `${one.digest}${i}` }))

  test('is another view than that of this time of the day, after three samples', () => {
    expect(watch([...noisy(home, 3), ...noisy(away, 2)]).faults).toEqual([])
    expect(watch([...noisy(home, 3), ...noisy(away, 3)]).faults).toEqual(['pictureMoved'])
  })

  test('ends when the view is back', () => {
    const moved = watch([...noisy(home, 3), ...noisy(away, 4)])
    expect(judgeView(moved, { ...home, digest: 'z', at: 99 * minute }, still).faults).toEqual([])
  })

  test('is not said of a camera that was turned on purpose', () => {
    let state = watch(noisy(home, 3))
    for (let i = 0; i < 9; i++) {
      state = judgeView(state, { ...away, digest: `t${i}`, at: i * minute }, { isTurned: true })
    }
    expect(state.faults).toEqual([])
  })

  test('night has a view of its own', () => {
    const night = noisy({ ...away, hour: 22 }, 5)
    expect(watch([...noisy(home, 3), ...night]).faults).toEqual([])
  })
})
