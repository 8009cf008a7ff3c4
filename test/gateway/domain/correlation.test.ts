import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  cellOf,
  incidentToJoin,
  isOver,
  type OpenIncident,
  type Sighting,
  sealedCell,
} from '../../../gateway/domain/correlation.ts'
import { distanceM, type LonLat } from '../../../gateway/domain/place.ts'
import type { Hazard } from '../../../gateway/domain/town.ts'

const minute = 60_000
const noon = 1_700_000_000_000

const fire: Hazard = {
  id: 'forestFire',
  name: '森林火情',
  unit: '应急办',
  assist: [],
  workHours: false,
  clocks: { accept: 3, dispatch: 5, sign: 5, handle: 120 },
  sources: ['device'],
  correlateM: 2000,
  correlateMin: 120,
}
const fault: Hazard = { ...fire, id: 'deviceFault', correlateM: null, correlateMin: 60 }

const here: LonLat = [106.7, 29.18]
/** About that many metres east of here. */
const east = (metres: number): LonLat => [106.7 + metres / 97_080, 29.18]

function seen(over: Partial<Sighting> = {}): Sighting {
  return { device: 'd1', village: 'v1', position: here, at: noon, isSilence: false, ...over }
}

function incident(hazard: Hazard, over: Partial<OpenIncident> = {}): OpenIncident {
  return {
    id: 'i',
    hazard: hazard.id,
    severity: 'red',
    village: 'v1',
    grid: null,
    lon: here[0],
    lat: here[1],
    openedAt: noon,
    lastActivityAt: noon,
    closedAt: null,
    cell: cellOf(hazard, seen()),
    isActive: false,
    isCaseEnded: false,
    ...over,
  }
}

describe('joining', () => {
  const rows: [string, Partial<Sighting>, Partial<OpenIncident>, boolean][] = [
    ['same place and time', {}, {}, true],
    ['just inside the distance', { position: east(1990) }, {}, true],
    ['just outside the distance', { position: east(2010) }, {}, false],
    ['at the end of its time', { position: east(1900), at: noon + 120 * minute }, {}, true],
    ['after its time', { position: east(1900), at: noon + 121 * minute }, {}, false],
    [
      'after its time while it burns',
      { position: east(1900), at: noon + 900 * minute },
      { isActive: true },
      true,
    ],
    ['a little earlier', { position: east(1900), at: noon - 100 * minute }, {}, true],
    ['much earlier', { position: east(1900), at: noon - 200 * minute }, { isActive: true }, false],
    ['much earlier in the very cell', { at: noon - 200 * minute }, {}, true],
    ['a case that ended', {}, { isCaseEnded: true }, false],
  ]
  it.each(rows)('%s', (_, sighting, over, isJoined) => {
    const open = [incident(fire, over)]
    expect(incidentToJoin(fire, open, seen(sighting)) !== undefined).toBe(isJoined)
  })

  it('takes the nearest', () => {
    const far = incident(fire, { id: 'far', lon: east(1500)[0], cell: 'square:2000:0:1' })
    const near = incident(fire, { id: 'near', lon: east(300)[0], cell: 'square:2000:0:2' })
    expect(incidentToJoin(fire, [far, near], seen())?.id).toBe('near')
  })

  it('joins faults by device, and silence by village for ten minutes', () => {
    const fault1 = incident(fault)
    expect(incidentToJoin(fault, [fault1], seen())).toBe(fault1)
    expect(incidentToJoin(fault, [fault1], seen({ device: 'd2' }))).toBeUndefined()
    const silence = incident(fault, { cell: 'silent:v1', isActive: true })
    const silent = { isSilence: true, device: 'd2', position: east(9000) }
    expect(incidentToJoin(fault, [fault1, silence], seen(silent))).toBe(silence)
    expect(incidentToJoin(fault, [silence], seen({ ...silent, village: 'v2' }))).toBeUndefined()
    expect(incidentToJoin(fault, [silence], seen())).toBeUndefined()
  })
})

