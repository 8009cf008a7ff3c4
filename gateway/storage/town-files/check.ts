import type { Device } from '../../domain/device.ts'
import type { PatrolPoint, PatrolRoute } from '../../domain/patrol.ts'
import type { Place } from '../../domain/place.ts'
import type { Hazard } from '../../domain/town.ts'
import { checkPatrols, mergedPoint, type PatrolSurroundings } from './check-patrols.ts'
import { type Located, problemAt } from './source.ts'
import type { TownFiles } from './town-files.ts'

/** What the town has already: a file may refer to it without repeating it. */
export interface Present {
  places: readonly Pick<Place, 'code' | 'level' | 'parent'>[]
  hazards: readonly Pick<Hazard, 'id' | 'sources'>[]
  points: readonly PatrolPoint[]
  routes: readonly PatrolRoute[]
  devices: readonly Pick<Device, 'id' | 'kind' | 'village'>[]
}

interface Known {
  places: Map<string, Pick<Place, 'code' | 'level' | 'parent'>>
  hazards: Map<string, Pick<Hazard, 'id' | 'sources'>>
}

function valuesOf<T>(rows: Located<T>[] | undefined): T[] {
  return (rows ?? []).map((row) => row.value)
}

function know(files: TownFiles, present: Present): Known {
  return {
    places: new Map(
      [...present.places, ...valuesOf(files.places)].map((place) => [place.code, place]),
    ),
    hazards: new Map(
      [...present.hazards, ...valuesOf(files.hazards)].map((hazard) => [hazard.id, hazard]),
    ),
  }
}

function doubles<T>(rows: Located<T>[] | undefined, column: keyof T & string): string[] {
  const first = new Map<unknown, string>()
  return (rows ?? []).flatMap(({ value, at }) => {
    const earlier = first.get(value[column])
    if (earlier === undefined) {
      first.set(value[column], at)
      return []
    }
    return [problemAt(at, column, `${String(value[column])} stands in ${earlier} already`)]
  })
}

const digits = { town: 9, village: 12, grid: 15 } as const
const above = { town: null, village: 'town', grid: 'village' } as const

function checkPlace({ value: place, at }: Located<Place>, known: Known): string[] {
  const problems: string[] = []
  if (place.code.length !== digits[place.level]) {
    problems.push(
      problemAt(at, 'properties.code', `a ${place.level} has ${digits[place.level]} digits`),
    )
  }
  const level = above[place.level]
  if (level === null) {
    if (place.parent !== null) problems.push(problemAt(at, 'properties.parent', 'a town has none'))
    return problems
  }
  const parent = place.parent === null ? undefined : known.places.get(place.parent)
  if (parent?.level !== level) {
    problems.push(
      problemAt(at, 'properties.parent', `there is no ${level} ${place.parent ?? '(null)'}`),
    )
  } else if (!place.code.startsWith(parent.code)) {
    problems.push(
      problemAt(at, 'properties.code', `must begin with its parent's code ${parent.code}`),
    )
  }
  return problems
}

function checkTowns(files: TownFiles, present: Present): string[] {
  const towns = (files.places ?? []).filter((row) => row.value.level === 'town')
  const first = present.places.find((place) => place.level === 'town')?.code ?? towns[0]?.value.code
  if (first === undefined) {
    return files.places ? ['places.geojson: has no town; one place must be of level town'] : []
  }
  return towns
    .filter((row) => row.value.code !== first)
    .map((row) =>
      problemAt(row.at, 'properties.code', `an installation has one town, and it is ${first}`),
    )
}

function checkHazardIds(ids: readonly string[], at: string, column: string, known: Known) {
  return ids
    .filter((id) => !known.hazards.has(id))
    .map((id) => problemAt(at, column, `there is no hazard ${id}`))
}

function checkRules(files: TownFiles, known: Known): string[] {
  return (files.rules ?? []).flatMap(({ value: rule, at }) => {
    const hazard = known.hazards.get(rule.hazard)
    if (!hazard) return [problemAt(at, 'hazard', `there is no hazard ${rule.hazard}`)]
    if (hazard.sources.includes('device')) return []
    return [problemAt(at, 'hazard', `${rule.hazard} is reported by people only`)]
  })
}

function villagesOf({ places }: Known): Set<string> {
  const villages = [...places.values()].filter(({ level }) => level === 'village')
  return new Set(villages.map(({ code }) => code))
}

function byId<T extends { id: string }>(rows: readonly T[]): Map<string, T> {
  return new Map(rows.map((row) => [row.id, row]))
}

/** Points, routes and devices as they will be. */
function surroundings(files: TownFiles, present: Present, known: Known): PatrolSurroundings {
  const points = new Map(present.points.map((point) => [point.id, point]))
  for (const row of valuesOf(files.points)) points.set(row.id, mergedPoint(row, points.get(row.id)))
  return {
    points,
    routes: byId([...present.routes, ...valuesOf(files.routes)]),
    devices: byId([...present.devices, ...valuesOf(files.devices)]),
    hazards: new Set(known.hazards.keys()),
    villages: villagesOf(known),
  }
}

/** Everything that is wrong between the rows of a town's files and what the town has already. */
export function checkTown(files: TownFiles, present: Present): string[] {
  const known = know(files, present)
  const isVillage = (code: string) => known.places.get(code)?.level === 'village'
  return [
    ...doubles(files.places, 'code'),
    ...checkTowns(files, present),
    ...(files.places ?? []).flatMap((row) => checkPlace(row, known)),
    ...doubles(files.devices, 'id'),
    ...(files.devices ?? [])
      .filter((row) => !isVillage(row.value.village))
      .map((row) => problemAt(row.at, 'village', `there is no village ${row.value.village}`)),
    ...(files.devices ?? [])
      .filter(({ value }) => value.login !== undefined && value.address === undefined)
      .map(({ at }) => problemAt(at, 'login', 'is of no use without an address to log in at')),
    ...doubles(files.users, 'username'),
    ...(files.users ?? [])
      .filter((row) => !known.places.has(row.value.scope))
      .map((row) => problemAt(row.at, 'scope', `there is no place ${row.value.scope}`)),
    ...doubles(files.points, 'id'),
    ...(files.points ?? [])
      .filter((row) => known.places.get(row.value.grid)?.level !== 'grid')
      .map((row) => problemAt(row.at, 'grid', `there is no grid ${row.value.grid}`)),
    ...doubles(files.hazards, 'id'),
    ...doubles(files.rules, 'id'),
    ...checkRules(files, known),
    ...doubles(files.seasons, 'id'),
    ...(files.seasons ?? []).flatMap((row) =>
      checkHazardIds(Object.keys(row.value.raise), row.at, 'raise', known),
    ),
    ...doubles(files.routes, 'id'),
    ...checkPatrols(files, surroundings(files, present, known)),
  ]
}
