import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  isSmall,
  longestEdge,
  shrinkPicture,
  shrunkSize,
} from '../../../dashboard/src/parts/shrink-picture.ts'

/** What is drawn is looked at in a browser: test/e2e/case-acts.test.ts. */

describe('the size of what is sent', () => {
  test.each([
    [
      { width: 4000, height: 3000 },
      { width: 1600, height: 1200 },
    ],
    [
      { width: 3000, height: 4000 },
      { width: 1200, height: 1600 },
    ],
    [
      { width: 1600, height: 900 },
      { width: 1600, height: 900 },
    ],
    [
      { width: 20, height: 10 },
      { width: 20, height: 10 },
    ],
    [
      { width: 50_000, height: 1 },
      { width: 1600, height: 1 },
    ],
  ])('%o becomes %o', (size, shrunk) => expect(shrunkSize(size)).toEqual(shrunk))

  test('keeps the shape, and never grows', () => {
    const edge = fc.integer({ min: 1, max: 20_000 })
    fc.assert(
      fc.property(edge, edge, (width, height) => {
        const shrunk = shrunkSize({ width, height })
        expect(Math.max(shrunk.width, shrunk.height)).toBeLessThanOrEqual(longestEdge)
        expect(shrunk.width).toBeLessThanOrEqual(width)
        expect(shrunk.height).toBeLessThanOrEqual(height)
        const share = Math.max(shrunk.width, shrunk.height) / Math.max(width, height)
        expect(Math.abs(shrunk.width - width * share)).toBeLessThanOrEqual(1)
        expect(Math.abs(shrunk.height - height * share)).toBeLessThanOrEqual(1)
      }),
    )
  })
})

test.each([
  ['image/jpeg', 500_000, 1600, true],
  ['image/jpeg', 500_000, 1601, false],
  ['image/jpeg', 2_000_000, 800, false],
  ['image/png', 500_000, 800, false],
] as const)('%s of %d bytes and %d across goes as it is: %s', (type, size, width, asItIs) =>
  expect(isSmall({ type, size }, { width, height: 10 })).toBe(asItIs),
)

test('what cannot be drawn here goes as it is', async () => {
  const file = new Blob(['no picture'], { type: 'image/jpeg' })
  expect(await shrinkPicture(file)).toBe(file)
})
