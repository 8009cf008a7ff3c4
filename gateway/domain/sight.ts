import { type Aim, aimAlong, turnDeg } from './aim.ts'
import type { PtzAbility } from './camera.ts'
import { distanceM, type LonLat } from './place.ts'

/** Which cameras can look at a place. Hills are not known here: a person sees whether they do. */

/** Initial bearing of the great circle, degrees clockwise from north. */
export function bearingDeg([lonA, latA]: LonLat, [lonB, latB]: LonLat): number {
  const toRad = Math.PI / 180
  const dLon = (lonB - lonA) * toRad
  const y = Math.sin(dLon) * Math.cos(latB * toRad)
  const x =
    Math.cos(latA * toRad) * Math.sin(latB * toRad) -
    Math.sin(latA * toRad) * Math.cos(latB * toRad) * Math.cos(dLon)
  return (((Math.atan2(y, x) / toRad) % 360) + 360) % 360
}

export interface Watcher {
  id: string
  position: LonLat
  /** Where it looks at pan 0; null: nobody said. */
  headingDeg: number | null
  fieldOfViewDeg: number | null
  ptz: PtzAbility | null
}

export interface Sighting {
  camera: string
  distanceM: number
  bearingDeg: number
  /** How it must turn; null: the place lies in its picture as it stands. */
  aim: Aim | null
}

/** A watch tower sees smoke so far on a clear day. */
const farthestM = 8_000
const usualFieldDeg = 60
/** Nearer than this a bearing says nothing. */
const besideM = 30

function sightOf(camera: Watcher, place: LonLat): Sighting | undefined {
  const far = distanceM(camera.position, place)
  if (far > farthestM) return undefined
  const bearing = bearingDeg(camera.position, place)
  const seen = { camera: camera.id, distanceM: far, bearingDeg: bearing }
  const { headingDeg } = camera
  if (far < besideM) return { ...seen, aim: null }
  if (headingDeg === null) return undefined
  if (camera.ptz) {
    const aim = aimAlong(camera.ptz, { headingDeg, bearingDeg: bearing })
    if (aim) return { ...seen, aim }
  }
  const half = (camera.fieldOfViewDeg ?? usualFieldDeg) / 2
  return Math.abs(turnDeg(headingDeg, bearing)) <= half ? { ...seen, aim: null } : undefined
}

/** Nearest first. */
export function camerasThatSee(
  place: LonLat,
  cameras: readonly Watcher[],
  most: number,
): Sighting[] {
  return cameras
    .flatMap((camera) => sightOf(camera, place) ?? [])
    .toSorted((a, b) => a.distanceM - b.distanceM)
    .slice(0, most)
}