describe('an occupied cell', () => {
  it('is always joined, so that the database is never asked for a second incident there', () => {
    const near = fc.record({
      dx: fc.double({ min: -0.02, max: 0.02, noNaN: true }),
      dy: fc.double({ min: -0.02, max: 0.02, noNaN: true }),
      at: fc.integer({ min: noon - 500 * minute, max: noon + 500 * minute }),
      isActive: fc.boolean(),
    })
    fc.assert(
      fc.property(near, ({ dx, dy, at, isActive }) => {
        const sighting = seen({ position: [here[0] + dx, here[1] + dy], at })
        const open = incident(fire, { isActive })
        const joined = incidentToJoin(fire, [open], sighting)
        if (joined === undefined) expect(cellOf(fire, sighting)).not.toBe(open.cell)
      }),
      { numRuns: 2000 },
    )
  })

  it('has another name when the hazard is edited', () => {
    expect(cellOf(fire, seen())).not.toBe(cellOf({ ...fire, correlateM: 1000 }, seen()))
  })
})

describe('the end of an incident', () => {
  const late = noon + 121 * minute
  const rows: [string, Partial<OpenIncident>, { at: number; logTime: number }, boolean][] = [
    ['its time is over', {}, { at: late, logTime: late }, true],
    ['its time is not over', {}, { at: late - minute, logTime: late - minute }, false],
    ['one device’s clock runs ahead', {}, { at: late, logTime: noon }, false],
    ['an old observation arrives late', {}, { at: noon - 500 * minute, logTime: late }, false],
    ['it still burns', { isActive: true }, { at: late, logTime: late }, false],
    ['its case ended', { isActive: true, isCaseEnded: true }, { at: noon, logTime: noon }, true],
  ]
  it.each(rows)('%s', (_, over, times, expected) => {
    expect(isOver(fire, incident(fire, over), times)).toBe(expected)
  })

  it('frees the cell of a silence that goes on', () => {
    const silence = incident(fault, { cell: 'silent:v1', isActive: true })
    expect(sealedCell(fault, silence, noon + 10 * minute)).toBe('silent:v1')
    const sealed = sealedCell(fault, silence, noon + 11 * minute)
    expect(sealed).toBe(`silent:v1#${noon}`)
    expect(sealedCell(fault, { ...silence, cell: sealed }, noon + 60 * minute)).toBe(sealed)
    expect(sealedCell(fire, incident(fire), noon + 999 * minute)).toBe(incident(fire).cell)
  })
})

describe('cells', () => {
  it('never hold two places further apart than the hazard joins', () => {
    const lonLat = fc.tuple(
      fc.double({ min: -180, max: 180, noNaN: true }),
      fc.double({ min: -75, max: 75, noNaN: true }),
    )
    const step = fc.double({ min: -0.05, max: 0.05, noNaN: true })
    fc.assert(
      fc.property(lonLat, step, step, fc.integer({ min: 50, max: 3000 }), (a, dx, dy, metres) => {
        const hazard = { ...fire, correlateM: metres }
        const b: LonLat = [a[0] + dx, a[1] + dy]
        if (cellOf(hazard, seen({ position: a })) !== cellOf(hazard, seen({ position: b }))) return
        expect(distanceM(a, b)).toBeLessThanOrEqual(metres * 1.0001)
      }),
      { numRuns: 5000 },
    )
  })
})

const away = (one: OpenIncident) => distanceM([one.lon, one.lat], here)

