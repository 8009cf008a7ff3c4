import type { Speaker } from '../domain/device.ts'
import {
  fittingRuleState,
  isEventCondition,
  isExcessCondition,
  isSilenceCondition,
  type RuleState,
} from '../domain/evaluate.ts'
import type { LatestValue } from '../domain/excess.ts'
import { distanceM } from '../domain/place.ts'
import type { Rule } from '../domain/rule.ts'
import type { Town } from '../domain/town.ts'
import type { Calibrations } from '../ports/calibrations.ts'
import type { Checkpoint } from '../ports/correlation-store.ts'
import type { DeviceRegistry } from '../ports/device-registry.ts'
import { calibratedLatest } from './calibrated-latest.ts'

/**
 * Which rules watch which device, with their states at hand: looked up once per device and kept,
 * until the device is edited.
 */

/** One rule watching one device. */
export interface Slot {
  rule: Rule
  device: Speaker
  state: RuleState
  neighbours: { epoch: number; cells: LatestCell[] } | null
}

/** The newest value of one property of one device; shared by all who look at it. */
export interface LatestCell extends LatestValue {
  device: string
  property: string
  /** `value` before it was calibrated: what is kept. */
  measured: number
}

export interface Plan {
  device: Speaker
  readings: Map<string, Slot[]>
  events: Slot[]
  silence: Slot[]
  latest: Map<string, LatestCell>
}

export interface WatchPlans {
  /** Undefined for a device nobody knows (any more). */
  planOf(device: string): Plan | undefined
  slotOf(rule: string, device: string): Slot | undefined
  cellOf(property: string, device: string): LatestCell
  neighboursOf(slot: Slot): readonly LatestCell[]
  /** A rule or device that comes back later starts afresh. */
  forget(rule: string, device: string): void
}

const uncalibrated: Calibrations = { of: () => [], ofDevice: () => undefined }

export function createWatchPlans(
  town: Town,
  devices: DeviceRegistry,
  checkpoint: Checkpoint,
  calibrations: Calibrations = uncalibrated,
): WatchPlans {
  const rules = rulesByKind(town)
  const stored = new Map(checkpoint.ruleStates.map((s) => [keyOf(s.rule, s.device), s.state]))
  const cells = new Map(
    checkpoint.latest.map((row): [string, LatestCell] => [
      keyOf(row.property, row.device),
      { ...calibratedLatest(calibrations, row), measured: row.value },
    ]),
  )
  const plans = new Map<string, Plan>()
  /** Rises when a device appears, moves or leaves, so that neighbourhoods are looked up anew. */
  let epoch = 0

  function cellOf(property: string, device: string): LatestCell {
    const key = keyOf(property, device)
    const known = cells.get(key)
    if (known !== undefined) return known
    const nothing = {
      observedAt: Number.NEGATIVE_INFINITY,
      value: Number.NaN,
      measured: Number.NaN,
    }
    const cell = { device, property, ...nothing }
    cells.set(key, cell)
    return cell
  }

  function makePlan(device: Speaker, before: Plan | undefined): Plan {
    const old = before === undefined ? [] : slotsOf(before)
    const watching = device.state === 'outOfService' ? [] : (rules.get(device.kind) ?? [])
    const slots = watching.map((rule) => {
      const slot = old.find((candidate) => candidate.rule.id === rule.id)
      const state = slot?.state ?? fittingRuleState(rule, stored.get(keyOf(rule.id, device.id)))
      return Object.assign(slot ?? {}, { rule, device, state, neighbours: null })
    })
    const plan = { device, latest: new Map(), ...bySort(slots) }
    plans.set(device.id, plan)
    epoch++
    return plan
  }

  function planOf(id: string): Plan | undefined {
    const device = devices.speaker(id)
    const known = plans.get(id)
    if (device !== undefined) return known?.device === device ? known : makePlan(device, known)
    if (plans.delete(id)) epoch++
    return undefined
  }

  return {
    planOf,
    cellOf,
    slotOf(rule, device) {
      const plan = planOf(device)
      return plan && slotsOf(plan).find((slot) => slot.rule.id === rule)
    },
    neighboursOf(slot) {
      if (slot.neighbours?.epoch === epoch) return slot.neighbours.cells
      const { when } = slot.rule
      if (!isExcessCondition(when)) return []
      const near = devices.all().filter((other) => isNeighbour(slot, other, when.radiusKm))
      slot.neighbours = { epoch, cells: near.map((other) => cellOf(when.property, other.id)) }
      return slot.neighbours.cells
    },
    forget(rule, device) {
      stored.delete(keyOf(rule, device))
    },
  }
}

function isNeighbour({ rule, device }: Slot, other: Speaker, radiusKm: number): boolean {
  return (
    other.id !== device.id &&
    rule.kinds.includes(other.kind) &&
    distanceM(other.position, device.position) <= radiusKm * 1000
  )
}

function keyOf(first: string, second: string): string {
  return `${first}\n${second}`
}

function slotsOf(plan: Plan): Slot[] {
  return [...[...plan.readings.values()].flat(), ...plan.events, ...plan.silence]
}

function bySort(slots: Slot[]): Pick<Plan, 'readings' | 'events' | 'silence'> {
  const readings = new Map<string, Slot[]>()
  for (const slot of slots) {
    if (!('property' in slot.rule.when)) continue
    const { property } = slot.rule.when
    readings.set(property, [...(readings.get(property) ?? []), slot])
  }
  return {
    readings,
    events: slots.filter((slot) => isEventCondition(slot.rule.when)),
    silence: slots.filter((slot) => isSilenceCondition(slot.rule.when)),
  }
}

/** Rules whose hazard people alone may report raise nothing. */
function rulesByKind(town: Town): Map<string, Rule[]> {
  const byKind = new Map<string, Rule[]>()
  for (const rule of town.rules) {
    const hazard = town.hazards.find(({ id }) => id === rule.hazard)
    if (hazard !== undefined && !hazard.sources.includes('device')) continue
    for (const kind of new Set(rule.kinds)) {
      byKind.set(kind, [...(byKind.get(kind) ?? []), rule])
    }
  }
  return byKind
}
