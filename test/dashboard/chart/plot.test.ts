import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { alarmMarks } from '../../../dashboard/src/chart/alarm-marks.ts'
import { panelsOf, scaleOf, timeTicks } from '../../../dashboard/src/chart/plot-axes.ts'
import { layoutOf, panelsFor, scalesOf, spread } from '../../../dashboard/src/chart/plot-layout.ts'
import {
  figuresIn,
  firstFrom,
  gapLimit,
  type PlotSeries,
  plotSeries,
  pointAt,
} from '../../../dashboard/src/chart/plot-series.ts'
import { traceOf } from '../../../dashboard/src/chart/plot-trace.ts'
import { heldIn, moved, zoomed } from '../../../dashboard/src/chart/plot-view.ts'
import { smallPaths } from '../../../dashboard/src/chart/small-plot.tsx'
import type { Resolution } from '../../../gateway/domain/resolution.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const zone = 'Asia/Shanghai'
const midnight = Date.UTC(2026, 10, 21, 16)
const told = {
  key: 'v2-pm4:pm25',
  mark: '1',
  name: '柳溪村空气站4 细颗粒物',
  unit: 'µg/m³',
  hue: 0,
}
const far = Number.MAX_SAFE_INTEGER

function series(
  points: number[][],
  resolution: Resolution = 'raw',
  part: Partial<PlotSeries> = {},
): PlotSeries {
  return { ...plotSeries(told, { points, resolution, until: far }), ...part }
}

const beginnings = (one: PlotSeries, view: { from: number; to: number }, width = 1_000) => {
  const trace = traceOf(one, view, width)
  return Array.from(trace.begins.subarray(0, trace.length)).filter((begins) => begins === 1).length
}

describe('what is missing', () => {
  const every = (ms: number, count: number) => Array.from({ length: count }, (_, i) => i * ms)
  test('single readings: three of the usual intervals', () =>
    expect(gapLimit(every(minute, 20), 'raw')).toBe(3 * minute))
  test('one silence does not change what is usual', () =>
    expect(gapLimit([...every(minute, 20), 5 * hour, 5 * hour + minute], 'raw')).toBe(3 * minute))
  test('a series that fills every hour: an empty one is a gap', () =>
    expect(gapLimit(every(hour, 20), 'hour')).toBe(1.5 * hour))
  test('days of 23 and 25 hours are none', () => {
    const days = [0, 24, 48, 71, 95, 119, 144, 168].map((hours) => hours * hour)
    const limit = gapLimit(days, 'day')
    expect(limit).toBeGreaterThan(25 * hour)
    expect(limit).toBeLessThan(47 * hour)
  })
  test('one that speaks every five minutes is not torn apart by minutes', () =>
    expect(gapLimit(every(5 * minute, 20), 'minute')).toBe(15 * minute))
  test.each([[[]], [[7]]])('of %j no line is drawn anyway', (at) =>
    expect(gapLimit(at, 'raw')).toBeGreaterThan(0),
  )
  test('the line ends before it and begins after it', () => {
    const at = [0, 1, 2, 3, 30, 31, 32].map((n) => [n * minute, 5])
    expect(beginnings(series(at), { from: 0, to: hour })).toBe(2)
  })
  test('one that spoke seldom and now often is not torn apart where it was slow', () => {
    const slow = every(20 * minute, 40)
    const quick = every(minute, 400).map((n) => n + 800 * minute)
    const one = series([...slow, ...quick].map((time) => [time, 5]))
    expect(beginnings(one, { from: 0, to: 1_300 * minute })).toBe(1)
    expect(pointAt(one, 29 * minute)).toBe(1)
    const without = [...slow.filter((_, i) => i < 10 || i > 15), ...quick]
    expect(beginnings(series(without.map((time) => [time, 5])), { from: 0, to: day })).toBe(2)
  })
  test('also where there are many points on each pixel', () => {
    const at = [...every(minute, 5_000), ...every(minute, 5_000).map((n) => n + 5_400 * minute)]
    const one = series(at.map((time) => [time, 5]))
    expect(beginnings(one, { from: 0, to: 10_400 * minute }, 500)).toBe(2)
  })
  test('a value is told where there is one only', () => {
    const one = series([0, 1, 2, 3, 30, 31].map((n) => [n * minute, n]))
    expect(pointAt(one, 2 * minute + 20_000)).toBe(2)
    expect(pointAt(one, 4 * minute)).toBe(3)
    expect(pointAt(one, 15 * minute)).toBe(-1)
    expect(pointAt(one, -2 * minute)).toBe(-1)
    expect(pointAt(series([]), 0)).toBe(-1)
  })
})

