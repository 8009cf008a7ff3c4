import { distanceM, type LonLat, type Place, type Spot, spotAt } from './place.ts'

/** Where a report is booked whose position lies in no village, or that has none at all. */

function toMetres([lon, lat]: LonLat, [lonO, latO]: LonLat): [number, number] {
  const perDegree = 111_195
  return [(lon - lonO) * perDegree * Math.cos((latO * Math.PI) / 180), (lat - latO) * perDegree]
}

/** From the origin to the nearest point of the segment. */
function toSegment([ax, ay]: [number, number], [bx, by]: [number, number]): number {
  const [dx, dy] = [bx - ax, by - ay]
  const length = dx * dx + dy * dy
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, -(ax * dx + ay * dy) / length))
  return Math.hypot(ax + along * dx, ay + along * dy)
}

function outerRings({ boundary }: Place): LonLat[][] {
  const polygons = (
    boundary.type === 'Polygon' ? [boundary.coordinates] : boundary.coordinates
  ) as LonLat[][][]
  return polygons.map(([outer]) => outer ?? [])
}

/** From a position outside of it to its border, metres. */
function borderM(place: Place, position: LonLat): number {
  const distances = outerRings(place).flatMap((ring) =>
    ring
      .slice(1)
      .map((to, index) =>
        toSegment(toMetres(ring[index] as LonLat, position), toMetres(to, position)),
      ),
  )
  return Math.min(...distances, Number.POSITIVE_INFINITY)
}

function nearest<T>(
  ones: readonly T[],
  distance: (one: T) => number,
): { one: T; m: number } | null {
  let found: { one: T; m: number } | null = null
  for (const one of ones) {
    const m = distance(one)
    if (found === null || m < found.m) found = { one, m }
  }
  return found
}

interface Known {
  places: readonly Place[]
  points: readonly { grid: string; lon: number; lat: number }[]
}

function spotOf(places: readonly Place[], code: string): Spot | undefined {
  const place = places.find((one) => one.code === code)
  if (place?.level === 'village') return { village: code, grid: null }
  return place?.level === 'grid' && place.parent ? { village: place.parent, grid: code } : undefined
}

/**
 * The village and grid of a position; a little outside of all villages those of the nearest point
 * or village. Undefined: further away than `withinM`.
 */
export function nearestSpot(
  { places, points }: Known,
  position: LonLat,
  withinM: number,
): Spot | undefined {
  const inside = spotAt(places, position)
  if (inside) return inside
  const villages = places.filter(({ level }) => level === 'village')
  const village = nearest(villages, (one) => borderM(one, position))
  const point = nearest(points, ({ lon, lat }) => distanceM([lon, lat], position))
  if (village === null || village.m > withinM) return undefined
  const ofPoint = point && point.m <= village.m ? spotOf(places, point.one.grid) : undefined
  return ofPoint ?? { village: village.one.code, grid: null }
}

/** Somewhere in the middle: where nothing better is known of a whole place. */
export function middleOf(place: Place): LonLat {
  const corners = outerRings(place).flat()
  const sum = corners.reduce(([x, y], [lon, lat]) => [x + lon, y + lat] as const, [0, 0] as const)
  return [sum[0] / corners.length, sum[1] / corners.length]
}

/** Of a person's places: the village or grid itself, of the town any village. */
export function spotOfScope(places: readonly Place[], scope: string): Spot | undefined {
  const village = places.find(
    ({ level, code }) => level === 'village' && (code.startsWith(scope) || scope.startsWith(code)),
  )
  return spotOf(places, scope) ?? (village && { village: village.code, grid: null })
}
