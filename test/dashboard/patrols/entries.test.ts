import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ApiError } from '../../../dashboard/src/api/client.ts'
import type { PatrolSeason } from '../../../dashboard/src/api/types.ts'
import { createTranslate } from '../../../dashboard/src/i18n/translate.ts'
import {
  eventsFor,
  excusesOf,
  isGoodExcuse,
  usualExcuse,
} from '../../../dashboard/src/patrols/excuses-entry.ts'
import {
  bodyOf,
  fieldsOfPoint,
  newPointFields,
  nextId,
  pointOf,
  refusedPointFields,
  uidOf,
} from '../../../dashboard/src/patrols/point-entry.ts'
import {
  comingRounds,
  fieldsOfRoute,
  newRouteFields,
  newShift,
  refusedRouteFields,
  routeBodyOf,
  routeOf,
  seasonsThatCount,
  shiftInWords,
  shiftsOf,
} from '../../../dashboard/src/patrols/route-entry.ts'
import { sheetPath } from '../../../dashboard/src/patrols/sheet-dialog.tsx'
import {
  newPointSchema,
  newRouteSchema,
  pointBodySchema,
  routeBodySchema,
} from '../../../gateway/http/schemas/patrol.ts'
import { aPoint, aRoute } from '../patrol-views.ts'
import { aPlannedEvent } from '../work-views.ts'

const now = Date.UTC(2026, 10, 21, 2, 24)
const zone = 'Asia/Shanghai'
const hour = 3_600_000
const refusal = (problem: object, kind: 'invalid' | 'conflict' = 'invalid') =>
  new ApiError(kind, { type: 't', title: 't', status: 400, ...problem })

describe('a point', () => {
  test('comes out of the form as it went in', () => {
    const point = aPoint({ tag: 'nfcUid', tagUid: '04A1B2C3', hint: '门右侧' })
    const { village: _village, grid: _grid, ...entry } = point
    expect(pointOf(fieldsOfPoint(point))).toEqual(entry)
  })
  test('a new one needs a name and a place; then the gateway takes it', () => {
    const fields = newPointFields([aPoint()])
    expect(fields.id).toBe('p502')
    expect(pointOf(fields)).toBeNull()
    expect(pointOf({ ...fields, name: ' ', place: [106, 29] })).toBeNull()
    const made = pointOf({ ...fields, name: ' 水库边 ', place: [106, 29] })
    expect(newPointSchema.parse(made)).toMatchObject({ id: 'p502', name: '水库边', tagUid: null })
    expect(made && pointBodySchema.safeParse(bodyOf(made)).success).toBe(true)
  })
  test('keeps no number of a tag that it has no more, and no reader', () => {
    const fields = fieldsOfPoint(aPoint({ tagUid: '04A1B2C3', reader: 'v5-tag1' }))
    expect(pointOf(fields)).toMatchObject({ tag: 'qr', tagUid: null, reader: null })
    expect(pointOf({ ...fields, tag: 'reader' })).toMatchObject({ reader: 'v5-tag1' })
  })
  test.each([
    ['04:a1:b2:c3', '04A1B2C3'],
    [' 04a1 b2c3 ', '04A1B2C3'],
    ['', ''],
    [undefined, ''],
    ['04A1B2', null],
    ['04A1B2C', null],
    ['xyz', null],
  ])('the number %s is %s', (typed, uid) => expect(uidOf(typed)).toBe(uid))
  test('ids go on where the highest stands', () => {
    expect(nextId('p', [])).toBe('p1')
    expect(nextId('p', [{ id: 'p9' }, { id: 'p10' }, { id: 'px' }, { id: 'r77' }])).toBe('p11')
  })
  test('what the gateway refused stands at its field', () => {
    const errors = [{ path: 'lon, lat', message: 'x' }]
    expect(refusedPointFields(refusal({ errors }))).toEqual(['place'])
    expect(refusedPointFields(refusal({ detail: 'tagUid: 04 is another’s.' }))).toEqual(['tagUid'])
    expect(refusedPointFields(refusal({}, 'conflict'))).toEqual(['id'])
    expect(refusedPointFields(refusal({ detail: 'The names are wrong.' }))).toEqual([])
    expect(refusedPointFields(new Error('x'))).toEqual([])
  })
})

describe('a route', () => {
  test('comes out of the form as it went in', () =>
    expect(routeOf(fieldsOfRoute(aRoute()))).toEqual(aRoute()))
  test('a new one is taken by the gateway once it is whole', () => {
    const fields = newRouteFields([aRoute()], '990101101205')
    expect(fields.id).toBe('r6')
    expect(routeOf(fields)).toBeNull()
    expect(routeOf({ ...fields, name: '夜巡', team: '红袖标5队' })).toBeNull()
    const made = routeOf({ ...fields, name: '夜巡', team: '红袖标5队', points: ['p501'] })
    expect(newRouteSchema.safeParse(made).success).toBe(true)
    expect(made && routeBodySchema.safeParse(routeBodyOf(made)).success).toBe(true)
  })
  test('times as people type them; a shift without a day or time is none', () => {
    const shift = { ...newShift(), start: '830', end: '9：15' }
    expect(shiftsOf([shift])?.[0]).toMatchObject({ start: '08:30', end: '09:15' })
    for (const part of [{ days: [] }, { start: '' }, { end: '25:00' }, { end: '8:30' }])
      expect(shiftsOf([{ ...shift, ...part }])).toBeNull()
    expect(shiftsOf([])).toEqual([])
  })
  test('whatever is typed, what is sent the gateway can read', () => {
    const typed = fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('8:30', '0000', '23：59'))
    fc.assert(
      fc.property(
        typed,
        typed,
        fc.option(fc.double({ min: 0, max: 240, noNaN: true })),
        (start, end, jitterMin) => {
          const shifts = shiftsOf([{ ...newShift(), start, end, jitterMin }])
          const body = { ...routeBodyOf({ ...aRoute() }), shifts: shifts ?? [] }
          expect(routeBodySchema.safeParse(body).success).toBe(true)
        },
      ),
    )
  })
  test('what the gateway refused stands at its field', () =>
    expect(refusedRouteFields(refusal({ detail: 'points: p9 lies elsewhere.' }))).toEqual([
      'points',
    ]))
})

