import { expect, test } from 'vitest'
import { mostPoints, type Resolution } from '../../gateway/domain/resolution.ts'
import {
  append,
  ask,
  day,
  hour,
  minute,
  newDevice,
  noon,
  pm25,
  readAll,
  readingsOf,
  type Town,
} from './series-store-town.ts'

/** How the contract's stores answer. */

export function queries(town: Town): void {
  test('sees all that append resolved, from included, to excluded', async () => {
    const a = newDevice()
    await append(
      town(),
      [0, 1, 2].map((n) => pm25(a, noon + n, n)),
    )
    expect(await ask(town(), a, ['raw', noon, noon + 2])).toEqual({
      resolution: 'raw',
      points: [
        [noon, 0],
        [noon + 1, 1],
      ],
    })
  })

  test('rolls up to minutes, hours and the town’s days', async () => {
    const a = newDevice()
    const [from, to] = [noon, noon + 48 * hour]
    await append(town(), [
      pm25(a, noon - hour, 4),
      pm25(a, noon, 1),
      pm25(a, noon + 10, 3),
      pm25(a, noon + minute, 8),
      pm25(a, noon + 24 * hour, 5),
    ])
    expect((await ask(town(), a, ['minute', from, to])).points).toEqual([
      [noon, 1, 2, 3, 2],
      [noon + minute, 8, 8, 8, 1],
      [noon + 24 * hour, 5, 5, 5, 1],
    ])
    expect((await ask(town(), a, ['hour', from, to])).points).toEqual([
      [noon, 1, 4, 8, 3],
      [noon + 24 * hour, 5, 5, 5, 1],
    ])
    // Noon in the town: its day began twelve hours earlier.
    expect((await ask(town(), a, ['day', from, to])).points).toEqual([
      [noon - 12 * hour, 1, 4, 8, 4],
      [noon + 12 * hour, 5, 5, 5, 1],
    ])
  })

  test('begins with the bucket of from, and holds the whole of it', async () => {
    const a = newDevice()
    await append(
      town(),
      Array.from({ length: 180 }, (_, n) => pm25(a, noon + n * minute, n)),
    )
    const rows: [Resolution, number, number, number[]][] = [
      // resolution, from, to, buckets: minutes after noon
      ['raw', 1, 2, [1]],
      ['raw', 180, 999, []],
      ['minute', 0.5, 2.5, [0, 1, 2]],
      ['minute', 59.99, 60, [59]],
      ['hour', 0, 60, [0]],
      ['hour', 59, 61, [0, 60]],
      ['hour', 60, 120, [60]],
      ['day', 100, 101, [-720]],
      ['day', 720, 1440, []],
    ]
    for (const [resolution, from, to, expected] of rows) {
      const asked = [resolution, noon + from * minute, noon + to * minute] as const
      const { points } = await ask(town(), a, [...asked])
      expect([asked, points.map(([at]) => (at - noon) / minute)]).toEqual([asked, expected])
    }
    const { points } = await ask(town(), a, ['hour', noon + 59 * minute, noon + 60 * minute])
    expect(points).toEqual([[noon, 0, 29.5, 59, 60]])
  })

  test('answers many series at once, in the order in which they were asked for', async () => {
    const [a, b] = [newDevice(), newDevice()]
    const damp = { device: a, property: 'humidity' as const, at: noon, value: 50 }
    await append(town(), [pm25(a, noon, 1), pm25(b, noon, 2), damp, pm25(b, noon + hour, 3)])
    const series = [
      { device: b, property: 'pm25' },
      { device: 'nobody', property: 'pm25' },
      { device: a, property: 'humidity' },
      { device: a, property: 'pm25' },
      { device: b, property: 'pm25' },
      { device: a, property: 'battery' },
    ] as const
    const asked = { series, from: noon, to: noon + day }
    const ofB = [
      [noon, 2],
      [noon + hour, 3],
    ]
    expect(await town().series.query({ ...asked, resolution: 'auto' })).toEqual({
      resolution: 'raw',
      points: [ofB, [], [[noon, 50]], [[noon, 1]], ofB, []],
    })
    const hoursOfB = [
      [noon, 2, 2, 2, 1],
      [noon + hour, 3, 3, 3, 1],
    ]
    expect(await town().series.query({ ...asked, resolution: 'hour' })).toEqual({
      resolution: 'hour',
      points: [hoursOfB, [], [[noon, 50, 50, 50, 1]], [[noon, 1, 1, 1, 1]], hoursOfB, []],
    })
    const none = await town().series.query({ ...asked, series: [], resolution: 'auto' })
    expect(none).toEqual({ resolution: 'raw', points: [] })
  })

  test('keeps values to their last digit', async () => {
    const a = newDevice()
    const values = [0.1 + 0.2, -1 / 3, 0, 1e-7, 123_456_789.125, 5e10, -40]
    await append(
      town(),
      values.map((value, n) => pm25(a, noon + n, value)),
    )
    const { points } = await ask(town(), a, ['raw', noon, noon + day])
    expect(points).toEqual(values.map((value, n) => [noon + n, value]))
    const read = readingsOf(await readAll(town(), a, [noon, noon + day]))
    expect(read.map(({ value }) => value)).toEqual(values)
  })

  test('readings below nought keep their smallest and largest, whole ones the fraction of their mean', async () => {
    const a = newDevice()
    await append(town(), [pm25(a, noon, -5), pm25(a, noon + 1, 0), pm25(a, noon + 2, -1.5)])
    for (const resolution of ['minute', 'hour', 'day'] as const) {
      const { points } = await ask(town(), a, [resolution, noon, noon + 3])
      expect(points.map(([, ...rest]) => rest)).toEqual([[-5, -2.16666666667, 0, 3]])
    }
  })

  test('refuses a time that is turned around, and more points than anybody can look at', async () => {
    const a = newDevice()
    await expect(ask(town(), a, ['raw', noon, noon])).rejects.toThrow('from must lie before to')
    await expect(ask(town(), a, ['raw', noon, Number.NaN])).rejects.toThrow('from must lie before')
    const many = 2000
    await append(
      town(),
      Array.from({ length: many }, (_, n) => pm25(a, noon + n, n)),
    )
    const named = { device: a, property: 'pm25' as const }
    const times = Math.ceil((mostPoints + 1) / many)
    const series = Array.from({ length: times }, () => named)
    const asked = { series, from: noon, to: noon + day, resolution: 'raw' } as const
    await expect(town().series.query(asked)).rejects.toThrow('coarser resolution')
  })

  test('answers about all time there is', async () => {
    const a = newDevice()
    await append(town(), [pm25(a, noon, 1), pm25(a, noon - 3000 * day, 2)])
    for (const resolution of ['raw', 'hour', 'day', 'auto'] as const) {
      const { points } = await ask(town(), a, [resolution, -9e15, 9e15])
      expect(points).toHaveLength(2)
      expect((await ask(town(), a, [resolution, -9e15, -8e15])).points).toEqual([])
      expect((await ask(town(), a, [resolution, 8e15, 9e15])).points).toEqual([])
    }
  })
}

