import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { parse as parseYaml } from 'yaml'
import type { Device, DeviceKind } from '../../../gateway/domain/device.ts'
import { gridAt, type LonLat, type Place } from '../../../gateway/domain/place.ts'
import type { Rule } from '../../../gateway/domain/rule.ts'
import type { Season } from '../../../gateway/domain/season.ts'
import type { Hazard, Town } from '../../../gateway/domain/town.ts'
import type { DeviceRegistry } from '../../../gateway/ports/device-registry.ts'

/** The sample town of examples/town, read without the gateway's own reader. */

const folder = join(import.meta.dirname, '../../../examples/town')
const read = (file: string) => readFileSync(join(folder, file), 'utf8')

interface Feature {
  properties: Omit<Place, 'boundary'>
  geometry: Place['boundary']
}

export function sampleTown(): Town {
  const { features } = JSON.parse(read('places.geojson')) as { features: Feature[] }
  const { rules, seasons } = parseYaml(read('rules.yaml')) as { rules: Rule[]; seasons: Season[] }
  const { hazards } = parseYaml(read('hazards.yaml')) as { hazards: Partial<Hazard>[] }
  return {
    places: features.map(({ properties, geometry }) => ({ ...properties, boundary: geometry })),
    rules,
    seasons,
    hazards: hazards.map(
      (hazard) =>
        ({
          workHours: false,
          correlateM: null,
          correlateMin: 60,
          sources: ['device', 'person'],
          ...hazard,
        }) as Hazard,
    ),
    timeZone: 'Asia/Shanghai',
    calendar: { restDays: [], workDays: [] },
  }
}

export function sampleDevices(town: Town): Device[] {
  const grids = town.places.filter((place) => place.level === 'grid')
  const rows = parse<Record<string, string>>(read('devices.csv'), { columns: true })
  return rows.map((row) => {
    const position: LonLat = [Number(row['lon']), Number(row['lat'])]
    const village = row['village'] ?? ''
    return {
      id: row['id'] ?? '',
      name: row['name'] ?? '',
      kind: row['kind'] as DeviceKind,
      village,
      grid: gridAt(grids, village, position)?.code ?? null,
      position,
      adapter: row['adapter'] ?? '',
      address: null,
      headingDeg: null,
      fieldOfViewDeg: null,
      state: 'active',
    }
  })
}

export function registryOf(devices: readonly Device[]): DeviceRegistry {
  const byId = new Map(devices.map((device) => [device.id, device]))
  return {
    get: (id) => byId.get(id),
    speaker: (id) => byId.get(id),
    all: () => devices,
    isBlocked: () => false,
    standing: () => ({ blocked: null, oldSecretUntil: null }),
    admit: () => undefined,
    onChange: () => () => undefined,
  }
}
