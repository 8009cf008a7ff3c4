import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LonLat } from '../../../gateway/domain/place.ts'
import {
  caseEventOf,
  eventAfterMerge,
  isExplained,
  isPlannedBurn,
  longestPlannedMs,
  matchesPlanned,
  type PlannedEvent,
  type PlannedSighting,
  plannedFor,
  plannedKinds,
  plannedTimeProblem,
} from '../../../gateway/domain/planned-event.ts'
import { lowerSeverity, severities, severityRank } from '../../../gateway/domain/severity.ts'

const town = '990101101'
const village = `${town}201`
const grid = `${village}002`
const middle: LonLat = [106.7, 29.19]
/** About a kilometre. */
const north = 0.009

const anEvent = (over: Partial<PlannedEvent> = {}): PlannedEvent => ({
  id: 'e',
  kind: 'burn',
  title: '田埂烧除',
  hazards: ['strawBurning'],
  place: village,
  circle: null,
  startsAt: 1000,
  endsAt: 2000,
  unit: null,
  note: '',
  registeredAt: 500,
  ...over,
})

const aSighting = (over: Partial<PlannedSighting> = {}): PlannedSighting => ({
  hazard: 'strawBurning',
  village,
  grid,
  position: middle,
  at: 1500,
  ...over,
})

const circle = { lon: middle[0], lat: middle[1], radiusM: 200 }

describe('an event matches', () => {
  it.each<[string, Partial<PlannedEvent>, Partial<PlannedSighting>, boolean]>([
    ['in its village', {}, {}, true],
    ['in its village outside all grids', {}, { grid: null }, true],
    ['of the whole town', { place: town }, {}, true],
    ['in its grid', { place: grid }, {}, true],
    ['in another grid', { place: `${village}001` }, {}, false],
    ['outside all grids, when it is of one', { place: grid }, { grid: null }, false],
    ['in another village', { place: `${town}202` }, {}, false],
    ['of another hazard', {}, { hazard: 'flood' }, false],
    ['of one of its hazards', { hazards: ['flood', 'strawBurning'] }, {}, true],
    ['from its first instant', {}, { at: 1000 }, true],
    ['to its last', {}, { at: 1999 }, true],
    ['not before', {}, { at: 999 }, false],
    ['not when it is over', {}, { at: 2000 }, false],
    ['inside its circle', { circle }, { position: [106.7, 29.1915] }, true],
    ['outside its circle', { circle }, { position: [106.7, 29.195] }, false],
    ['in its circle, in another village', { circle, place: `${town}202` }, {}, false],
  ])('%s: %o %o', (_name, event, sighting, expected) =>
    expect(matchesPlanned(anEvent(event), aSighting(sighting))).toBe(expected),
  )

  const camera: LonLat = [middle[0], middle[1] - 3 * north]
  it.each<[string, number, boolean]>([
    ['straight at it', 0, true],
    ['past its edge', 3, true],
    ['beside it', 10, false],
    ['the other way', 180, false],
  ])('by a camera three kilometres south that looks %s', (_name, bearingDeg, expected) => {
    const sighting = aSighting({ position: camera, bearingDeg, village: `${town}209`, grid: null })
    expect(matchesPlanned(anEvent({ circle }), sighting)).toBe(expected)
  })

  it('not by a camera too far to be believed', () => {
    const far: LonLat = [middle[0], middle[1] - 12 * north]
    const sighting = aSighting({ position: far, bearingDeg: 0 })
    expect(matchesPlanned(anEvent({ circle }), sighting)).toBe(false)
  })

  it('by a camera in the circle, wherever it looks', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 359 }), (bearingDeg) =>
        matchesPlanned(anEvent({ circle }), aSighting({ bearingDeg })),
      ),
    )
  })
})

describe('which event explains a case', () => {
  it('one that names the spot, then the narrowest place', () => {
    const wide = anEvent({ id: 'wide', place: town })
    const narrow = anEvent({ id: 'narrow', place: grid })
    const spot = anEvent({ id: 'spot', circle })
    const of = (...events: PlannedEvent[]) => plannedFor(events, aSighting(), 1500)?.id
    expect(of(wide, narrow, spot)).toBe('spot')
    expect(of(wide, narrow)).toBe('narrow')
    expect(of(wide)).toBe('wide')
    expect(of()).toBeUndefined()
  })
  it('none that was entered after the case was opened', () => {
    const later = anEvent({ registeredAt: 1501 })
    expect(plannedFor([later], aSighting(), 1500)).toBeUndefined()
    expect(plannedFor([later], aSighting(), 1501)).toBe(later)
  })
})

describe('what is explained', () => {
  it('of an area: one device, short of red; of a spot: all; of nothing: nothing', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...severities),
        fc.integer({ min: 1, max: 9 }),
        (severity, devices) => {
          expect(isExplained(undefined, severity, devices)).toBe(false)
          expect(isExplained(anEvent({ circle }), severity, devices)).toBe(true)
          const ofArea = isExplained(anEvent(), severity, devices)
          expect(ofArea).toBe(severity !== 'red' && devices === 1)
        },
      ),
    )
  })
  it('is lowered by one step at most, and never below blue', () => {
    for (const severity of severities) {
      const lowered = lowerSeverity(severity)
      expect(severityRank(lowered)).toBe(Math.max(0, severityRank(severity) - 1))
    }
  })
})

const maybeEvent = fc.option(
  fc.record({
    id: fc.constantFrom('a', 'b'),
    kind: fc.constantFrom(...plannedKinds),
    title: fc.string(),
    isOutgrown: fc.boolean(),
  }),
)

describe('what leaves the evaluation', () => {
  it('is a burn that stayed what was announced, and nothing else', () => {
    for (const kind of plannedKinds) {
      for (const isOutgrown of [false, true]) {
        const kept = caseEventOf(anEvent({ kind }), isOutgrown)
        expect(isPlannedBurn(kept)).toBe(kind === 'burn' && !isOutgrown)
      }
    }
    expect(isPlannedBurn(null)).toBe(false)
  })
  it('never grows by merging', () => {
    fc.assert(
      fc.property(maybeEvent, maybeEvent, (into, from) => {
        const merged = eventAfterMerge(into, from)
        expect(merged === null).toBe(into === null)
        if (!merged || !into) return
        expect(merged).toMatchObject({ id: into.id, kind: into.kind, title: into.title })
        const isAlike = from?.id === into.id && !from.isOutgrown && !into.isOutgrown
        expect(merged.isOutgrown).toBe(!isAlike)
      }),
    )
  })
})

describe('the time of an event', () => {
  it.each<[number, number, RegExp | null]>([
    [1000, 2000, null],
    [0, 501, null],
    [2000, 2000, /ends after it begins/],
    [2000, 1000, /ends after it begins/],
    [0, 500, /over already/],
    [1000, 1000 + longestPlannedMs, null],
    [1000, 1001 + longestPlannedMs, /at most 31 days/],
  ])('%d to %d', (startsAt, endsAt, said) => {
    const problem = plannedTimeProblem({ startsAt, endsAt }, 500)
    if (said === null) expect(problem).toBeNull()
    else expect(problem).toMatch(said)
  })
})
