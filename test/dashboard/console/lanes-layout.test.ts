import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lanesLayout, tickTimes } from '../../../dashboard/src/console/lanes-layout.ts'
import { anAlarm } from '../case-views.ts'

const minute = 60_000
const base = {
  evidence: [
    anAlarm({ id: 's', device: 'sensor', severity: 'yellow', raisedAt: 20 * minute }),
    anAlarm({ id: 'c', device: 'camera', raisedAt: 24 * minute, clearedAt: 26 * minute }),
  ],
  timeline: [
    {
      id: 1,
      at: 25 * minute,
      act: 'accept',
      actor: '值守员甲',
      fromState: 'reported',
      toState: 'accepted',
      text: null,
      alarm: null,
      pictures: [],
      facts: {},
    },
    {
      id: 2,
      at: 20 * minute,
      act: 'opened',
      actor: null,
      fromState: null,
      toState: 'reported',
      text: null,
      alarm: null,
      pictures: [],
      facts: {},
    },
  ],
  openedAt: 20 * minute,
  dueAt: 31 * minute,
  now: 30 * minute,
  isCamera: (device: string) => device === 'camera',
}

describe('lanes', () => {
  const layout = lanesLayout(base)
  const lane = (name: string) => layout.lanes.find((one) => one.name === name)

  test('sensors and cameras apart, people’s acts in their own', () => {
    expect(lane('sensor')?.marks.map((mark) => mark.id)).toEqual(['s'])
    expect(lane('camera')?.marks.map((mark) => mark.id)).toEqual(['c'])
    expect(lane('desk')?.marks.map((mark) => mark.id)).toEqual(['entry-1'])
  })
  test('an active alarm stretches to now, a cleared one to its end', () => {
    expect(lane('sensor')?.stretch?.to).toBeCloseTo(layout.nowShare)
    expect(lane('camera')?.stretch?.to).toBeLessThan(layout.nowShare)
    expect(lane('sensor')?.stretch?.severity).toBe('yellow')
  })
  test('a near deadline is on the axis, a far one is not', () => {
    expect(layout.dueShare).toBeGreaterThan(layout.nowShare)
    expect(lanesLayout({ ...base, dueAt: 300 * minute }).dueShare).toBeNull()
    expect(lanesLayout({ ...base, dueAt: null }).dueShare).toBeNull()
  })
  test('all marks lie on the axis whatever the times', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9_000_000 }), { maxLength: 6 }), (times) => {
        const drawn = lanesLayout({
          ...base,
          now: 10_000_000,
          evidence: times.map((at, index) => anAlarm({ id: `${index}`, raisedAt: at })),
        })
        for (const one of drawn.lanes)
          for (const mark of one.marks) {
            expect(mark.share).toBeGreaterThanOrEqual(0)
            expect(mark.share).toBeLessThanOrEqual(1)
          }
      }),
    )
  })
})

test('ticks are round and few', () => {
  const ticks = tickTimes(0, 16 * minute)
  expect(ticks).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16].map((n) => n * minute))
  expect(tickTimes(0, 30 * 86_400_000).length).toBeLessThanOrEqual(9)
})
