import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  edgeMiddle,
  maskKeyOf,
  mostCorners,
  movedMask,
  newMask,
  withCorner,
  withNewCorner,
  withoutCorner,
} from '../../../dashboard/src/cameras/mask-shapes.ts'
import type { PrivacyMask } from '../../../gateway/domain/camera.ts'
import { cameraChangeSchema } from '../../../gateway/http/schemas/cameras.ts'

const square: PrivacyMask = [
  [0.2, 0.2],
  [0.4, 0.2],
  [0.4, 0.4],
  [0.2, 0.4],
]

describe('an area', () => {
  test('a new one lies within, beside those that are there', () => {
    const some = [0, 1, 2, 3, 9].map(newMask)
    expect(cameraChangeSchema.safeParse({ masks: some }).success).toBe(true)
    expect(newMask(1)).not.toEqual(newMask(0))
  })
  test('moves as a whole and stops at the edge', () => {
    expect(movedMask(square, 0.1, 0)[0]).toEqual([0.3, 0.2])
    expect(movedMask(square, 5, -5)).toEqual([
      [0.8, 0],
      [1, 0],
      [1, 0.2],
      [0.8, 0.2],
    ])
  })
  test('a corner goes where it is drawn, and no farther than the picture', () => {
    expect(withCorner(square, 2, [0.9, 0.7])[2]).toEqual([0.9, 0.7])
    expect(withCorner(square, 0, [-3, 1.4])[0]).toEqual([0, 1])
  })
  test('a new corner stands halfway along its edge, also along the last', () => {
    expect(edgeMiddle(square, 0)).toEqual([0.3, 0.2])
    expect(withNewCorner(square, 3)).toEqual([...square, [0.2, 0.3]])
  })
  test('has three corners at least and 24 at most', () => {
    const triangle = withoutCorner(square, 0)
    expect(triangle).toHaveLength(3)
    expect(withoutCorner(triangle, 0)).toBe(triangle)
    let many = square
    for (let times = 0; times < 40; times++) many = withNewCorner(many, 0)
    expect(many).toHaveLength(mostCorners)
  })
  test('whatever is done to it, the gateway takes it', () => {
    const place = fc.double({ min: -2, max: 3, noNaN: true })
    const act = fc.record({
      kind: fc.constantFrom('move', 'corner', 'add', 'remove'),
      index: fc.nat(30),
      x: place,
      y: place,
    })
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
        const mask = acts.reduce((now, { kind, index, x, y }) => {
          const at = index % now.length
          if (kind === 'move') return movedMask(now, x, y)
          if (kind === 'corner') return withCorner(now, at, [x, y])
          return kind === 'add' ? withNewCorner(now, at) : withoutCorner(now, at)
        }, square)
        expect(cameraChangeSchema.safeParse({ masks: [mask] }).success).toBe(true)
      }),
    )
  })
})

describe('keys at a corner', () => {
  test.each<[string, boolean, ReturnType<typeof maskKeyOf>]>([
    ['ArrowLeft', false, { kind: 'move', dx: -0.01, dy: -0 }],
    ['ArrowDown', true, { kind: 'move', dx: 0, dy: 0.05 }],
    ['Delete', false, { kind: 'remove' }],
    ['Backspace', false, { kind: 'remove' }],
    ['+', false, { kind: 'add' }],
    ['Insert', false, { kind: 'add' }],
    ['Tab', false, null],
  ])('%s', (key, isCoarse, meant) => {
    const got = maskKeyOf(key, isCoarse)
    if (meant?.kind === 'move' && got?.kind === 'move') {
      expect(got.dx).toBeCloseTo(meant.dx)
      expect(got.dy).toBeCloseTo(meant.dy)
    } else expect(got).toEqual(meant)
  })
})
