import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mostPoints } from '../../../gateway/domain/resolution.ts'
import { createPointWriter, unpackPoints } from '../../../gateway/storage/series-points.ts'

describe('points on their way', () => {
  it('come back by series, whatever the order in which the months gave them', () => {
    const segment = fc.tuple(fc.nat({ max: 4 }), fc.nat({ max: 6 }))
    fc.assert(
      fc.property(fc.array(segment), fc.boolean(), fc.nat({ max: 50 }), (all, raw, expected) => {
        const resolution = raw ? 'raw' : 'hour'
        const writer = createPointWriter(resolution, expected)
        const points: number[][][] = Array.from({ length: 5 }, () => [])
        let at = 0
        const segments = all.map(([index, length]) => {
          const first = writer.points()
          for (let n = 0; n < length; n++) {
            at += 1
            const point = raw ? [at, -at] : [at, 1, at / 8, 9, 2]
            points[index]?.push(point)
            if (raw) writer.raw(at, -at)
            else writer.rolled({ at, min: 1, max: 9, sum: at / 4, count: 2 })
          }
          return { index, first, end: writer.points() }
        })
        expect(unpackPoints(resolution, writer.packed(5, segments))).toEqual(points)
      }),
    )
  })

  it('are bounded', () => {
    const writer = createPointWriter('raw', 0)
    for (let n = 0; n < mostPoints; n++) writer.raw(n, n)
    expect(() => writer.raw(0, 0)).toThrow('coarser resolution')
  })
})
