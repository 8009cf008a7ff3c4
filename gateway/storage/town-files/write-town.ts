import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { Device } from '../../domain/device.ts'
import type { PatrolPoint, PatrolRoute } from '../../domain/patrol.ts'
import type { Actor } from '../../domain/person.ts'
import type { Town } from '../../domain/town.ts'
import { type Cell, toCell } from './csv-cell.ts'

/** A whole town as it goes into files: without secrets, which exist only as hashes. */
export interface TownContents {
  town: Town
  devices: readonly Device[]
  users: readonly Actor[]
  points: readonly PatrolPoint[]
  routes: readonly PatrolRoute[]
}

export function toCsv(heading: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [heading, ...rows].map((row) => `${row.map(toCell).join(',')}\n`).join('')
}

function devicesCsv(devices: readonly Device[]): string {
  return toCsv(
    'id,name,kind,village,lon,lat,adapter,address,headingDeg,fieldOfViewDeg,state'.split(','),
    devices.map((device) => [
      device.id,
      device.name,
      device.kind,
      device.village,
      ...device.position,
      device.adapter,
      device.address,
      device.headingDeg,
      device.fieldOfViewDeg,
      device.state,
    ]),
  )
}

function placesGeoJson({ places }: Town): string {
  const features = places.map(({ boundary, ...properties }) =>
    JSON.stringify({ type: 'Feature', properties, geometry: boundary }),
  )
  return `{"type":"FeatureCollection","features":[\n${features.join(',\n')}\n]}\n`
}

/** Writes the seven files; the folder imports back to the same town. */
export async function writeTownFolder(directory: string, contents: TownContents): Promise<void> {
  const { town, devices, users, points, routes } = contents
  const files = {
    'places.geojson': placesGeoJson(town),
    'devices.csv': devicesCsv(devices),
    'users.csv': toCsv(
      ['username', 'displayName', 'role', 'scope', 'team', 'unit'],
      users.map(({ username, displayName, role, scope, team, unit }) => [
        username,
        displayName,
        role,
        scope,
        team,
        unit,
      ]),
    ),
    'points.csv': toCsv(
      'id,name,grid,lon,lat,radiusM,tag,tagUid,hint,checklist,reader'.split(','),
      points.map((p) => [
        p.id,
        p.name,
        p.grid,
        p.lon,
        p.lat,
        p.radiusM,
        p.tag,
        p.tagUid,
        p.hint,
        p.checklist.join(' '),
        p.reader,
      ]),
    ),
    'routes.yaml': stringify({ routes }),
    'rules.yaml': stringify({ rules: town.rules, seasons: town.seasons }),
    'hazards.yaml': stringify({ hazards: town.hazards, tiers: ['grid', 'village', 'town'] }),
  }
  await mkdir(directory, { recursive: true })
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(directory, name), text)
  }
}
