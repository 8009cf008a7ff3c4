import { expect, test } from 'vitest'
import {
  dashed,
  kindOfCell,
  rowsByVillage,
  weekdayOf,
} from '../../../dashboard/src/parts/day-calendar.ts'

test.each([
  [2, 2, false, 'full'],
  [3, 2, false, 'full'],
  [1, 0, false, 'full'],
  [1, 2, false, 'part'],
  [0, 2, false, 'missed'],
  [0, 2, true, 'open'],
  [1, 2, true, 'open'],
  [2, 2, true, 'full'],
  [0, 0, false, 'none'],
  [0, 0, true, 'none'],
])('%d of %d, today: %s is %s', (done, planned, isToday, kind) =>
  expect(kindOfCell(done, planned, isToday)).toBe(kind),
)

test('rows stand by village as the town lists them, strange ones last, numbers in names by their value', () => {
  const row = (name: string, village: string) => ({
    id: name,
    name,
    village,
    done: [],
    planned: [],
  })
  const groups = rowsByVillage(
    [row('红袖标10队', 'b'), row('红袖标9队', 'b'), row('y', 'z'), row('x', 'a')],
    [{ code: 'a' }, { code: 'b' }],
  )
  expect(groups.map(({ rows }) => rows.map(({ name }) => name))).toEqual([
    ['x'],
    ['红袖标9队', '红袖标10队'],
    ['y'],
  ])
})

test('days', () => {
  expect(dashed('20261121')).toBe('2026-11-21')
  expect(weekdayOf('20261121')).toBe(6)
  expect(weekdayOf('20261122')).toBe(0)
})
