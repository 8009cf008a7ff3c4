import { describe, expect, test } from 'vitest'
import {
  isTooFine,
  readHistorySearch,
  readPicks,
  togglePick,
  windowOf,
  writePicks,
} from '../../../dashboard/src/history/history-search.ts'
import { dayEnd, dayStart } from '../../../dashboard/src/history/town-day.ts'
import { mostCompared } from '../../../gateway/domain/resolution.ts'

const day = 86_400_000
const now = Date.UTC(2026, 10, 22, 2, 24, 31)

describe('what is picked, in the address', () => {
  test('comes back as it was written', () => {
    const text = 'v2-pm4:pm25,v5-smoke2:temperature'
    expect(readPicks(text)).toEqual([
      { device: 'v2-pm4', property: 'pm25' },
      { device: 'v5-smoke2', property: 'temperature' },
    ])
    expect(writePicks(readPicks(text))).toBe(text)
    expect(writePicks([])).toBeUndefined()
  })
  test('an id may have colons', () =>
    expect(readPicks('a:b:pm25')).toEqual([{ device: 'a:b', property: 'pm25' }]))
  test.each(['', 'v2-pm4', 'v2-pm4:', ':pm25', 'v2-pm4:mood', `${'x'.repeat(65)}:pm25`])(
    'from a stranger %j is nothing',
    (text) => expect(readPicks(text)).toEqual([]),
  )
  test('each once, and no more than fit', () => {
    expect(readPicks('a:pm25,a:pm25')).toHaveLength(1)
    const many = Array.from({ length: 30 }, (_, i) => `d${i}:pm25`).join(',')
    expect(readPicks(many)).toHaveLength(mostCompared)
  })
  test('is put on and off; a full chart takes no more', () => {
    const [a, b] = readPicks('a:pm25,b:pm25')
    if (!a || !b) throw new Error('two are there')
    expect(togglePick([a], b)).toEqual([a, b])
    expect(togglePick([a, b], a)).toEqual([b])
    const full = readPicks(Array.from({ length: 20 }, (_, i) => `d${i}:pm25`).join(','))
    expect(togglePick(full, a)).toHaveLength(mostCompared)
  })
})

describe('the rest of the address', () => {
  test('what is refused is named as undefined', () => {
    const refused = readHistorySearch({
      tab: 'x',
      s: 7,
      last: 'century',
      from: 5,
      to: 4,
      fine: 'second',
      place: '../x',
      class: 'gold',
      sort: 'lowest',
    })
    expect(Object.keys(refused)).toContain('from')
    expect(Object.values(refused).every((value) => value === undefined)).toBe(true)
  })
  test('what is good stays', () => {
    const good = {
      tab: 'overview',
      s: 'v2-pm4:pm25',
      last: 'week',
      from: 1_000,
      to: 2_000,
      fine: 'raw',
      place: '990101101205',
      class: 'water',
      sort: 'highest',
    }
    expect(readHistorySearch(good)).toEqual({ ...good, off: undefined })
    // The router reads a place code as a number.
    expect(readHistorySearch({ place: 990_101_101_205 }).place).toBe('990101101205')
  })
  test.each([
    [{ from: 1 }],
    [{ to: 1 }],
    [{ from: 'x', to: 9 }],
    [{ from: 1, to: 1e16 }],
    [{ from: null, to: 9 }],
    [{ from: [], to: 9 }],
  ])('%j is no span', (search) => expect(readHistorySearch(search).from).toBeUndefined())
})

describe('the window', () => {
  test('a day up to the end of this minute, and the same until then', () => {
    const view = windowOf({}, now)
    expect(view).toEqual({
      from: Date.UTC(2026, 10, 21, 2, 25),
      to: Date.UTC(2026, 10, 22, 2, 25),
      isLive: true,
    })
    expect(windowOf({}, now + 28_000)).toEqual(view)
    expect(windowOf({}, now + 30_000)).not.toEqual(view)
  })
  test('longer ones move on more seldom', () => {
    expect(windowOf({ last: 'year' }, now).to).toBe(Date.UTC(2026, 10, 22, 3))
    expect(windowOf({ last: 'month' }, now).to - windowOf({ last: 'month' }, now).from).toBe(
      30 * day,
    )
  })
  test('a span of one’s own stands still, and lives on only while it is not over', () => {
    expect(windowOf({ from: 1, to: 2 }, now)).toEqual({ from: 1, to: 2, isLive: false })
    expect(windowOf({ from: now - day, to: now + 1 }, now).isLive).toBe(true)
  })
  test('single readings of a year are refused', () => {
    expect(isTooFine('raw', { from: 0, to: 8 * day })).toBe(true)
    expect(isTooFine('raw', { from: 0, to: 7 * day })).toBe(false)
    expect(isTooFine('day', { from: 0, to: 4_000 * day })).toBe(false)
  })
})

describe('days of the town', () => {
  test.each([
    ['Asia/Shanghai', '2026-11-21T16:00:00.000Z'],
    ['Pacific/Kiritimati', '2026-11-21T10:00:00.000Z'],
    ['Pacific/Pago_Pago', '2026-11-22T11:00:00.000Z'],
    ['UTC', '2026-11-22T00:00:00.000Z'],
  ])('in %s the 22nd begins at %s', (zone, begins) => {
    expect(new Date(dayStart('2026-11-22', zone)).toISOString()).toBe(begins)
    expect(dayEnd('2026-11-22', zone) - dayStart('2026-11-22', zone)).toBe(day)
  })
  test('a day on which clocks change has 25 hours', () =>
    expect(dayEnd('2026-10-25', 'Europe/Berlin') - dayStart('2026-10-25', 'Europe/Berlin')).toBe(
      25 * 3_600_000,
    ))
})
