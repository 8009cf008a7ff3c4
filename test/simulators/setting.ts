import { join } from 'node:path'
import type { Play, Scenario } from '../../simulators/scenarios/play.ts'
import { readDevices, type TownDevice } from '../../simulators/town.ts'

/** What the tests of the simulators share: the sample town, and a fixed moment. */

export const root = join(import.meta.dirname, '../..')
export const town = join(root, 'examples', 'town')
export const devices = readDevices(town)
export const villages = [...new Set(devices.map((device) => device.village))]
/** 2026-11-21 14:00 in the town. */
export const afternoon = Date.UTC(2026, 10, 21, 6)
export const minuteMs = 60_000
export const hourMs = 60 * minuteMs

export function device(id: string): TownDevice {
  const found = devices.find((one) => one.id === id)
  if (!found) throw new Error(`no device ${id} in the sample town`)
  return found
}

export function staged(scenario: Scenario, village = scenario.defaultVillage, seed = 1): Play {
  return scenario.stage({ devices, village, seed, startMs: afternoon })
}
