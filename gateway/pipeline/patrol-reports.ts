import { InvalidError } from '../domain/errors.ts'
import { middleOf, nearestSpot, spotOfScope } from '../domain/nearest-spot.ts'
import type { Actor } from '../domain/person.ts'
import type { LonLat, Spot } from '../domain/place.ts'
import { reportSeverity } from '../domain/severity.ts'
import type { Town } from '../domain/town.ts'
import type { Clock } from '../ports/clock.ts'
import type { AnsweredReport, PatrolReportStore } from '../ports/patrol-reports.ts'
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
    const { id, at, text, photos } = sent
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
    await store.add({ id, by: actor.id, caseId, at, text, ...files }, clock.now())
    const report = await store.one(actor.id, id)
    if (!report) throw new Error(`report ${id} was kept and is not there`)
    return { report, isNew }
  }

  return {
    async report(actor, sent, address) {
      if (sent.text.trim() === '' && sent.photos.length === 0 && sent.voice === undefined) {
        throw new InvalidError('text: say what it is, take a photo, or speak it.')
      }
      return send(actor, sent, address)
    },
    help: (actor, sent, address) =>
      send(actor, { ...sent, hazard: helpHazard, photos: [] }, address),
    own: ({ id }) => store.list(id, mostListed),
  }
}
