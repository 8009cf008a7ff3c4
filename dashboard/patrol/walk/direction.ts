/** Way and distance as a person says them. */

const eighths = ['n', 'ne', 'e', 'se', 's', 'sw', 'w', 'nw'] as const

export type Direction = (typeof eighths)[number]

/** Degrees from north, any turn. */
export function directionOf(bearing: number): Direction {
  const turn = ((bearing % 360) + 360) % 360
  return eighths[Math.round(turn / 45) % 8] ?? 'n'
}

export interface Far {
  figure: string
  unit: 'metres' | 'kilometres'
}

/** No finer than a phone knows it: 5 m near by, 10 m up to a kilometre, then 100 m. */
export function farOf(distanceM: number): Far {
  if (distanceM >= 995) return { figure: (distanceM / 1000).toFixed(1), unit: 'kilometres' }
  const step = distanceM < 100 ? 5 : 10
  return { figure: String(Math.round(distanceM / step) * step), unit: 'metres' }
}

/** Within the point's own radius, or nearer than the fix can tell. */
export function isHere(distanceM: number, radiusM: number, accuracyM = 0): boolean {
  return distanceM <= Math.max(15, Math.min(radiusM, 30), Math.min(accuracyM, 40))
}
