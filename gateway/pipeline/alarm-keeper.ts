import { type Alarm, alarmTransition } from '../domain/alarm.ts'
import { type Case, noFacts } from '../domain/case.ts'
import { clockRules, stepClock, withTimer } from '../domain/case-clock.ts'
import { caseCounter, caseNumber } from '../domain/case-number.ts'
import { caseTitle, silenceTitle } from '../domain/case-title.ts'
import {
  cellOf,
  incidentToJoin,
  isOver,
  type OpenIncident,
  sealedCell,
} from '../domain/correlation.ts'
import { isSilenceCondition } from '../domain/evaluate.ts'
import type { Incident } from '../domain/incident.ts'
import { higherSeverity, type Severity, severityRank } from '../domain/severity.ts'
import { type Hazard, hazardOf, placeName, type Town } from '../domain/town.ts'
import type { NewId } from '../ports/clock.ts'
import type { CorrelationUnit } from '../ports/correlation-store.ts'
import type { OutboxEvent, OutboxTopic } from '../ports/outbox.ts'
import { newAlarm, type Raise, sightingOf } from './new-alarm.ts'
import { notePlanned, weighGrowth, weighOpening } from './planned.ts'
import type { Effect } from './rule-engine.ts'

/**
 * Turns the effects of one batch into alarms, incidents and cases, inside the transaction that also
 * keeps the log position. The log decides all but ids and wall-clock times, so that the same log
 * gives the same rows.
 */

export interface KeeperContext {
  town: Town
  newId: NewId
  /** Wall clock, epoch ms. */
  now: number
  /** The highest arrival time in the log so far, epoch ms. */
  logTime: number
}

/** Arrived longer ago than this: shown and worked on, but nobody is paged for it. */
const backlogMs = 60 * 60_000

type Clear = Effect & { kind: 'clear' }
type Presence = Effect & { kind: 'presence' }

interface Placed {
  id: string
  village: string
  grid: string | null
}

export async function keepEffects(
  unit: CorrelationUnit,
  effects: readonly Effect[],
  context: KeeperContext,
): Promise<void> {
  const events = new Map<string, OutboxEvent>()
  for (const effect of effects) {
    const quiet = isBacklog(effect, context)
    const keeper = createKeeper(unit, { ...context, quiet }, (topic, placed, extra) =>
      note(events, topic, { placed, extra, context, effect }),
    )
    if (effect.kind === 'raise') await keeper.raise(effect)
    else if (effect.kind === 'clear') await keeper.clear(effect)
    else keeper.presence(effect)
  }
  for (const event of events.values()) await unit.emit(event)
}

function isBacklog(effect: Effect, { now }: KeeperContext): boolean {
  return now - effect.receivedAt > backlogMs
}

type Emit = (topic: OutboxTopic, placed: Placed, extra?: { online: boolean; at: number }) => void

/** One row per thing and batch: readers load the present view, so the last word is enough. */
function note(
  events: Map<string, OutboxEvent>,
  topic: OutboxTopic,
  from: {
    placed: Placed
    extra?: { online: boolean; at: number }
    context: KeeperContext
    effect: Effect
  },
): void {
  const { placed, extra, context, effect } = from
  const key = `${topic} ${placed.id}`
  const before = events.get(key)
  const isQuiet =
    isBacklog(effect, context) && (before === undefined || before.body.backlog === true)
  events.delete(key)
  events.set(key, {
    at: context.now,
    topic,
    village: placed.village,
    place: placed.grid ?? placed.village,
    body: { id: placed.id, ...extra, ...(isQuiet && { backlog: true }) },
  })
}

