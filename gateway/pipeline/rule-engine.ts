import type { AlarmCause } from '../domain/alarm.ts'
import { eventPathLost } from '../domain/camera-event-defaults.ts'
import { isSpokenFor, type Speaker } from '../domain/device.ts'
import {
  type Evaluation,
  type EvaluationContext,
  evaluateLogTime,
  evaluateRule,
  isSilenceCondition,
  type RuleState,
} from '../domain/evaluate.ts'
import type { Observation, Reading } from '../domain/observation.ts'
import type { Rule } from '../domain/rule.ts'
import type { Town } from '../domain/town.ts'
import type { Calibrations } from '../ports/calibrations.ts'
import type {
  Checkpoint,
  StoredPresence,
  StoredReading,
  StoredRuleState,
} from '../ports/correlation-store.ts'
import type { DeviceRegistry } from '../ports/device-registry.ts'
import { createWatchPlans, type LatestCell, type Plan, type Slot } from './watch-plans.ts'

/**
 * Evaluates the log in memory: an observation that changes nothing costs a few map look-ups and no
 * query. What must be written is collected as effects (alarms, presence) and as changed states, and
 * taken by the correlator.
 */

export type Effect = { device: string; receivedAt: number } & (
  | { kind: 'raise'; rule: Rule; of: Speaker; at: number; cause: AlarmCause }
  | { kind: 'clear'; rule: string; at: number }
  | { kind: 'presence'; of: Speaker; online: boolean; at: number }
)

export interface RuleEngine {
  /** Takes one entry of the log; entries must come in order. `monotonic` is when it is taken. */
  observe(observation: Observation, monotonic: number): void
  /** Looks for devices that fell silent; to be called only when the whole log was taken. */
  findSilent(at: { monotonic: number; now: number }, isPathUp: (device: Speaker) => boolean): void
  /** Clears alarms whose rule or device is no more, or has changed its sort. */
  clearOrphans(open: readonly { rule: string; device: string }[], now: number): void
  effects(): readonly Effect[]
  hasChanges(): boolean
  /** What changed since the last call; forgets it and the effects. */
  takeChanges(): Omit<Checkpoint, 'position'>
}

export interface RuleEngineOptions {
  town: Town
  devices: DeviceRegistry
  checkpoint: Checkpoint
  /** Left out: readings stand as they were measured. */
  calibrations?: Calibrations | undefined
  /** Device → monotonic ms when it was heard last; outlives an engine. */
  heard: Map<string, number>
  /** Monotonic ms since which devices could be heard at all. */
  listeningSince: number
}