describe('points', () => {
  const buckets = [
    [0, 10, 20, 30, 3],
    [hour, 0, 8, 40, 1],
  ]
  test('rolled-up ones stand in the middle of their time', () =>
    expect([...series(buckets, 'hour').at]).toEqual([hour / 2, 1.5 * hour]))
  test('one that is not over yet stands before the end of the window', () => {
    const one = plotSeries(told, { points: buckets, resolution: 'hour', until: hour + 6 * minute })
    expect([...one.at]).toEqual([hour / 2, hour + 3 * minute])
  })
  test('at a time the bucket that it lies in is told', () => {
    const one = series(buckets, 'hour')
    expect(pointAt(one, hour - 1)).toBe(0)
    expect(pointAt(one, hour + 1)).toBe(1)
  })
  test('figures weigh buckets by what is in them', () =>
    expect(figuresIn(series(buckets, 'hour'), { from: 0, to: day })).toEqual({
      min: 0,
      mean: 17,
      max: 40,
      at: hour,
      last: 8,
    }))
  test('figures are of what is in sight', () => {
    const one = series([0, 1, 2, 3].map((n) => [n * minute, n * 10]))
    expect(figuresIn(one, { from: minute, to: 3 * minute })).toEqual({
      min: 10,
      mean: 15,
      max: 20,
      at: 2 * minute,
      last: 20,
    })
    expect(figuresIn(one, { from: hour, to: day })).toBeNull()
  })
  test('the first from a time on', () =>
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 50 })),
        fc.integer({ min: -1, max: 51 }),
        (list, time) => {
          const at = Float64Array.from(list).sort()
          const found = [...at].findIndex((one) => one >= time)
          expect(firstFrom(at, time)).toBe(found === -1 ? at.length : found)
        },
      ),
    ))
})

describe('traces', () => {
  const many = Array.from({ length: 100_000 }, (_, i) => [i * 1_000, Math.sin(i) * 50])
  const view = { from: 0, to: 100_000_000 }
  test('many points become no more than the pixels there are', () =>
    expect(traceOf(series(many), view, 1_000).length).toBeLessThanOrEqual(1_004))
  test('few are drawn one by one, at their very place', () => {
    const trace = traceOf(
      series([
        [0, 1],
        [250, 2],
        [1_000, 3],
      ]),
      { from: 0, to: 1_000 },
      100,
    )
    expect([...trace.x.subarray(0, trace.length)]).toEqual([0, 25, 100])
  })
  test('the least and the greatest of all are still there', () =>
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), {
          minLength: 500,
          maxLength: 900,
        }),
        (values) => {
          const one = series(values.map((value, i) => [i * minute, value]))
          const trace = traceOf(one, { from: 0, to: values.length * minute }, 60)
          expect(trace.length).toBeLessThanOrEqual(64)
          expect(Math.max(...trace.max.subarray(0, trace.length))).toBe(Math.max(...values))
          expect(Math.min(...trace.min.subarray(0, trace.length))).toBe(Math.min(...values))
        },
      ),
      { numRuns: 30 },
    ))
  test('one beyond each edge belongs to it, so that lines leave the picture', () => {
    const one = series([0, 1, 2, 3, 4].map((n) => [n * minute, n]))
    const trace = traceOf(one, { from: 1.5 * minute, to: 2.5 * minute }, 100)
    expect([...trace.last.subarray(0, trace.length)]).toEqual([1, 2, 3])
  })
  test('small ones: a line, its band, and what stands alone', () => {
    const one = series(
      [
        [0, 0, 5, 10, 2],
        [hour, 2, 5, 8, 2],
        [9 * hour, 4, 5, 6, 1],
      ],
      'hour',
    )
    const { line, band, alone } = smallPaths(one, { from: 0, to: 10 * hour }, { min: 0, max: 10 })
    expect(line.match(/M/g)).toHaveLength(2)
    expect(band.match(/Z/g)).toHaveLength(2)
    expect(alone.match(/M/g)).toHaveLength(1)
    expect(smallPaths(series([[0, 1]]), { from: 0, to: hour }, { min: 0, max: 1 }).band).toBe('')
  })
})