describe('the coming rounds of a form', () => {
  const span = { now, timeZone: zone, seasons: [] }
  const season = (part: Partial<PatrolSeason> = {}): PatrolSeason => ({
    id: 'fireSeason',
    name: '防火期',
    from: '11-01',
    to: '05-31',
    patrolFactor: 2,
    ...part,
  })
  test('seasons that run make them more, in equal parts of the window', () => {
    const coming = comingRounds([newShift()], { ...span, seasons: [season()] }) ?? []
    expect(coming).toHaveLength(15)
    expect(coming.slice(1, 3)).toEqual([
      { from: Date.UTC(2026, 10, 22, 0, 30), until: Date.UTC(2026, 10, 22, 2), jitterMin: 0 },
      { from: Date.UTC(2026, 10, 22, 2), until: Date.UTC(2026, 10, 22, 3, 30), jitterMin: 0 },
    ])
  })
  test('one that begins within the week counts from its day on', () => {
    const seasons = [season({ from: '11-25', patrolFactor: 3 }), season({ from: '12-24' })]
    expect(comingRounds([newShift()], { ...span, seasons })).toHaveLength(3 + 3 * 3 + 2)
    expect(seasonsThatCount({ ...span, seasons })).toEqual([seasons[0]])
    expect(seasonsThatCount({ ...span, seasons: [season({ patrolFactor: 1 })] })).toEqual([])
  })
  test('are those of the next seven days', () => {
    const coming = comingRounds([newShift()], span) ?? []
    expect(coming).toHaveLength(7)
    // Half of today's is over; the first is tomorrow's.
    expect(coming[0]?.from).toBe(Date.UTC(2026, 10, 22, 0, 30))
  })
  test('none of no days, nothing of what cannot be read', () => {
    expect(comingRounds([], span)).toEqual([])
    expect(comingRounds([{ ...newShift(), start: 'x' }], span)).toBeNull()
  })
  test('in words', () => {
    const t = createTranslate('zh')
    const said = aRoute().shifts.map((shift) => shiftInWords(shift, t))
    expect(said).toEqual(['每天 08:30–11:30', '周六、周日 22:00–次日 02:00'])
    const work = {
      days: ['mon', 'tue', 'wed', 'thu', 'fri'] as const,
      start: '09:00',
      end: '10:00',
    }
    expect(shiftInWords({ ...work, days: [...work.days] }, t)).toBe('工作日 09:00–10:00')
  })
})

describe('excuses of an area', () => {
  test('in the last half hour of a day they are offered till the next morning', () =>
    expect(usualExcuse('x', Date.UTC(2026, 10, 21, 15, 40), zone)).toMatchObject({
      first: '2026-11-21',
      begins: '23:30',
      last: '2026-11-22',
      ends: '08:00',
    }))
  const span = { from: now, to: now + hour }
  const fields = { ...usualExcuse('990101101205', now, zone), reason: ' 暴雨 ' }
  test('begin with the half hour that runs', () =>
    expect(usualExcuse('990101101', now, zone)).toMatchObject({
      first: '2026-11-21',
      begins: '10:00',
      last: '2026-11-21',
      ends: '23:30',
    }))
  test('need a place, a reason and a time', () => {
    const place = '990101101205'
    expect(excusesOf(fields, span)).toEqual({ place, ...span, reason: '暴雨' })
    expect(excusesOf({ ...fields, planned: 'e1' }, span)).toMatchObject({ plannedEvent: 'e1' })
    expect(excusesOf({ ...fields, reason: ' ' }, span)).toBeNull()
    expect(excusesOf({ ...fields, place: undefined }, span)).toBeNull()
    expect(excusesOf(fields, { from: now, to: now })).toBeNull()
  })
  test('for a month at most', () => {
    expect(isGoodExcuse({ from: now, to: now + 31 * 24 * hour })).toBe(true)
    expect(isGoodExcuse({ from: now, to: now + 31 * 24 * hour + 1 })).toBe(false)
  })
  test('offer the events of that time and area', () => {
    const event = (part: object) =>
      aPlannedEvent({ place: '990101101205001', startsAt: now, endsAt: now + hour, ...part })
    const offered = (part: object) => eventsFor([event(part)], '990101101205', span).length === 1
    expect(offered({})).toBe(true)
    expect(offered({ place: '990101101' })).toBe(true)
    expect(offered({ place: '990101101202' })).toBe(false)
    expect(offered({ startsAt: now + hour, endsAt: now + 2 * hour })).toBe(false)
    expect(eventsFor([event({})], undefined, span)).toEqual([])
  })
})

test('a sheet asks for its points by name', () => {
  const printed = [aPoint({ id: 'p1' }), aPoint({ id: 'p2' })]
  const path = sheetPath({ printed, perPage: 12, language: 'en' })
  expect(path).toBe('/api/v1/patrol/tag-sheet?points=p1%2Cp2&perPage=12&language=en')
})
