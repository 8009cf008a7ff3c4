import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import type { DeviceKind } from '../gateway/domain/device.ts'
import { distanceM, type LonLat } from '../gateway/domain/place.ts'

/** A device as its row in devices.csv says it; the simulators know the town by its files only. */
export interface TownDevice {
  id: string
  name: string
  kind: DeviceKind
  village: string
  position: LonLat
  adapter: string
  /** Where it is called; empty when it calls itself. */
  address: string
  headingDeg: number
  fieldOfViewDeg: number
}

type Row = Record<string, string>

function readTable(file: string): Row[] {
  return parse<Row>(readFileSync(file, 'utf8'), {
    columns: true,
    bom: true,
    trim: true,
    skip_empty_lines: true,
    relax_column_count: true,
  })
}

export function readDevices(townDirectory: string): TownDevice[] {
  return readTable(join(townDirectory, 'devices.csv')).map((row) => ({
    id: row.id ?? '',
    name: row.name ?? '',
    kind: row.kind as DeviceKind,
    village: row.village ?? '',
    position: [Number(row.lon), Number(row.lat)],
    adapter: row.adapter ?? '',
    address: row.address ?? '',
    headingDeg: Number(row.headingDeg ?? 0),
    fieldOfViewDeg: Number(row.fieldOfViewDeg ?? 0),
  }))
}

/** The devices that speak MQTT on their own: everything but the cameras of the sample town. */
export function mqttDevices(devices: readonly TownDevice[]): TownDevice[] {
  return devices.filter((device) => device.adapter === 'mqtt')
}

export function devicesOf(devices: readonly TownDevice[], village: string, kind?: DeviceKind) {
  return devices.filter((d) => d.village === village && (kind === undefined || d.kind === kind))
}

const metresPerDegree = (Math.PI / 180) * 6_371_008.8

/** The point `metres` away from `from` in the direction `bearingDeg`; flat earth, good to 20 km. */
export function offset(from: LonLat, bearingDeg: number, metres: number): LonLat {
  const angle = (bearingDeg * Math.PI) / 180
  const east = metres * Math.sin(angle)
  const north = metres * Math.cos(angle)
  return [
    from[0] + east / (metresPerDegree * Math.cos((from[1] * Math.PI) / 180)),
    from[1] + north / metresPerDegree,
  ]
}

/** Compass bearing from one point to another, 0–360, clockwise from north. */
export function bearingDeg(from: LonLat, to: LonLat): number {
  const east = (to[0] - from[0]) * Math.cos((from[1] * Math.PI) / 180)
  const north = to[1] - from[1]
  return ((Math.atan2(east, north) * 180) / Math.PI + 360) % 360
}

export interface Sight {
  camera: TownDevice
  bearingDeg: number
  distanceM: number
  /** False: outside its usual field of view; the mast has to turn to it. */
  inView: boolean
}

const sightM = 5000

/** Lower is better: near, of the village itself, and looking that way already. */
export function sightCost(sight: Sight, village: string): number {
  const foreign = sight.camera.village === village ? 0 : 3000
  return sight.distanceM + foreign + (sight.inView ? 0 : 1500)
}

/** The cameras that could see a place, best first. Look-out masts turn, so all directions count. */
export function camerasSeeing(devices: readonly TownDevice[], place: LonLat, village: string) {
  const sights: Sight[] = devices
    .filter((device) => device.kind === 'camera')
    .map((camera) => {
      const bearing = bearingDeg(camera.position, place)
      const off = Math.abs(((bearing - camera.headingDeg + 540) % 360) - 180)
      const inView = off <= camera.fieldOfViewDeg / 2
      return { camera, bearingDeg: bearing, distanceM: distanceM(camera.position, place), inView }
    })
  return sights
    .filter((sight) => sight.distanceM < sightM)
    .sort((a, b) => sightCost(a, village) - sightCost(b, village))
}
