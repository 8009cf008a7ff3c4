import { seenTime } from '../domain/checkin-time.ts'
import { InvalidError, TooManyError } from '../domain/errors.ts'
import { middleOf, nearestSpot, spotOfScope } from '../domain/nearest-spot.ts'
import type { Actor } from '../domain/person.ts'
import type { LonLat, Spot } from '../domain/place.ts'
import { reportSeverity } from '../domain/severity.ts'
import type { Town } from '../domain/town.ts'
import type { Clock } from '../ports/clock.ts'
import type { AnsweredReport, PatrolReportStore, SentReport } from '../ports/patrol-reports.ts'
import type { PatrolStore } from '../ports/patrol-store.ts'
import type { ReportDesk } from './reports.ts'

/**
 * 随手报 and 一键求助. Nothing that somebody sends from the road is lost for where it was sent from:
 * what has no position, or one a little outside the town, is booked at the nearest place that is
 * known, and a neighbour's village is no reason to refuse a fire. Photos and voice come after it.
 */
export interface PatrolReports {
  report(actor: Actor, sent: RoadReport, address?: string): Promise<RoadAnswer>
  /** Red, at once, whatever is in it. */
  help(actor: Actor, sent: HelpCall, address?: string): Promise<RoadAnswer>
  /** One's own, newest first. */
  own(actor: Actor): Promise<AnsweredReport[]>
}

interface HelpCall {
  id: string
  at: number
  lon?: number | undefined
  lat?: number | undefined
  accuracyM?: number | undefined
  point?: string | undefined
  text: string
}

interface RoadReport extends HelpCall {
  hazard: string
  photos: readonly string[]
  voice?: string | undefined
}

interface RoadAnswer {
  report: AnsweredReport
  /** False: it was here before. */
  isNew: boolean
}

export interface PatrolReportsParts {
  reportDesk: ReportDesk
  store: PatrolReportStore
  patrols: Pick<PatrolStore, 'points' | 'point'>
  town: () => Town
  clock: Clock
}

const helpHazard = 'helpCall'
const otherHazard = 'environment'
/** A fix further outside is none: phones without sky sometimes claim to be in the sea. */
const outsideM = 20_000
const lastPlaceMs = 12 * 3_600_000
const mostListed = 50
/** No person sees so much on one day; what a phone has more can go tomorrow. */
export const mostReportsADay = 500
/** Of one person: calls beyond them are the same call. */
export const mostCalls = 5
const sameCallMs = 3_600_000
const dayMs = 24 * 3_600_000

interface Whereabouts {
  position: LonLat
  place: Spot
}

export function createPatrolReports(parts: PatrolReportsParts): PatrolReports {
  const { reportDesk, store, patrols, town, clock } = parts

  async function spotNear(position: LonLat): Promise<Whereabouts | undefined> {
    const { places } = town()
    const whole = places.find(({ level }) => level === 'town')?.code ?? ''
    const points = await patrols.points(whole)
    const place = nearestSpot({ places, points }, position, outsideM)
    return place && { position, place }
  }

  /** Best first; each is asked for only when those before it are not known. */
  async function whereIs(actor: Actor, { lon, lat, point }: HelpCall): Promise<Whereabouts> {
    const ways: (() => Promise<LonLat | undefined>)[] = [
      async () => (lon === undefined || lat === undefined ? undefined : [lon, lat]),
      async () => {
        const known = point === undefined ? undefined : await patrols.point(point)
        return known && [known.lon, known.lat]
      },
      () => store.lastPlace(actor.id, clock.now() - lastPlaceMs),
    ]
    for (const way of ways) {
      const position = await way()
      const found = position && (await spotNear(position))
      if (found) return found
    }
    return middleOfScope(actor)
  }

  function middleOfScope({ scope }: Actor): Whereabouts {
    const { places } = town()
    const place = spotOfScope(places, scope)
    const known = places.find(({ code }) => code === (place?.grid ?? place?.village))
    if (place && known) return { position: middleOf(known), place }
    throw new InvalidError('lon, lat: there is no place to book it at; the town has no villages.')
  }

  /** A phone may have been away since before a hazard was renamed. */
  function knownHazard(wanted: string): string {
    const ids = town().hazards.map(({ id }) => id)
    if (ids.includes(wanted)) return wanted
    return ids.includes(otherHazard) ? otherHazard : (ids[0] ?? wanted)
  }

  async function send(actor: Actor, sent: RoadReport, address?: string): Promise<RoadAnswer> {
    const { id, text, photos } = sent
    const now = clock.now()
    const at = seenTime(sent.at, now) ?? now
    const { position, place } = await whereIs(actor, sent)
    const [lon, lat] = position
    const hazard = knownHazard(sent.hazard)
    const { caseId, isNew } = await reportDesk.report(
      actor,
      {
        hazard,
        text,
        lon,
        lat,
        place,
        severity: reportSeverity(sent.hazard),
        source: 'patrol',
        externalId: id,
        seenAt: at,
      },
      address,
    )
    const files = { photos, voice: sent.voice ?? null, accuracyM: sent.accuracyM ?? null }
    // Sent again after a crash in between: the case is there, and this is what was missing.
    const report = await keep({ id, by: actor.id, caseId, at, text, ...files })
    return { report, isNew }
  }

  async function keep(report: SentReport): Promise<AnsweredReport> {
    await store.add(report, clock.now())
    const kept = await store.one(report.by, report.id)
    if (!kept) throw new Error(`report ${report.id} was kept and is not there`)
    return kept
  }

  /** A phone or a program that calls on and on fills no queue with one person; nor is it refused. */
  async function sameCall({ id: by }: Actor, { id, at, text }: HelpCall) {
    const now = clock.now()
    const calls = await store.goingOn(by, helpHazard, now - sameCallMs)
    const [caseId] = calls
    if (caseId === undefined || calls.length < mostCalls) return undefined
    const files = { photos: [], voice: null, accuracyM: null }
    return keep({ id, by, caseId, at: seenTime(at, now) ?? now, text, ...files })
  }

  return {
    async report(actor, sent, address) {
      if (sent.text.trim() === '' && sent.photos.length === 0 && sent.voice === undefined) {
        throw new InvalidError('text: say what it is, take a photo, or speak it.')
      }
      const before = await store.one(actor.id, sent.id)
      if (before) return { report: before, isNew: false }
      if ((await store.countSince(actor.id, clock.now() - dayMs)) >= mostReportsADay) {
        throw new TooManyError('You reported very much today. The rest can go tomorrow.')
      }
      return send(actor, sent, address)
    },
    async help(actor, sent, address) {
      const known = (await store.one(actor.id, sent.id)) ?? (await sameCall(actor, sent))
      if (known) return { report: known, isNew: false }
      return send(actor, { ...sent, hazard: helpHazard, photos: [] }, address)
    },
    own: ({ id }) => store.list(id, mostListed),
  }
}