function createKeeper(
  unit: CorrelationUnit,
  context: KeeperContext & { quiet: boolean },
  emit: Emit,
) {
  const { town, newId, now, quiet } = context

  async function raise(effect: Raise): Promise<void> {
    if ((await unit.openAlarm(effect.rule.id, effect.device)) !== undefined) return
    const hazard = hazardOf(town, effect.rule.hazard)
    const candidate = newAlarm(effect, town, newId)
    const joined = await findIncident(hazard, effect)
    const incident = joined ?? (await openIncident(hazard, candidate, effect))
    const alarm = await keepAlarm({ ...candidate, incident: incident.id })
    if (joined !== undefined) await join(joined, alarm, effect)
    else await openCase(hazard, incident, { alarm, effect })
    emit('alarm', alarm)
  }

  /** An alarm that cleared unseen and holds again is the same alarm (ISA-18.2 return to alarm). */
  async function keepAlarm(alarm: Alarm & { incident: string }): Promise<Alarm> {
    const unseen = await unit.unseenAlarm(alarm.incident, alarm.rule, alarm.device)
    const state = unseen && alarmTransition(unseen.state, 'returnToAlarm')
    if (!unseen || !state) {
      await unit.insertAlarm(alarm)
      return alarm
    }
    const severity = higherSeverity(unseen.severity, alarm.severity)
    const again = { ...alarm, id: unseen.id, state, severity }
    await unit.updateAlarm(again)
    return again
  }

  async function findIncident(hazard: Hazard, effect: Raise): Promise<OpenIncident | undefined> {
    const open: OpenIncident[] = []
    for (const incident of await unit.openIncidents(hazard.id)) {
      if (isOver(hazard, incident, { at: effect.at, logTime: logTimeFor(effect) })) {
        await unit.updateIncident({ ...incident, closedAt: now })
        emit('incident', incident)
        continue
      }
      const cell = sealedCell(hazard, incident, effect.at)
      if (cell !== incident.cell) await unit.moveIncident(incident.id, cell)
      open.push({ ...incident, cell })
    }
    return incidentToJoin(hazard, open, sightingOf(effect))
  }

  /** Silence is judged by the gateway's clock, so that clock is also its log time. */
  function logTimeFor(effect: Raise): number {
    return isSilenceCondition(effect.rule.when) ? effect.at : context.logTime
  }

  async function openIncident(hazard: Hazard, alarm: Alarm, effect: Raise): Promise<OpenIncident> {
    const { severity, village, grid, lon, lat } = alarm
    const where = { severity, village, grid, lon, lat }
    const incident: OpenIncident = {
      id: newId(),
      hazard: hazard.id,
      ...where,
      openedAt: effect.at,
      lastActivityAt: effect.at,
      closedAt: null,
      cell: cellOf(hazard, sightingOf(effect)),
      isActive: true,
      isCaseEnded: false,
    }
    await unit.insertIncident(incident)
    emit('incident', incident)
    return incident
  }

  /** What concerns the whole town has nobody below it to begin with. */
  function tierOf(code: string): Case['tier'] {
    return town.places.some((place) => place.code === code && place.level === 'town')
      ? 'town'
      : 'grid'
  }

  async function openCase(
    hazard: Hazard,
    incident: Incident,
    from: { alarm: Alarm; effect: Raise },
  ): Promise<void> {
    const sequence = await unit.next(caseCounter(now, town.timeZone))
    const { village, grid, lon, lat } = incident
    const weighed = await weighOpening(unit, from.alarm, now)
    const opened = withTimer({
      id: newId(),
      number: caseNumber(town, now, sequence),
      state: 'reported',
      tier: tierOf(village),
      hazard: hazard.id,
      village,
      grid,
      lon,
      lat,
      title: caseTitle({
        placeName: placeName(town, grid ?? village),
        hazard,
        ruleName: from.effect.rule.name,
        deviceName: from.effect.of.name,
      }),
      openedAt: now,
      stepSince: now,
      holder: null,
      version: 1,
      incident: incident.id,
      source: 'alarm',
      text: null,
      reportedBy: null,
      externalId: null,
      mergedInto: null,
      splitFrom: null,
      ...noFacts,
      ...weighed,
      ...stepClock('reported', now, clockRules(town, hazard.id)),
    })
    await unit.insertCase(opened)
    const caseId = opened.id
    await unit.addHistory({ caseId, at: now, act: 'opened', toState: 'reported', quiet })
    await unit.addHistory({ caseId, at: now, act: 'alarm', alarm: from.alarm.id, quiet })
    const lowered = { from: from.alarm.severity, to: opened.severity }
    await notePlanned(unit, opened.plannedEvent, { caseId, at: now, before: null, lowered })
    emit('case', opened)
  }

  async function join(incident: OpenIncident, alarm: Alarm, effect: Raise): Promise<void> {
    const severity = higherSeverity(incident.severity, alarm.severity)
    const lastActivityAt = Math.max(incident.lastActivityAt, effect.at)
    await unit.updateIncident({ ...incident, severity, lastActivityAt })
    emit('incident', incident)
    const present = await unit.caseOfIncident(incident.id)
    if (present === undefined) return
    await unit.addHistory({ caseId: present.id, at: now, act: 'alarm', alarm: alarm.id, quiet })
    await growCase(present, { alarm, effect, whole: severity })
    emit('case', present)
  }

  async function growCase(
    present: Case,
    { alarm, effect, whole }: { alarm: Alarm; effect: Raise; whole: Severity },
  ): Promise<void> {
    const { severity, plannedEvent } = await weighGrowth(unit, present, { alarm, whole })
    const isMore = severityRank(severity) > severityRank(present.severity)
    const title = await titleAfter(present, effect)
    const before = present.plannedEvent
    const isSame = title === present.title && plannedEvent?.isOutgrown === before?.isOutgrown
    if (!isMore && isSame) return
    const version = isMore ? present.version + 1 : present.version
    await unit.updateCase({ ...present, severity, plannedEvent, title, version })
    const caseId = present.id
    await notePlanned(unit, plannedEvent, { caseId, at: now, before })
    if (!isMore) return
    const detail = { from: present.severity, to: severity }
    await unit.addHistory({ caseId, at: now, act: 'severity', alarm: alarm.id, detail, quiet })
  }

  async function titleAfter(present: Case, effect: Raise): Promise<string> {
    if (!isSilenceCondition(effect.rule.when) || present.incident === null) return present.title
    const devices = await unit.devicesIn(present.incident)
    const village = placeName(town, present.village)
    return devices > 1 ? silenceTitle(village, effect.rule.name, devices) : present.title
  }

  async function clear(effect: Clear): Promise<void> {
    const alarm = await unit.openAlarm(effect.rule, effect.device)
    const state = alarm && alarmTransition(alarm.state, 'clear')
    if (!alarm || !state) return
    await unit.updateAlarm({ ...alarm, state, clearedAt: Math.max(effect.at, alarm.raisedAt) })
    emit('alarm', alarm)
    if (alarm.incident === null) return
    await noteActivity(alarm.incident, effect.at)
    const present = await unit.caseOfIncident(alarm.incident)
    if (present === undefined) return
    await unit.addHistory({ caseId: present.id, at: now, act: 'cleared', alarm: alarm.id, quiet })
    emit('case', present)
  }

  async function noteActivity(id: string, at: number): Promise<void> {
    const incident = await unit.incidentById(id)
    if (incident === undefined || incident.closedAt !== null) return
    const lastActivityAt = Math.max(incident.lastActivityAt, at)
    await unit.updateIncident({ ...incident, lastActivityAt })
    emit('incident', incident)
  }

  function presence({ of, online, at }: Presence): void {
    emit('device', of, { online, at })
  }

  return { raise, clear, presence }
}
