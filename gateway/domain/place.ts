/** The three levels of place (town, village, grid) and the geometry the domain needs; WGS-84, [lon, lat]. */

type PlaceLevel = 'town' | 'village' | 'grid'

export type LonLat = [number, number]

export interface Boundary {
  type: 'Polygon' | 'MultiPolygon'
  coordinates: LonLat[][] | LonLat[][][]
}

export interface Place {
  /** Administrative-division code: town 9 digits, village 12, grid 15; a parent's code is a prefix of its children's. */
  code: string
  name: string
  level: PlaceLevel
  parent: string | null
  boundary: Boundary
}

/** True when `code` is the scope's own place or lies below it: codes nest by prefix. */
export function isInScope(scope: string, code: string): boolean {
  return code.startsWith(scope)
}

const earthRadiusM = 6_371_008.8

/** Great-circle distance in metres (haversine, mean earth radius of IUGG). */
export function distanceM([lonA, latA]: LonLat, [lonB, latB]: LonLat): number {
  const toRad = Math.PI / 180
  const dLat = (latB - latA) * toRad
  const dLon = (lonB - lonA) * toRad
  const h =
    Math.sin(dLat / 2) ** 2 +
    Math.cos(latA * toRad) * Math.cos(latB * toRad) * Math.sin(dLon / 2) ** 2
  return 2 * earthRadiusM * Math.asin(Math.min(1, Math.sqrt(h)))
}

function ringContains(ring: LonLat[], [x, y]: LonLat): boolean {
  let inside = false
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi, yi] = ring[i] as LonLat
    const [xj, yj] = ring[j] as LonLat
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside
  }
  return inside
}

/** Even-odd point in polygon; holes count, the boundary itself is undefined. */
export function contains(boundary: Boundary, point: LonLat): boolean {
  const polygons = (
    boundary.type === 'Polygon' ? [boundary.coordinates] : boundary.coordinates
  ) as LonLat[][][]
  return polygons.some(
    ([outer, ...holes]) =>
      outer !== undefined &&
      ringContains(outer, point) &&
      !holes.some((hole) => ringContains(hole, point)),
  )
}

function middle(values: readonly number[]): number {
  return (Math.min(...values) + Math.max(...values)) / 2
}

/** Of the rectangle around it: somewhere to put a mark. */
export function middleOf({ type, coordinates }: Boundary): LonLat {
  const polygons = (type === 'Polygon' ? [coordinates] : coordinates) as LonLat[][][]
  const points = polygons.flatMap(([outer]) => outer ?? [])
  const lons = points.map(([lon]) => lon)
  const lats = points.map(([, lat]) => lat)
  return [middle(lons), middle(lats)]
}

/** The grid of `village` that contains the point, else undefined (the village itself then owns it). */
export function gridAt(grids: readonly Place[], village: string, point: LonLat): Place | undefined {
  return grids.find((grid) => grid.parent === village && contains(grid.boundary, point))
}

/** Where a point lies; the grid is null where the village has none there. */
export interface Spot {
  village: string
  grid: string | null
}

/** The village and grid of a point; undefined outside all villages. */
export function spotAt(places: readonly Place[], point: LonLat): Spot | undefined {
  const grids = places.filter((place) => place.level === 'grid')
  const village = places.find(
    (place) => place.level === 'village' && contains(place.boundary, point),
  )
  if (village) {
    return { village: village.code, grid: gridAt(grids, village.code, point)?.code ?? null }
  }
  // Borders drawn by hand leave slivers between a village and its grids.
  const grid = grids.find((place) => contains(place.boundary, point))
  return grid?.parent ? { village: grid.parent, grid: grid.code } : undefined
}
