import type { Case } from './case.ts'
import { clockRules } from './case-clock.ts'
import {
  daysOf,
  devicesOf,
  type EvaluatedAlarm,
  type EvaluatedDay,
  type EvaluatedDevice,
  faultHazard,
  type Month,
  silentMs,
} from './evaluation-days.ts'
import {
  type CaseWay,
  type EvaluatedCase,
  type EvaluatedStep,
  evaluatedSteps,
  wayOf,
} from './evaluation-steps.ts'
import { isPlannedBurn } from './planned-event.ts'
import { hazardOf, type Town } from './town.ts'
import { instantOnDay, localTime } from './town-time.ts'

/**
 * 统一考核: how the villages, units and teams of a town did in one month. A case belongs to the
 * month it was opened in, to its village, to the unit it was given to (else the one its hazard
 * names) and to the team it was given to last. Persons are neither named nor ranked.
 *
 * Points of 100, over what is known, weighted again where something is not:
 *   40 × handled on time
 * + 20 × mean of accepted, dispatched and signed for on time
 * + 15 × (1 − return rate: of the dispatches, those that were sent back)
 * + 15 × (1 − rework rate: of the feedbacks, those that had to be done again)
 * + 10 × mean score ÷ 5
 *
 * Not counted, and shown as not counted: cases of device faults; cases of planned burns that stayed
 * what was announced (see planned-event.ts; drills and ceremonies count: the work is done as ever);
 * time in suspension; time in which devices were silent.
 * Merged cases count with the one they went into. Voided cases are nobody's work; a false alarm
 * counts against the device. Deadlines are those of the hazard's clocks as they stand now.
 */

type PerStep = Record<EvaluatedStep, number | null>

export interface EvaluationRow {
  /** Place code, unit or team. */
  id: string
  name: string
  opened: number
  closed: number
  onTime: PerStep
  returnRate: number | null
  reworkRate: number | null
  medianMinutes: PerStep & { close: number | null }
  meanScore: number | null
  points: number | null
}

export interface Evaluation {
  month: string
  villages: EvaluationRow[]
  units: EvaluationRow[]
  teams: EvaluationRow[]
  devices: EvaluatedDevice[]
  excluded: {
    deviceFaults: number
    plannedBurns: number
    suspendedMinutes: number
    offlineMinutes: number
  }
  days: EvaluatedDay[]
}

/** What one case adds; small, so that a month of cases need not be kept. */
export interface CaseOutcome {
  kind: 'counted' | 'deviceFault' | 'plannedBurn' | 'merged' | 'void'
  village: string
  unit: string
  team: string | null
  openedAt: number
  way: CaseWay
}

export interface EvaluationContext {
  /** YYYY-MM in the town's zone. */
  month: string
  town: Town
  now: number
  /** Villages in the answer, also those without a case. */
  villages: readonly { code: string; name: string }[]
  deviceName: (id: string) => string | undefined
}

export function monthIn(month: string, timeZone: string): Month {
  const [year = 0, number = 1] = month.split('-').map(Number)
  const within = Date.UTC(year, number - 1, 15)
  const { day } = localTime(within, timeZone)
  const days = new Date(Date.UTC(year, number, 0)).getUTCDate()
  return {
    startsAt: instantOnDay(within, 1 - day, 0, timeZone),
    endsAt: instantOnDay(within, 1 - day + days, 0, timeZone),
  }
}

type Kept = Pick<Case, 'state' | 'hazard' | 'plannedEvent'>

function kindOf({ state, hazard, plannedEvent }: Kept): CaseOutcome['kind'] {
  if (state === 'merged') return 'merged'
  if (hazard === faultHazard) return 'deviceFault'
  if (state === 'void') return 'void'
  return isPlannedBurn(plannedEvent) ? 'plannedBurn' : 'counted'
}

/** The last it was given to: after it was sent back, still whoever sent it back. */
function holderOf(one: EvaluatedCase): { kind: unknown; id: unknown } | null {
  if (one.holder !== null) return one.holder
  const given = one.timeline.findLast(({ act }) => act === 'dispatch')
  return given ? { kind: given.facts['toKind'], id: given.facts['to'] } : null
}

export function outcomeOf(one: EvaluatedCase, town: Town, now: number): CaseOutcome {
  const holder = holderOf(one)
  const id = typeof holder?.id === 'string' ? holder.id : ''
  return {
    kind: kindOf(one),
    village: one.village,
    unit: holder?.kind === 'unit' && id !== '' ? id : hazardOf(town, one.hazard).unit,
    team: holder?.kind === 'team' && id !== '' ? id : null,
    openedAt: one.openedAt,
    way: wayOf(one, clockRules(town, one.hazard), now),
  }
}