export function createRuleEngine(options: RuleEngineOptions): RuleEngine {
  const { town, devices, checkpoint, heard, listeningSince } = options
  const plans = createWatchPlans(town, devices, checkpoint, options.calibrations)
  const presences = new Map(checkpoint.presence.map((row) => [row.device, { ...row }]))
  const changed = createChanges()
  const holds = createHolds()
  let effects: Effect[] = []
  let logTime = checkpoint.logTime
  let current: Slot | undefined

  for (const { rule, device, state } of checkpoint.ruleStates) {
    const slot = state.kind === 'event' && state.pulse ? plans.slotOf(rule, device) : undefined
    if (slot !== undefined) holds.note(slot)
  }

  const context: EvaluationContext = {
    neighbours: () => (current === undefined ? [] : plans.neighboursOf(current)),
    get logTime() {
      return logTime
    },
  }

  function settle(slot: Slot, { state, verdict }: Evaluation, receivedAt: number): void {
    if (state !== slot.state) {
      slot.state = state
      changed.slots.add(slot)
      if (state.kind === 'event') holds.note(slot)
    }
    if (verdict === null) return
    const { rule, device: of } = slot
    if (verdict.kind === 'raise') {
      effects.push({ ...verdict, rule, of, device: of.id, receivedAt })
    } else effects.push({ ...verdict, rule: rule.id, device: of.id, receivedAt })
  }

  function advance(receivedAt: number): void {
    if (receivedAt > logTime) logTime = receivedAt
    for (const slot of holds.due(logTime)) {
      settle(slot, evaluateLogTime(slot.rule, slot.state, logTime), logTime)
    }
  }

  function evaluate(slots: readonly Slot[], observation: Observation): void {
    for (const slot of slots) {
      current = slot
      const evaluation = evaluateRule(slot.rule, slot.state, observation, context)
      settle(slot, evaluation, observation.receivedAt)
    }
    current = undefined
  }

  function takeReading(plan: Plan, reading: Reading): void {
    const { property, observedAt, value, measured = value } = reading
    const slots = plan.readings.get(property)
    if (slots !== undefined) evaluate(slots, reading)
    let cell = plan.latest.get(property)
    if (cell === undefined) {
      cell = plans.cellOf(property, plan.device.id)
      plan.latest.set(property, cell)
    }
    if (observedAt < cell.observedAt) return
    cell.observedAt = observedAt
    cell.value = value
    cell.measured = measured
    changed.cells.add(cell)
  }

  function setOnline(of: Speaker, online: boolean, receivedAt: number): StoredPresence {
    let presence = presences.get(of.id)
    if (presence === undefined) {
      presence = { device: of.id, lastReceivedAt: 0, online: null }
      presences.set(of.id, presence)
    }
    changed.presences.add(presence)
    if (presence.online === online) return presence
    presence.online = online
    effects.push({ kind: 'presence', of, device: of.id, online, at: receivedAt, receivedAt })
    return presence
  }

  function noteHeard({ device, silence }: Plan, receivedAt: number, monotonic: number): void {
    const presence = setOnline(device, true, receivedAt)
    presence.lastReceivedAt = Math.max(presence.lastReceivedAt, receivedAt)
    heard.set(device.id, monotonic)
    for (const slot of silence) {
      if (!slot.state.active) continue
      const state: RuleState = { kind: 'silence', active: false }
      settle(slot, { state, verdict: { kind: 'clear', at: receivedAt } }, receivedAt)
    }
  }

  function fallSilent(slot: Slot, now: number): void {
    const lastHeardAt = presences.get(slot.device.id)?.lastReceivedAt
    const state: RuleState = { kind: 'silence', active: true }
    settle(slot, { state, verdict: { kind: 'raise', at: now, cause: { lastHeardAt } } }, now)
    setOnline(slot.device, false, now)
  }

  function wasHeard(device: string): boolean {
    return (presences.get(device)?.lastReceivedAt ?? 0) > 0
  }

  return {
    observe(observation, monotonic) {
      const { receivedAt } = observation
      advance(receivedAt)
      const plan = plans.planOf(observation.device)
      if (plan === undefined) return
      if (observation.kind === 'status' && !observation.online) {
        // The broker speaks for a device that is gone: nothing was heard of the device itself.
        setOnline(plan.device, false, receivedAt)
        return
      }
      if (!isSaidOfDevice(observation, plan.device)) noteHeard(plan, receivedAt, monotonic)
      if (observation.kind === 'event') evaluate(plan.events, observation)
      if (observation.kind === 'reading') takeReading(plan, observation)
    },
    findSilent({ monotonic, now }, isPathUp) {
      for (const { id } of devices.all()) {
        const plan = wasHeard(id) ? plans.planOf(id) : undefined
        if (plan === undefined || plan.silence.length === 0) continue
        if (!isPathUp(plan.device)) heard.set(id, monotonic)
        const silentMs = monotonic - (heard.get(id) ?? listeningSince)
        for (const slot of plan.silence) {
          if (!slot.state.active && silentMs > silenceLimitMs(slot)) fallSilent(slot, now)
        }
      }
    },
    clearOrphans(open, now) {
      for (const { rule, device } of open) {
        const slot = plans.slotOf(rule, device)
        if (slot?.state.active) continue
        if (slot === undefined) {
          plans.forget(rule, device)
          changed.resets.push({ rule, device, state: { kind: 'silence', active: false } })
        }
        effects.push({ kind: 'clear', rule, device, at: now, receivedAt: now })
      }
    },
    effects: () => effects,
    hasChanges: () => effects.length > 0 || changed.any(),
    takeChanges() {
      effects = []
      return { logTime, ...changed.take() }
    },
  }
}

/** The gateway says it because nothing comes from the device itself, or because it is none. */
function isSaidOfDevice(observation: Observation, of: Speaker): boolean {
  if (isSpokenFor(of)) return true
  if (observation.kind !== 'event') return false
  const { type, state } = observation
  return state === 'unknown' || (type === eventPathLost && state === 'active')
}

function silenceLimitMs({ rule: { when } }: Slot): number {
  return isSilenceCondition(when) ? when.silentForS * 1000 : Number.POSITIVE_INFINITY
}

/** What differs from the last checkpoint. */
function createChanges() {
  const slots = new Set<Slot>()
  const cells = new Set<LatestCell>()
  const presences = new Set<StoredPresence>()
  const resets: StoredRuleState[] = []
  return {
    slots,
    cells,
    presences,
    resets,
    any: () => slots.size + cells.size + presences.size + resets.length > 0,
    take() {
      const ruleStates = [...resets, ...Array.from(slots, storedState)]
      const latest = Array.from(cells, storedReading)
      const changes = { ruleStates, latest, presence: [...presences] }
      for (const set of [slots, cells, presences]) set.clear()
      resets.length = 0
      return changes
    },
  }
}

function storedReading({ device, property, observedAt, measured }: LatestCell): StoredReading {
  return { device, property, observedAt, value: measured }
}

function storedState({ rule, device, state }: Slot): StoredRuleState {
  return { rule: rule.id, device: device.id, state }
}

/** Alarms that pulses hold; most of the time there is none, and asking costs one comparison. */
function createHolds() {
  const holding = new Set<Slot>()
  let next = Number.POSITIVE_INFINITY
  function note(slot: Slot): void {
    const until = untilOf(slot)
    if (until === Number.POSITIVE_INFINITY) holding.delete(slot)
    else holding.add(slot)
    next = Math.min(next, until)
  }
  return {
    note,
    due(logTime: number): Slot[] {
      if (logTime < next) return []
      const due = [...holding].filter((slot) => untilOf(slot) <= logTime)
      for (const slot of due) holding.delete(slot)
      next = Math.min(Number.POSITIVE_INFINITY, ...Array.from(holding, untilOf))
      return due
    },
  }
}

function untilOf({ state }: Slot): number {
  return state.kind === 'event' && state.pulse ? state.pulse.until : Number.POSITIVE_INFINITY
}
