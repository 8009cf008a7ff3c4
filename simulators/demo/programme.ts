import { forestFire } from '../scenarios/forest-fire.ts'
import type { Play, Scenario } from '../scenarios/play.ts'
import { strawBurning } from '../scenarios/straw-burning.ts'
import { towerDown } from '../scenarios/tower-down.ts'
import type { TownDevice } from '../town.ts'

/**
 * What happens in the demo and when. It begins a quarter of an hour ago and runs at eightfold speed
 * until it has caught up with the present, about two minutes later: so the straw-burning rule gets
 * its five minutes of measured smoke within one minute of waiting, and no time is invented.
 */
export const pace = { speed: 8, lagMs: 15 * 60_000 }

/** How much of the past is written before, and that every how many-th reading of it is. */
export const past = { lengthMs: 36 * 3_600_000, thinning: 10 }

interface Act {
  scenario: Scenario
  /** Wall time since the programme's beginning. */
  afterMs: number
}

const acts: readonly Act[] = [
  { scenario: strawBurning, afterMs: 30_000 },
  { scenario: forestFire, afterMs: 210_000 },
  { scenario: towerDown, afterMs: 480_000 },
]

/** Scenario time after `wallMs` of the programme, by the course of the virtual clock. */
function courseMs(startMs: number, wallMs: number): number {
  const wallStartMs = startMs + pace.lagMs
  return Math.min(startMs + wallMs * pace.speed, wallStartMs + wallMs)
}

export function programme(options: {
  devices: readonly TownDevice[]
  seed: number
  startMs: number
  only: Scenario | undefined
}): Play[] {
  const { devices, seed, startMs, only } = options
  const chosen = only ? [{ scenario: only, afterMs: 30_000 }] : acts
  return chosen.map(({ scenario, afterMs }) =>
    scenario.stage({
      devices,
      seed,
      village: scenario.defaultVillage,
      startMs: courseMs(startMs, afterMs),
    }),
  )
}

/** For cameras that are there in person: they say themselves what they see. */
export function withoutCameras(play: Play): Play {
  return { ...play, moments: play.moments.filter(({ device }) => device.adapter === 'mqtt') }
}