export function evaluateMonth(
  outcomes: readonly CaseOutcome[],
  alarms: readonly EvaluatedAlarm[],
  context: EvaluationContext,
): Evaluation {
  const counted = outcomes.filter(({ kind }) => kind === 'counted')
  const names = new Map(context.villages.map(({ code, name }) => [code, name]))
  const month = monthIn(context.month, context.town.timeZone)
  const suspendedMs = counted.reduce((sum, { way }) => sum + way.suspendedMs, 0)
  return {
    month: context.month,
    villages: rowsOf(
      groupBy(counted, ({ village }) => village, [...names.keys()]),
      names,
    ),
    units: rowsOf(groupBy(counted, ({ unit }) => unit || null)),
    teams: rowsOf(groupBy(counted, ({ team }) => team)),
    devices: devicesOf(alarms, month, context.deviceName),
    excluded: {
      deviceFaults: countOf(outcomes, 'deviceFault'),
      plannedBurns: countOf(outcomes, 'plannedBurn'),
      suspendedMinutes: suspendedMs / 60_000,
      offlineMinutes: silentMs(alarms, month, context.now) / 60_000,
    },
    days: daysOf(counted.map(timesOf), month, context.town.timeZone),
  }
}

function countOf(outcomes: readonly CaseOutcome[], asked: CaseOutcome['kind']): number {
  return outcomes.filter(({ kind }) => kind === asked).length
}

function timesOf({ openedAt, way }: CaseOutcome) {
  return { openedAt, closedAt: way.closedAt }
}

type Groups = Map<string, CaseOutcome[]>

function groupBy(
  outcomes: readonly CaseOutcome[],
  keyOf: (outcome: CaseOutcome) => string | null,
  known: readonly string[] = [],
): Groups {
  const groups: Groups = new Map(known.map((key) => [key, []]))
  for (const outcome of outcomes) {
    const key = keyOf(outcome)
    if (key === null) continue
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [outcome])
    else group.push(outcome)
  }
  return groups
}

/** Best first; those of whom nothing is known last. */
function rowsOf(groups: Groups, names?: ReadonlyMap<string, string>): EvaluationRow[] {
  return [...groups]
    .map(([id, outcomes]) => rowOf(id, names?.get(id) ?? id, outcomes))
    .sort((a, b) => (b.points ?? -1) - (a.points ?? -1) || (a.id < b.id ? -1 : 1))
}

function rowOf(id: string, name: string, outcomes: readonly CaseOutcome[]): EvaluationRow {
  const ways = outcomes.map(({ way }) => way)
  const sum = (of: (way: CaseWay) => number) => ways.reduce((total, way) => total + of(way), 0)
  const scores = ways.map(({ score }) => score).filter((score) => score !== null)
  const known = {
    onTime: perStep((step) => onTimeRate(ways, step)),
    returnRate: rate(
      sum(({ returns }) => returns),
      sum(({ dispatches }) => dispatches),
    ),
    reworkRate: rate(
      sum(({ reworks }) => reworks),
      sum(({ feedbacks }) => feedbacks),
    ),
    meanScore: mean(scores),
  }
  return {
    id,
    name,
    opened: outcomes.length,
    closed: ways.filter(({ closedAt }) => closedAt !== null).length,
    ...known,
    medianMinutes: {
      ...perStep((step) => median(minutesOf(ways, step))),
      close: median(ways.map(({ closeMinutes }) => closeMinutes).filter((ms) => ms !== null)),
    },
    points: pointsOf(known),
  }
}

function perStep(of: (step: EvaluatedStep) => number | null): PerStep {
  return Object.fromEntries(evaluatedSteps.map((step) => [step, of(step)])) as PerStep
}

function onTimeRate(ways: readonly CaseWay[], step: EvaluatedStep): number | null {
  const samples = ways.flatMap((way) => way.samples).filter((sample) => sample.step === step)
  return rate(samples.filter(({ isOnTime }) => isOnTime).length, samples.length)
}

function minutesOf(ways: readonly CaseWay[], step: EvaluatedStep): number[] {
  return ways
    .flatMap(({ samples }) => samples)
    .filter((sample) => sample.step === step)
    .map(({ minutes }) => minutes)
    .filter((minutes) => minutes !== null)
}

function rate(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}

function mean(values: readonly number[]): number | null {
  return rate(
    values.reduce((sum, value) => sum + value, 0),
    values.length,
  )
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const upper = sorted[Math.floor(middle)]
  if (upper === undefined) return null
  if (!Number.isInteger(middle)) return upper
  return ((sorted[middle - 1] ?? upper) + upper) / 2
}

type Known = Pick<EvaluationRow, 'onTime' | 'returnRate' | 'reworkRate' | 'meanScore'>

function pointsOf({ onTime, returnRate, reworkRate, meanScore }: Known): number | null {
  const first = [onTime.accept, onTime.dispatch, onTime.sign].filter((one) => one !== null)
  const parts: [weight: number, value: number | null][] = [
    [40, onTime.handle],
    [20, mean(first)],
    [15, returnRate === null ? null : 1 - returnRate],
    [15, reworkRate === null ? null : 1 - reworkRate],
    [10, meanScore === null ? null : meanScore / 5],
  ]
  const known = parts.filter((part): part is [number, number] => part[1] !== null)
  const weight = known.reduce((sum, [one]) => sum + one, 0)
  if (weight === 0) return null
  const points = known.reduce((sum, [one, value]) => sum + one * value, 0)
  return Math.round((points / weight) * 1000) / 10
}
