import { describe, expect, it } from 'vitest'
import { distanceM } from '../../../gateway/domain/place.ts'
import { guessedFix, planWalk } from '../../../simulators/phone/walk.ts'

const here: [number, number] = [106.7, 29.19]
const points = [
  { id: 'a', position: here },
  { id: 'b', position: [106.71, 29.19] as [number, number] },
  { id: 'c', position: [106.71, 29.2] as [number, number] },
]
const startMs = Date.UTC(2026, 6, 6)

describe('a guessed position', () => {
  it('lies within its accuracy in two of three cases', () => {
    const fixes = Array.from({ length: 3000 }, (_, n) =>
      guessedFix(here, { seed: 3, key: String(n), accuracyM: 30 }),
    )
    const near = fixes.filter(({ position }) => distanceM(here, position) <= 30).length
    expect(near / fixes.length).toBeGreaterThan(0.64)
    expect(near / fixes.length).toBeLessThan(0.72)
  })

  it('goes to all sides', () => {
    const east = Array.from({ length: 200 }, (_, n) =>
      guessedFix(here, { seed: 4, key: String(n), accuracyM: 30 }),
    ).filter(({ position }) => position[0] > here[0]).length
    expect(east).toBeGreaterThan(70)
    expect(east).toBeLessThan(130)
  })
})

describe('a walk', () => {
  it('begins at its first point and takes the time of feet', () => {
    const stops = planWalk({ points, startMs, seed: 1 })
    expect(stops.map(({ point }) => point)).toEqual(['a', 'b', 'c'])
    expect(stops[0]?.at).toBe(startMs)
    for (const [index, stop] of stops.slice(1).entries()) {
      const far = distanceM(points[index]?.position ?? here, points[index + 1]?.position ?? here)
      const speed = (far / (stop.at - (stops[index]?.at ?? 0))) * 1000
      expect(speed).toBeLessThan(1.2)
      expect(speed).toBeGreaterThan(0.4)
    }
  })

  it('is the same for the same seed', () => {
    expect(planWalk({ points, startMs, seed: 1 })).toEqual(planWalk({ points, startMs, seed: 1 }))
    expect(planWalk({ points, startMs, seed: 2 })).not.toEqual(
      planWalk({ points, startMs, seed: 1 }),
    )
  })
})