describe('axes', () => {
  test('two units stand left and right, more each for themselves', () => {
    expect(panelsOf([])).toEqual([])
    expect(panelsOf(['%', '%'])).toEqual([{ left: '%', right: null }])
    expect(panelsOf(['%', 'm', '%'])).toEqual([{ left: '%', right: 'm' }])
    expect(panelsOf(['%', 'm', '°'])).toEqual([
      { left: '%', right: null },
      { left: 'm', right: null },
      { left: '°', right: null },
    ])
  })
  test('round steps that hold everything, as many as asked for', () =>
    fc.assert(
      fc.property(
        fc.double({ min: -1e5, max: 1e5, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e5, noNaN: true }),
        (least, span) => {
          const { min, max, ticks } = scaleOf(least, least + span, 4)
          expect(ticks).toHaveLength(5)
          expect(min).toBeLessThanOrEqual(least + span * 1e-6)
          expect(max).toBeGreaterThanOrEqual(least + span * (1 - 1e-6))
        },
      ),
    ))
  test.each([
    [30, 64, null],
    [0.4, 8, [0, 2, 4, 6, 8]],
    [5, 5, null],
    [0, 0, null],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, null],
  ])('%d to %d', (least, most, ticks) => {
    const scale = scaleOf(least, most, 4)
    expect(scale.min).toBeLessThan(scale.max)
    if (ticks) expect(scale.ticks).toEqual(ticks)
  })
  test('a limit stays in sight; the scale is of all that was asked for', () => {
    const one = series([
      [0, 1],
      [minute, 2],
    ])
    const scale = scalesOf([one], [{ unit: one.unit, value: 75 }], 4).get(one.unit)
    expect(scale?.max).toBeGreaterThanOrEqual(75)
    expect(scalesOf([one], [{ unit: 'm', value: 75 }], 4).get(one.unit)?.max).toBeLessThan(10)
  })
  test.each([
    [minute, '00:00:10'],
    [3 * hour, '00:30'],
    [day, '04:00'],
    [7 * day, '11-23'],
    [60 * day, '11-26'],
    [400 * day, '2027-01'],
  ])('over %d ms time is marked like %s', (span, label) => {
    const ticks = timeTicks({ from: midnight, to: midnight + span }, zone, 12)
    expect(ticks.length).toBeGreaterThan(1)
    expect(ticks.length).toBeLessThanOrEqual(14)
    expect(ticks.map((tick) => tick.label)).toContain(label)
  })
  test('midnight of the town says the day, louder', () => {
    const ticks = timeTicks({ from: midnight - hour, to: midnight + hour }, zone, 6)
    expect(ticks.filter(({ isGreat }) => isGreat)).toEqual([
      { at: midnight, label: '11-22', isGreat: true },
    ])
  })
  test('days stay midnights where the clocks change', () => {
    const from = Date.UTC(2026, 9, 23)
    const ticks = timeTicks({ from, to: from + 5 * day }, 'Europe/Berlin', 8)
    expect(ticks.map(({ at }) => new Date(at).getUTCHours())).toEqual([22, 22, 23, 23, 23])
  })
  test('marks are always in order and inside', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 60, max: 20 * 365 * 86_400 }),
        fc.integer({ min: 0, max: 86_400 * 700 }),
        (seconds, shift) => {
          const view = { from: midnight + shift * 1000, to: midnight + (shift + seconds) * 1000 }
          const times = timeTicks(view, zone, 10).map(({ at }) => at)
          expect(times).toEqual([...new Set(times)].toSorted((a, b) => a - b))
          expect(times.every((at) => at >= view.from && at <= view.to)).toBe(true)
          expect(times.length).toBeLessThanOrEqual(13)
        },
      ),
      { numRuns: 60 },
    ))
})

describe('room', () => {
  test('stacked pictures share one time axis and do not overlap', () => {
    const of = (unit: string) => series([[0, 1]], 'raw', { unit, key: unit })
    const layout = layoutOf(panelsFor([of('a'), of('b'), of('c')]), 800, 600)
    expect(layout.boxes).toHaveLength(3)
    layout.boxes.forEach((box, i) => {
      const next = layout.boxes[i + 1]
      if (next) expect(box.top + box.height).toBeLessThan(next.top)
    })
    expect(layout.right).toBeLessThan(800)
  })
  test('labels at the ends keep clear of each other', () => {
    const tops = spread([10, 11, 12, 90], 15, 0, 100)
    const sorted = tops.toSorted((a, b) => a - b)
    for (const [i, top] of sorted.entries())
      if (i > 0) expect(top - (sorted[i - 1] ?? 0)).toBeGreaterThanOrEqual(15)
    expect(Math.max(...tops)).toBeLessThanOrEqual(85)
  })
})

describe('moves', () => {
  const latest = Date.UTC(2026, 10, 22)
  const view = { from: latest - 2 * day, to: latest - day }
  test('the time under the pointer stays', () => {
    const at = view.from + 6 * hour
    const closer = zoomed(view, at, 0.5)
    expect(closer.to - closer.from).toBe(day / 2)
    expect((at - closer.from) / (closer.to - closer.from)).toBeCloseTo(0.25)
  })
  test('not into what is to come, with the same width', () =>
    expect(heldIn(moved(view, 5), latest)).toEqual({ from: latest - day, to: latest }))
  test('not closer than a minute', () => {
    const { from, to } = heldIn(zoomed(view, view.from, 1e-9), latest)
    expect(to - from).toBe(minute)
  })
  test('not before anything was measured', () =>
    expect(heldIn({ from: -1e15, to: 1e13 }, latest).from).toBeGreaterThanOrEqual(Date.UTC(1999)))
})

describe('alarms', () => {
  const alarm = (id: string, from: number, severity: 'blue' | 'red' = 'blue') => ({
    id,
    name: id,
    severity,
    from,
    to: null,
    case: null,
  })
  test('those that would cover each other are one mark of the most severe', () => {
    const list = [alarm('a', 10), alarm('b', 12, 'red'), alarm('c', 60), alarm('late', 200)]
    const marks = alarmMarks(list, { from: 0, to: 100 }, { width: 100, apart: 18 })
    expect(marks.map(({ severity, alarms }) => [severity, alarms.map(({ id }) => id)])).toEqual([
      ['red', ['a', 'b']],
      ['blue', ['c']],
    ])
  })
})
