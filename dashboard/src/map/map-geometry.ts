/** The little geodesy the map needs: rays, wedges and a round number for the scale bar. */

export type LonLat = [number, number]

const metresPerDegree = 111_195

/** The point `distanceM` away in direction `bearingDeg` (flat earth: right to a metre within a town). */
export function pointAt([lon, lat]: LonLat, bearingDeg: number, distanceM: number): LonLat {
  const angle = (bearingDeg * Math.PI) / 180
  const north = (distanceM * Math.cos(angle)) / metresPerDegree
  const east = (distanceM * Math.sin(angle)) / (metresPerDegree * Math.cos((lat * Math.PI) / 180))
  return [lon + east, lat + north]
}

/** A closed ring from the camera over the far arc: what a bearing with its error leaves possible. */
export function wedge(
  from: LonLat,
  bearingDeg: number,
  halfAngleDeg: number,
  distanceM: number,
): LonLat[] {
  const steps = 8
  const arc: LonLat[] = []
  for (let step = 0; step <= steps; step++) {
    const turn = -halfAngleDeg + (2 * halfAngleDeg * step) / steps
    arc.push(pointAt(from, bearingDeg + turn, distanceM))
  }
  return [from, ...arc, from]
}

/** The longest of 1, 2, 5 × 10ⁿ metres that fits. */
export function roundDistanceM(longestM: number): number {
  const power = 10 ** Math.floor(Math.log10(longestM))
  for (const step of [5, 2, 1]) if (step * power <= longestM) return step * power
  return power
}
