import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { ConfigError } from '../../domain/errors.ts'
import type { PatrolRoute } from '../../domain/patrol.ts'
import type { Place } from '../../domain/place.ts'
import type { Rule } from '../../domain/rule.ts'
import type { Season } from '../../domain/season.ts'
import type { Hazard } from '../../domain/town.ts'
import {
  type DeviceRow,
  deviceRow,
  featureShape,
  hazardShape,
  type PointRow,
  pointRow,
  routeShape,
  ruleShape,
  seasonShape,
  type UserRow,
  userRow,
} from './shapes.ts'
import {
  type Located,
  openYaml,
  type Parsed,
  parseGeoJson,
  parseList,
  parseRows,
  unknownTops,
} from './source.ts'

/** Any subset of a town: what is undefined was not mentioned. */
export interface TownFiles {
  places?: Located<Place>[]
  devices?: Located<DeviceRow>[]
  users?: Located<UserRow>[]
  points?: Located<PointRow>[]
  routes?: Located<PatrolRoute>[]
  rules?: Located<Rule>[]
  seasons?: Located<Season>[]
  hazards?: Located<Hazard>[]
}

const townFileNames = [
  'places.geojson',
  'devices.csv',
  'users.csv',
  'points.csv',
  'routes.yaml',
  'rules.yaml',
  'hazards.yaml',
] as const

type TownFileName = (typeof townFileNames)[number]

interface Read {
  files: TownFiles
  problems: string[]
}

function readYaml(file: TownFileName, text: string): Read {
  const yaml = openYaml(file, text)
  if (yaml.problems.length > 0) return { files: {}, problems: yaml.problems }
  const lists = {
    'routes.yaml': ['routes'],
    'rules.yaml': ['rules', 'seasons'],
    'hazards.yaml': ['hazards', 'tiers'],
  }[file as 'routes.yaml' | 'rules.yaml' | 'hazards.yaml']
  const unknown = unknownTops(yaml, lists)
  if (unknown.length > 0) return { files: {}, problems: unknown }
  const one = <S extends z.ZodType>(name: string, shape: S): Parsed<z.output<S>> | undefined =>
    lists.includes(name) && yaml.document.has(name) ? parseList(yaml, name, shape) : undefined
  const found = {
    routes: one('routes', routeShape),
    rules: one('rules', ruleShape),
    seasons: one('seasons', seasonShape),
    hazards: one('hazards', hazardShape),
  }
  // The three levels are the house's own; the file may only repeat them.
  const tiers = one('tiers', z.enum(['grid', 'village', 'town']))
  return {
    files: {
      routes: found.routes?.rows,
      rules: found.rules?.rows,
      seasons: found.seasons?.rows,
      hazards: found.hazards?.rows,
    },
    problems: [...Object.values(found), tiers].flatMap((parsed) => parsed?.problems ?? []),
  }
}

function readOne(file: TownFileName, text: string): Read {
  switch (file) {
    case 'places.geojson': {
      const { rows, problems } = parseGeoJson(file, text, featureShape)
      return { files: { places: rows }, problems }
    }
    case 'devices.csv': {
      const { rows, problems } = parseRows(file, text, deviceRow)
      return { files: { devices: rows }, problems }
    }
    case 'users.csv': {
      const { rows, problems } = parseRows(file, text, userRow)
      return { files: { users: rows }, problems }
    }
    case 'points.csv': {
      const { rows, problems } = parseRows(file, text, pointRow)
      return { files: { points: rows }, problems }
    }
    case 'routes.yaml':
    case 'rules.yaml':
    case 'hazards.yaml':
      return readYaml(file, text)
  }
}

function mentioned(files: TownFiles): TownFiles {
  return Object.fromEntries(Object.entries(files).filter(([, rows]) => rows !== undefined))
}

/** The text of a places.geojson alone. Throws ConfigError with every feature that is wrong in itself. */
export function readPlaces(text: string): Located<Place>[] {
  const { files, problems } = readOne('places.geojson', text)
  if (problems.length > 0) throw new ConfigError(problems)
  return files.places ?? []
}

/** Reads what a folder holds of a town. Throws ConfigError with every row that is wrong in itself. */
export async function readTownFolder(directory: string): Promise<TownFiles> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError([`${directory} cannot be read: ${error.message}`])
  })
  const present = townFileNames.filter((name) => names.includes(name))
  if (present.length === 0) {
    throw new ConfigError([`${directory} holds none of ${townFileNames.join(', ')}`])
  }
  const read = await Promise.all(
    present.map(async (name) => readOne(name, await readFile(join(directory, name), 'utf8'))),
  )
  const problems = read.flatMap((one) => one.problems)
  if (problems.length > 0) throw new ConfigError(problems)
  return Object.assign({}, ...read.map((one) => mentioned(one.files))) as TownFiles
}