describe('which incident, when several fit', () => {
  const place = fc.record({
    dx: fc.integer({ min: -30, max: 30 }),
    dy: fc.integer({ min: -30, max: 30 }),
    opened: fc.nat(5),
    isActive: fc.boolean(),
  })

  it('does not depend on the order in which the database gives them', () => {
    fc.assert(
      fc.property(fc.array(place, { maxLength: 8 }), (places) => {
        const open = places.map(({ dx, dy, opened, isActive }, i) =>
          incident(fire, {
            id: `i${i}`,
            lon: here[0] + dx / 1000,
            lat: here[1] + dy / 1000,
            cell: `square:2000:${i}:${i}`,
            openedAt: noon + opened * minute,
            isActive,
          }),
        )
        const found = incidentToJoin(fire, open, seen())
        expect(incidentToJoin(fire, open.toReversed(), seen())).toEqual(found)
        if (found === undefined) return
        expect(away(found)).toBe(Math.min(...open.map(away)))
      }),
    )
  })

  it('leaves the list as it was', () => {
    const open = [incident(fire, { id: 'far', lon: east(900)[0] }), incident(fire, { id: 'near' })]
    incidentToJoin(fire, open, seen())
    expect(open.map(({ id }) => id)).toEqual(['far', 'near'])
  })

  it('of two at the same place the older one', () => {
    const young = incident(fire, { id: 'young', openedAt: noon + minute, cell: 'square:2000:9:9' })
    const old = incident(fire, { id: 'old', cell: 'square:2000:8:8' })
    expect(incidentToJoin(fire, [young, old], seen())?.id).toBe('old')
  })

  it('passes over the nearer one whose case has ended', () => {
    const ended = incident(fire, { id: 'ended', isCaseEnded: true })
    const other = incident(fire, { id: 'other', lon: east(1500)[0], cell: 'square:2000:1:1' })
    expect(incidentToJoin(fire, [ended, other], seen())?.id).toBe('other')
  })
})

describe('cells', () => {
  it('say what is anchored there', () => {
    expect(cellOf(fault, seen({ isSilence: true }))).toBe('silent:v1')
    expect(cellOf(fire, seen({ isSilence: true }))).toBe('silent:v1')
    expect(cellOf(fault, seen())).toBe('device:d1')
    expect(cellOf(fire, seen())).toMatch(/^square:2000:-?\d+:-?\d+$/)
  })

  it('are names without rounding marks everywhere on earth', () => {
    const anywhere = fc.tuple(
      fc.double({ min: -180, max: 180, noNaN: true }),
      fc.double({ min: -90, max: 90, noNaN: true }),
    )
    fc.assert(
      fc.property(anywhere, fc.integer({ min: 1, max: 100_000 }), (position, correlateM) => {
        const cell = cellOf({ ...fire, correlateM }, seen({ position }))
        expect(cell).toMatch(/^square:\d+:-?\d+:-?\d+$/)
      }),
    )
  })

  it('of neighbours in the town are few: a fire is not cut into crumbs', () => {
    const cells = new Set<string>()
    for (let dx = -700; dx <= 700; dx += 100) {
      for (let dy = -700; dy <= 700; dy += 100) {
        const position: LonLat = [east(dx)[0], here[1] + dy / 111_195]
        cells.add(cellOf(fire, seen({ position })))
      }
    }
    expect(cells.size).toBeLessThanOrEqual(4)
  })
})

const silence = (over: Partial<OpenIncident> = {}) =>
  incident(fault, { cell: 'silent:v1', ...over })
const silent = (at: number) => seen({ device: 'd2', isSilence: true, at })

describe('an incident of silence', () => {
  it('is over ten minutes after its last device, though faults last an hour', () => {
    const at = noon + 10 * minute
    expect(isOver(fault, silence(), { at, logTime: at })).toBe(false)
    expect(isOver(fault, silence(), { at: at + 1, logTime: at + 1 })).toBe(true)
    expect(isOver(fault, incident(fault), { at: at + 1, logTime: at + 1 })).toBe(false)
  })

  it('takes no device of another cause once it is sealed', () => {
    const away = silence({ isActive: true })
    const sealed = { ...away, cell: sealedCell(fault, away, noon + 11 * minute) }
    expect(incidentToJoin(fault, [sealed], silent(noon + 11 * minute))).toBeUndefined()
    expect(isOver(fault, sealed, { at: noon + 99 * minute, logTime: noon + 99 * minute })).toBe(
      false,
    )
    const back = { ...sealed, isActive: false }
    expect(isOver(fault, back, { at: noon + 99 * minute, logTime: noon + 99 * minute })).toBe(true)
  })
})
