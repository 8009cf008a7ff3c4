import type { Incident } from './incident.ts'
import { distanceM, type LonLat } from './place.ts'
import type { Hazard } from './town.ts'

/**
 * Which alarms are one incident. `cell` is what the database keeps unique among a hazard's open
 * incidents: a square small enough that two alarms in it are always within the hazard's distance,
 * or the device, or (for devices fallen silent together: a tower is down) the village.
 */

/** An incident with what joining and closing it needs to know. */
export interface OpenIncident extends Incident {
  cell: string
  /** One of its alarms still holds. */
  isActive: boolean
  /** Its case was closed, made void or merged. */
  isCaseEnded: boolean
}

/** What is to be joined to an incident. */
export interface Sighting {
  device: string
  village: string
  position: LonLat
  /** By the device's time, epoch ms. */
  at: number
  /** The device fell silent: its village matters, not its position. */
  isSilence: boolean
}

/** Devices of one village that fall silent within this share their cause. */
const silenceMin = 10

const metresPerDegree = 111_195

function squareOf(position: LonLat, distance: number): string {
  const sideDeg = distance / Math.SQRT2 / metresPerDegree
  const row = Math.floor(position[1] / sideDeg)
  // The row's edge nearest the equator is its widest: measured there, no cell is too wide.
  const nearestLat = Math.min(Math.abs(row), Math.abs(row + 1)) * sideDeg
  const column = Math.floor((position[0] * Math.cos((nearestLat * Math.PI) / 180)) / sideDeg)
  // The distance is part of the name: an edited hazard has other squares.
  return `square:${distance}:${row}:${column}`
}

export function cellOf(hazard: Hazard, sighting: Sighting): string {
  if (sighting.isSilence) return `silent:${sighting.village}`
  if (hazard.correlateM === null) return `device:${sighting.device}`
  return squareOf(sighting.position, hazard.correlateM)
}

function stretchMs(hazard: Hazard, isSilence: boolean): number {
  return (isSilence ? silenceMin : hazard.correlateMin) * 60_000
}

/** One cell is always near, so that an alarm that cannot join never meets an occupied cell. */
function isNear(hazard: Hazard, incident: OpenIncident, sighting: Sighting): boolean {
  if (incident.cell === cellOf(hazard, sighting)) return true
  if (sighting.isSilence || hazard.correlateM === null) return false
  if (!incident.cell.startsWith('square:')) return false
  return distanceM([incident.lon, incident.lat], sighting.position) <= hazard.correlateM
}

/** An incident goes on while one of its alarms holds; devices that fall silent later have a cause of their own. */
function isInTime(hazard: Hazard, incident: OpenIncident, sighting: Sighting): boolean {
  const gap = sighting.at - incident.lastActivityAt
  if (Math.abs(gap) <= stretchMs(hazard, sighting.isSilence)) return true
  return gap > 0 && incident.isActive && !sighting.isSilence
}

/** The open incident this belongs to: the nearest of those that fit. */
export function incidentToJoin(
  hazard: Hazard,
  open: readonly OpenIncident[],
  sighting: Sighting,
): OpenIncident | undefined {
  const cell = cellOf(hazard, sighting)
  const fitting = open.filter(
    (incident) =>
      !incident.isCaseEnded &&
      isNear(hazard, incident, sighting) &&
      // Whatever its time, what lies in the cell of an open incident belongs on its timeline.
      (incident.cell === cell || isInTime(hazard, incident, sighting)),
  )
  const away = (incident: OpenIncident) =>
    distanceM([incident.lon, incident.lat], sighting.position)
  return fitting.sort(
    (a, b) => away(a) - away(b) || a.openedAt - b.openedAt || a.cell.localeCompare(b.cell),
  )[0]
}

/**
 * Incidents that end before the sighting is joined: their case is done, or their stretch is over
 * and nothing holds. `logTime` guards against one device whose clock runs ahead.
 */
export function isOver(
  hazard: Hazard,
  incident: OpenIncident,
  times: { at: number; logTime: number },
): boolean {
  if (incident.isCaseEnded) return true
  if (incident.isActive) return false
  const until = incident.lastActivityAt + stretchMs(hazard, incident.cell.startsWith('silent:'))
  return times.at > until && times.logTime > until
}

/**
 * A stretch of silence that is over while devices are still away: the incident stays open, and its
 * cell becomes free for the next.
 */
export function sealedCell(hazard: Hazard, incident: OpenIncident, at: number): string {
  const isSealing =
    incident.cell.startsWith('silent:') &&
    !incident.cell.includes('#') &&
    at - incident.lastActivityAt > stretchMs(hazard, true)
  return isSealing ? `${incident.cell}#${incident.openedAt}` : incident.cell
}
