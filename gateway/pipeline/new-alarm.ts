import type { Alarm } from '../domain/alarm.ts'
import type { Sighting } from '../domain/correlation.ts'
import { isSpokenFor, type Speaker } from '../domain/device.ts'
import { isSilenceCondition } from '../domain/evaluate.ts'
import { gridAt } from '../domain/place.ts'
import { isInSeason, monthDay, seasonalSeverity } from '../domain/season.ts'
import type { Town } from '../domain/town.ts'
import type { NewId } from '../ports/clock.ts'
import type { Effect } from './rule-engine.ts'

/** The alarm that a rule's verdict makes, and where it was seen. */

export type Raise = Effect & { kind: 'raise' }

export function sightingOf({ of, at, rule }: Raise): Sighting {
  const isSilence = isSilenceCondition(rule.when)
  return { device: of.id, village: of.village, position: of.position, at, isSilence }
}

/** A walk goes through the whole village, wherever it begins; the gateway belongs to the whole town. */
function gridOf(of: Speaker, { places }: Town): string | null {
  const { village, position, grid } = of
  if (isSpokenFor(of)) return null
  const grids = places.filter((place) => place.level === 'grid')
  return gridAt(grids, village, position)?.code ?? grid
}

export function newAlarm({ rule, of, at, cause }: Raise, town: Town, newId: NewId): Alarm {
  const day = monthDay(at, town.timeZone)
  const running = town.seasons.filter((season) => isInSeason(season, day))
  return {
    id: newId(),
    rule: rule.id,
    device: of.id,
    hazard: rule.hazard,
    severity: seasonalSeverity(rule.severity, rule.hazard, running),
    state: 'activeUnacknowledged',
    village: of.village,
    grid: gridOf(of, town),
    lon: of.position[0],
    lat: of.position[1],
    raisedAt: at,
    clearedAt: null,
    acknowledgedAt: null,
    acknowledgedBy: null,
    cause,
    incident: null,
  }
}
