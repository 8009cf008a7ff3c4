import { contains, isInScope, type LonLat } from '../../../gateway/domain/place.ts'
import type { PlaceView } from '../api/types.ts'

/** Where something was reported: which grid a point lies in, and a point for a grid. */

/** The narrowest place that holds the point: its grid, else its village, else the town. */
export function placeAt(places: readonly PlaceView[], point: LonLat): PlaceView | null {
  const holding = places.filter((place) => contains(place.boundary, point))
  return holding.toSorted((a, b) => b.code.length - a.code.length)[0] ?? null
}

export function isReportable(place: PlaceView | null, scope: string): boolean {
  return place !== null && isInScope(scope, place.code)
}

/** A point inside a place for who knows only its name: the middle of its outline, or the corner mean inside it. */
export function middleOf(place: PlaceView): LonLat {
  const { boundary } = place
  const rings = boundary.type === 'Polygon' ? boundary.coordinates : boundary.coordinates[0]
  const ring = rings?.[0] ?? []
  const lons = ring.map(([lon]) => lon)
  const lats = ring.map(([, lat]) => lat)
  const middle: LonLat = [
    (Math.min(...lons) + Math.max(...lons)) / 2,
    (Math.min(...lats) + Math.max(...lats)) / 2,
  ]
  return contains(boundary, middle) ? middle : insideOf(place, ring)
}

/** Halfway along the longest stretch of a horizontal cut: always inside, whatever the shape. */
function insideOf({ boundary }: PlaceView, ring: readonly LonLat[]): LonLat {
  const lats = ring.map(([, lat]) => lat)
  const [low, high] = [Math.min(...lats), Math.max(...lats)]
  for (const share of [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8]) {
    const lat = low + (high - low) * share
    const point = longestStretch(ring, lat)
    if (point !== null && contains(boundary, point)) return point
  }
  return ring[0] ?? [0, 0]
}

function longestStretch(ring: readonly LonLat[], lat: number): LonLat | null {
  const crossings = ring
    .flatMap(([lonA, latA], index) => {
      const [lonB, latB] = ring[(index + 1) % ring.length] as LonLat
      return latA > lat === latB > lat
        ? []
        : [lonA + ((lat - latA) / (latB - latA)) * (lonB - lonA)]
    })
    .toSorted((a, b) => a - b)
  let best: { lon: number; width: number } | null = null
  for (let at = 0; at + 1 < crossings.length; at += 2) {
    const [from = 0, to = 0] = [crossings[at], crossings[at + 1]]
    if (best === null || to - from > best.width) best = { lon: (from + to) / 2, width: to - from }
  }
  return best === null ? null : [best.lon, lat]
}

/** The grid that was chosen by its name; undefined: somebody pointed at the very place. */
export function gridNamed(places: readonly PlaceView[], [lon, lat]: LonLat): string | undefined {
  const place = placeAt(places, [lon, lat])
  if (place?.level !== 'grid') return undefined
  const [middleLon, middleLat] = middleOf(place)
  return middleLon === lon && middleLat === lat ? place.code : undefined
}