export function choices(town: Town): void {
  test('automatic: single readings while there are few, coarser when there are many', async () => {
    const [a, few] = [newDevice(), newDevice()]
    let many = a
    expect((await ask(town(), a, ['auto', noon, noon + 300 * day])).resolution).toBe('raw')
    const rows: [number, number, Resolution][] = [
      // readings, over, resolution
      [2000, hour, 'raw'],
      [2001, hour, 'minute'],
      [2001, day, 'minute'],
      [2001, day + 1, 'hour'],
      [2001, 60 * day, 'hour'],
      [2001, 60 * day + 1, 'day'],
      [2000, 365 * day, 'raw'],
    ]
    for (const [count, over, expected] of rows) {
      const device = newDevice()
      await append(
        town(),
        Array.from({ length: count }, (_, n) =>
          pm25(device, noon + Math.floor((n * over) / count), n),
        ),
      )
      const answer = await ask(town(), device, ['auto', noon, noon + over])
      if (expected === 'hour') many = device
      expect([count, over, answer.resolution]).toEqual([count, over, expected])
      // What is chosen is what was asked for by name.
      expect(answer).toEqual(await ask(town(), device, [expected, noon, noon + over]))
      expect(answer.points.reduce((sum, point) => sum + (point[4] ?? 1), 0)).toBe(count)
    }
    await append(town(), [pm25(few, noon, 1)])
    const series = [few, many].map((device) => ({
      device,
      property: 'pm25' as const,
    }))
    const span = { from: noon, to: noon + 60 * day }
    // By the one that has most, and one for all.
    expect((await town().series.query({ series, ...span, resolution: 'auto' })).resolution).toBe(
      'hour',
    )
  })
}
