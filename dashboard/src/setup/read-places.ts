import type { PlaceView } from '../api/types.ts'
import type { Key } from '../i18n/translate.ts'

/**
 * Reads a file of boundaries before it is sent, so that it can be looked at on the map and what is
 * wrong is told feature by feature in the person's language. The gateway checks all of it again.
 */

export interface PlaceProblem {
  /** Which feature, counted from 1; null: the file as a whole. */
  feature: number | null
  name: string | null
  key: Key
  values?: Record<string, string | number>
}

export interface ReadPlaces {
  places: PlaceView[]
  problems: PlaceProblem[]
}

const largestBytes = 900_000
const digits = { town: 9, village: 12, grid: 15 } as const
const levelNames = Object.keys(digits)

type Level = keyof typeof digits
type Json = Record<string, unknown>

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const word = (value: unknown) =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''

function ofFile(key: Key, values?: PlaceProblem['values']): ReadPlaces {
  return { places: [], problems: [{ feature: null, name: null, key, ...(values && { values }) }] }
}

function isPosition(value: unknown): boolean {
  if (!Array.isArray(value) || value.length < 2) return false
  const [lon, lat] = value as unknown[]
  return (
    typeof lon === 'number' &&
    typeof lat === 'number' &&
    Math.abs(lon) <= 180 &&
    Math.abs(lat) <= 90
  )
}

/** A closed ring of at least three corners. */
function ringProblem(ring: unknown): Key | null {
  if (!Array.isArray(ring) || ring.length < 4) return 'places.boundary'
  if (!ring.every((point) => isPosition(point))) return 'places.position'
  return String(ring[0]) === String(ring.at(-1)) ? null : 'places.boundary'
}

function boundaryProblem(geometry: unknown): Key | null {
  if (!isObject(geometry)) return 'places.boundary'
  const { type, coordinates } = geometry
  if (!Array.isArray(coordinates) || coordinates.length === 0) return 'places.boundary'
  if (type !== 'Polygon' && type !== 'MultiPolygon') return 'places.boundary'
  const rings: unknown[] = type === 'Polygon' ? coordinates : coordinates.flat()
  if (rings.length === 0) return 'places.boundary'
  return rings.map((ring) => ringProblem(ring)).find((problem) => problem !== null) ?? null
}

function readFeature(feature: unknown): {
  place: PlaceView
  problems: Omit<PlaceProblem, 'feature'>[]
} {
  const { properties, geometry } = isObject(feature) ? feature : {}
  const said = isObject(properties) ? properties : {}
  const name = word(said['name']).trim()
  const code = word(said['code'])
  const parent = word(said['parent'])
  const level = word(said['level']) as Level
  const problems: Omit<PlaceProblem, 'feature'>[] = []
  const wrong = (key: Key, values?: PlaceProblem['values']) =>
    problems.push({ name: name === '' ? null : name, key, ...(values && { values }) })
  if (name === '') wrong('places.name')
  if (!levelNames.includes(level)) wrong('places.level')
  else if (!/^\d+$/.test(code) || code.length !== digits[level])
    wrong('places.code', { n: digits[level] })
  const shape = boundaryProblem(geometry)
  if (shape) wrong(shape)
  const place = {
    code,
    name,
    level,
    parent: parent === '' ? null : parent,
    boundary: geometry as PlaceView['boundary'],
  }
  return { place, problems }
}

/** What is wrong between the features: codes twice, parents that are missing, not one town. */
function checkTogether(places: readonly PlaceView[]): PlaceProblem[] {
  const problems: PlaceProblem[] = []
  const seen = new Map<string, PlaceView>()
  const codes = new Set(places.map((place) => place.code))
  let town: PlaceView | undefined
  places.forEach((place, index) => {
    const wrong = (key: Key, values?: PlaceProblem['values']) =>
      problems.push({
        feature: index + 1,
        name: place.name === '' ? null : place.name,
        key,
        ...(values && { values }),
      })
    if (place.code !== '' && seen.has(place.code)) wrong('places.codeTwice', { code: place.code })
    seen.set(place.code, place)
    if (place.level === 'town') {
      if (town) wrong('places.twoTowns', { name: town.name })
      if (place.parent !== null) wrong('places.parentTown')
      town ??= place
      return
    }
    const code = place.parent ?? '–'
    if (place.parent === null || !codes.has(place.parent)) wrong('places.parent', { code })
    else if (!place.code.startsWith(place.parent)) wrong('places.prefix', { code })
  })
  if (!town) problems.unshift({ feature: null, name: null, key: 'places.noTown' })
  return problems
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function readPlaces(text: string): ReadPlaces {
  const bytes = new TextEncoder().encode(text).length
  if (bytes > largestBytes) return ofFile('places.tooLarge', { n: largestBytes / 1000 })
  const file = parse(text)
  if (file === undefined) return ofFile('places.notJson')
  if (!isObject(file) || file['type'] !== 'FeatureCollection' || !Array.isArray(file['features']))
    return ofFile('places.notCollection')
  const features: unknown[] = file['features']
  if (features.length === 0) return ofFile('places.empty')
  const read = features.map((feature) => readFeature(feature))
  const places = read.map(({ place }) => place)
  const own = read.flatMap(({ problems }, index) =>
    problems.map((problem) => ({ feature: index + 1, ...problem })),
  )
  const problems = [...own, ...checkTogether(places)].sort(
    (a, b) => (a.feature ?? 0) - (b.feature ?? 0),
  )
  return { places: problems.length === 0 ? places : [], problems }
}
