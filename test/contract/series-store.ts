import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { UnavailableError } from '../../gateway/domain/errors.ts'
import { createSeriesModel } from '../support/series-model.ts'
import { choices, queries } from './series-store-queries.ts'
import {
  append,
  ask,
  day,
  hour,
  minute,
  newDevice,
  noon,
  type OpenSeriesStore,
  pm25,
  readAll,
  readings,
  readingsOf,
  type SeriesStoreUnderTest,
  type Town,
} from './series-store-town.ts'
import { compacted, keeping, writing } from './series-store-writes.ts'

/** What every store of time series must do that follows a real observation log. */

export function describeSeriesStore(name: string, open: OpenSeriesStore): void {
  describe(`${name}: series store contract`, () => {
    let town: SeriesStoreUnderTest
    beforeAll(async () => {
      town = await open('Asia/Shanghai')
    })
    afterAll(() => town.stop())

    queries(() => town)
    choices(() => town)
    keeping(() => town)
    writing(() => town)
    compacted(() => town)
    describe.each([
      ['Asia/Shanghai', '2026-02-28T16:00:00Z', 'between two months'],
      ['Europe/Berlin', '2026-03-29T01:00:00Z', 'when clocks go forward'],
      ['Europe/Berlin', '2026-10-25T01:00:00Z', 'when clocks go back'],
      ['Europe/Berlin', '2025-12-31T23:00:00Z', 'between two years'],
    ])('in %s around %s, %s', (zone, around) => {
      let there: SeriesStoreUnderTest
      beforeAll(async () => {
        there = zone === 'Asia/Shanghai' ? town : await open(zone)
      })
      afterAll(() => (there === town ? undefined : there.stop()))
      allOrders(() => there, { zone, around: Date.parse(around) })
    })

    test('after stop it says that it is away', async () => {
      const ended = await open('Asia/Shanghai')
      await ended.stop()
      const named = { device: 'a', property: 'pm25' } as const
      const query = { series: [named], from: 0, to: 1, resolution: 'raw' } as const
      const { series } = ended
      await expect(series.query(query)).rejects.toThrow(UnavailableError)
      await expect(series.extents()).rejects.toThrow(UnavailableError)
      await expect(readAll(ended, 'a', [0, 1])).rejects.toThrow(UnavailableError)
      await expect(series.write(readings(pm25('a', noon, 1)))).rejects.toThrow(UnavailableError)
    })
  })
}

/** Whatever comes in whatever order and however often: all answers are those of what stands. */
function allOrders(town: Town, { zone, around }: { zone: string; around: number }): void {
  const time = fc.oneof(
    fc.integer({ min: -50 * hour, max: 50 * hour }),
    // Near the border, on it, and so that some come twice.
    fc.constantFrom(-hour, -1, 0, 1, hour, 30 * minute, -day, day),
  )
  const value = fc.integer({ min: -500, max: 5000 }).map((n) => n / 100)
  const reading = fc.tuple(fc.nat({ max: 1 }), time, value)
  const step = fc.record({
    way: fc.constantFrom('log', 'write'),
    rows: fc.array(reading, { minLength: 1, maxLength: 25 }),
  })

  test('late, doubled, out of order, filled in and corrected: roll-ups are those of what stands', async () => {
    const [from, to] = [around - 80 * hour, around + 80 * hour]
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 5 }), async (steps) => {
        const names = [newDevice(), newDevice()]
        const model = createSeriesModel(zone)
        for (const { way, rows } of steps) {
          const all = rows.map(([n, at, of]) => pm25(names[n] as string, around + at, of))
          if (way === 'log') await append(town(), all)
          else await town().series.write(readings(...all))
          for (const one of all) model.put(one, way)
        }
        const series = names.map((device) => ({ device, property: 'pm25' as const }))
        for (const resolution of ['raw', 'minute', 'hour', 'day'] as const) {
          const answer = await town().series.query({ series, from, to, resolution })
          expect(answer).toEqual({
            resolution,
            points: names.map((device) => model.points(device, resolution)),
          })
        }
        const extents = await town().series.extents(names)
        expect(
          extents.toSorted((x, y) => names.indexOf(x.device) - names.indexOf(y.device)),
        ).toEqual(names.flatMap((device) => model.extent(device)))
        for (const device of names) {
          const read = readingsOf(await readAll(town(), device, [from, to]))
          expect(read.map(({ at, value: of }) => [at, of])).toEqual(model.points(device, 'raw'))
        }
      }),
      { numRuns: 12 },
    )
  })

  test('every reading has its own hour, each day as many as it has', async () => {
    const a = newDevice()
    const first = around - 48 * hour
    const all = Array.from({ length: 96 }, (_, n) => pm25(a, first + n * hour, n))
    await append(town(), all)
    const model = createSeriesModel(zone)
    for (const one of all) model.put(one, 'log')
    const span = [first - 48 * hour, first + 144 * hour] as const
    const hours = await ask(town(), a, ['hour', ...span])
    expect(hours.points).toEqual(model.points(a, 'hour'))
    expect(hours.points).toHaveLength(96)
    const days = await ask(town(), a, ['day', ...span])
    expect(days.points).toEqual(model.points(a, 'day'))
    const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, timeStyle: 'medium' })
    expect(new Set(days.points.map(([at]) => clock.format(at)))).toEqual(new Set(['00:00:00']))
  })
}
