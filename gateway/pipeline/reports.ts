import { type Case, type CaseSource, noFacts } from '../domain/case.ts'
import type { Facts } from '../domain/case-acts.ts'
import { clockRules, stepClock, withTimer } from '../domain/case-clock.ts'
import { caseCounter, caseNumber } from '../domain/case-number.ts'
import { reportTitle } from '../domain/case-title.ts'
import { InvalidError, OutOfScopeError } from '../domain/errors.ts'
import type { Actor } from '../domain/person.ts'
import { isInScope, type LonLat, type Spot, spotAt } from '../domain/place.ts'
import type { Severity } from '../domain/severity.ts'
import { type Hazard, placeName, type Town } from '../domain/town.ts'
import type { CaseStore, DeskUnit } from '../ports/case-store.ts'
import type { Clock, NewId } from '../ports/clock.ts'
import { notePlanned, plannedForReport } from './planned.ts'

/**
 * Reports of people and programs become cases the same way as alarms: in the grid where they are,
 * with a number, clocks, a timeline and the news of it, all in one transaction. The same report
 * sent twice is one case, also when both arrive at once: transactions wait for each other.
 */

interface Report {
  hazard: string
  text: string
  lon: number
  lat: number
  severity: Severity
  source?: Exclude<CaseSource, 'alarm'> | undefined
  /** The sender's own id. */
  externalId?: string | undefined
  /** SHA-256 of the sender's uploads. */
  pictures?: readonly string[] | undefined
  /** Where it is booked, whoever sends it; left out: where the position lies, which must be the sender's. */
  place?: Spot | undefined
  /** When the sender saw it, where that is not now. */
  seenAt?: number | undefined
}

interface Opened {
  caseId: string
  /** False: the sender had reported it before. */
  isNew: boolean
}

export interface ReportDesk {
  /**
   * InvalidError for a place outside the town, an unknown hazard or a picture that the sender did
   * not upload; OutOfScopeError for a place outside the sender's scope.
   */
  report(actor: Actor, report: Report, address?: string): Promise<Opened>
}

export interface ReportDeskParts {
  store: CaseStore
  clock: Clock
  newId: NewId
  loadTown: () => Promise<Town>
}

interface Arrival {
  actor: Actor
  report: Report
  address: string | undefined
  town: Town
  hazard: Hazard
  spot: Spot
  source: CaseSource
  now: number
  newId: NewId
}

export function createReportDesk({ store, clock, newId, loadTown }: ReportDeskParts): ReportDesk {
  return {
    async report(actor, report, address) {
      const town = await loadTown()
      const hazard = knownHazard(town, report)
      const spot = report.place ?? spotInScope(town, report, actor)
      const source = report.source ?? usualSource(actor)
      const from = { actor, report, address, town, hazard, spot, source, newId }
      return store.transact((unit) => keepReport(unit, { ...from, now: clock.now() }))
    },
  }
}

function knownHazard(town: Town, { hazard: id }: Report): Hazard {
  const hazard = town.hazards.find((one) => one.id === id)
  if (hazard !== undefined) return hazard
  const known = town.hazards.map((one) => one.id).join(', ')
  throw new InvalidError(`hazard: there is no hazard "${id}"; known are ${known}.`)
}

function spotInScope(town: Town, { lon, lat }: Report, actor: Actor): Spot {
  const spot = spotAt(town.places, [lon, lat])
  if (spot === undefined) {
    throw new InvalidError(
      `lon, lat: ${lon}, ${lat} lies in no village of this town. Mark the place on the map again (WGS-84, longitude first).`,
    )
  }
  if (isInScope(actor.scope, spot.grid ?? spot.village)) return spot
  const text = 'There is no such place, or it is outside your area.'
  throw new OutOfScopeError(text, `place:${spot.grid ?? spot.village}`)
}

function usualSource({ id, role }: Actor): CaseSource {
  if (id.startsWith('token:')) return 'program'
  return role === 'gridWorker' || role === 'patroller' ? 'patrol' : 'desk'
}

async function keepReport(unit: DeskUnit, arrival: Arrival): Promise<Opened> {
  const { actor, report, now } = arrival
  const { externalId } = report
  const before = externalId && (await unit.caseOfSender(actor.id, externalId))
  if (before) return { caseId: before.id, isNew: false }
  const sequence = await unit.next(caseCounter(now, arrival.town.timeZone))
  const plannedEvent = await plannedOf(unit, arrival)
  const opened = { ...newCase(arrival, sequence), plannedEvent }
  await unit.insertCase(opened)
  await unit.addHistory({
    caseId: opened.id,
    at: now,
    act: 'opened',
    actor: actor.id,
    toState: 'reported',
    ...(report.text !== '' && { text: report.text }),
    detail: { source: arrival.source, ...lateness(report, now) },
  })
  await notePlanned(unit, plannedEvent, { caseId: opened.id, at: now, before: null })
  const owner = { caseId: opened.id, historyId: null, by: actor.id, at: now }
  await unit.attachPictures(owner, report.pictures ?? [])
  await unit.audit({
    actor: actor.id,
    act: 'reportCase',
    subject: `case:${opened.id}`,
    detail: `${opened.number} ${opened.hazard} ${arrival.source}`,
    address: arrival.address,
  })
  const { id, village, grid } = opened
  await unit.emit({ at: now, topic: 'case', village, place: grid ?? village, body: { id } })
  return { caseId: opened.id, isNew: true }
}

/** Said only where it came by and by: out of a valley, hours later. */
function lateness({ seenAt }: Report, now: number): Facts {
  return seenAt === undefined || Math.abs(now - seenAt) < lateAfterMs ? {} : { seenAt }
}

const lateAfterMs = 5 * 60_000

function plannedOf(unit: DeskUnit, { report, hazard, spot, now }: Arrival) {
  const position: LonLat = [report.lon, report.lat]
  const sighting = { hazard: hazard.id, ...spot, position, at: now }
  return plannedForReport(unit, sighting, report.severity)
}

function newCase({ actor, report, town, hazard, ...arrival }: Arrival, sequence: number): Case {
  const { now, spot, source } = arrival
  const { text, severity, lon, lat } = report
  return withTimer({
    id: arrival.newId(),
    number: caseNumber(town, now, sequence),
    state: 'reported',
    tier: 'grid',
    hazard: hazard.id,
    severity,
    ...spot,
    title: reportTitle(placeName(town, spot.grid ?? spot.village), hazard),
    lon,
    lat,
    openedAt: now,
    stepSince: now,
    holder: null,
    version: 1,
    incident: null,
    source,
    text: text === '' ? null : text,
    reportedBy: actor.id,
    externalId: report.externalId ?? null,
    mergedInto: null,
    splitFrom: null,
    ...noFacts,
    ...stepClock('reported', now, clockRules(town, hazard.id)),
  })
}
