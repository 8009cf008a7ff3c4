import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  entryOf,
  fieldsOf,
  isGoodSpan,
  spanOf,
  usualHazards,
} from '../../../dashboard/src/planned/planned-entry.ts'
import { longestPlannedMs } from '../../../gateway/domain/planned-event.ts'
import { aPlannedEvent } from '../work-views.ts'

const minute = 60_000
const circle = { lon: 106.72, lat: 29.22, radiusM: 300 }

describe('the form', () => {
  test.each([['Asia/Shanghai'], ['Pacific/Auckland'], ['America/Los_Angeles']])(
    'gives back what is there, in %s',
    (zone) =>
      fc.assert(
        fc.property(
          fc.integer({ min: 0, max: 500_000 }),
          fc.integer({ min: 1, max: 40_000 }),
          fc.boolean(),
          (start, length, isSpot) => {
            const startsAt = Date.UTC(2026, 4, 1) + start * minute
            const endsAt = startsAt + length * minute
            const event = aPlannedEvent({ startsAt, endsAt, circle: isSpot ? circle : null })
            const { id: _id, registeredAt: _at, ...entry } = event
            // The hour that is told twice in autumn cannot be told apart.
            fc.pre(![startsAt, endsAt].some((at) => isDoubled(at, zone)))
            expect(entryOf(fieldsOf(event, zone), event.place, zone)).toEqual(entry)
          },
        ),
      ),
  )
  test('without a place is none', () => {
    const { place: _place, ...fields } = fieldsOf(aPlannedEvent(), 'Asia/Shanghai')
    expect(entryOf(fields, null, 'Asia/Shanghai')).toBeNull()
    expect(entryOf({ ...fields, where: 'spot' }, '990101101205', 'Asia/Shanghai')).toBeNull()
  })
})

/** Whether an hour earlier or later has the same time of day in the zone. */
function isDoubled(at: number, zone: string): boolean {
  const word = (instant: number) => new Date(instant).toLocaleString('en-GB', { timeZone: zone })
  return [-60, 60].some((minutes) => word(at + minutes * minute) === word(at))
}

describe('its time', () => {
  const span = (first: string, begins: string, last: string, ends: string) =>
    spanOf({ first, begins, last, ends }, 'Asia/Shanghai')
  const now = Date.UTC(2026, 10, 21, 2)
  test.each([
    ['2026-11-21', '08:00', '2026-11-21', '18:00', true],
    ['2026-11-21', '08:00', '2026-11-21', '10:00', false],
    ['2026-11-22', '08:00', '2026-11-21', '18:00', false],
    ['2026-11-22', '08:00', '2026-12-23', '08:00', true],
    ['2026-11-22', '08:00', '2026-12-23', '08:30', false],
  ])('%s %s to %s %s: %s', (...[first, begins, last, ends, isGood]) =>
    expect(isGoodSpan(span(first, begins, last, ends), now)).toBe(isGood),
  )
  test('is as long as the gateway lets it be', () => {
    expect(isGoodSpan({ startsAt: now, endsAt: now + longestPlannedMs }, now)).toBe(true)
    expect(isGoodSpan({ startsAt: now, endsAt: now + longestPlannedMs + 1 }, now)).toBe(false)
  })
})

test('a burn is about fire, a drill about what is chosen', () => {
  const known = ['forestFire', 'flood', 'strawBurning'].map((id) => ({ id }))
  expect(usualHazards('burn', known)).toEqual(['forestFire', 'strawBurning'])
  expect(usualHazards('drill', known)).toEqual([])
})
