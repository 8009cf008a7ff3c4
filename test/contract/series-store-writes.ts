import { expect, test } from 'vitest'
import type { Resolution } from '../../gateway/domain/resolution.ts'
import type { RolledUp } from '../../gateway/ports/series-store.ts'
import {
  append,
  ask,
  bucketsOf,
  day,
  hour,
  minute,
  newDevice,
  noon,
  pm25,
  readAll,
  readings,
  readingsOf,
  rolledUp,
  type Town,
} from './series-store-town.ts'

/** What the contract's stores keep, give back and take from elsewhere. */

export function keeping(town: Town): void {
  test('says what there is of each series', async () => {
    const [a, b] = [newDevice(), newDevice()]
    const damp = { device: a, property: 'humidity' as const, at: noon + 7, value: 50 }
    await append(town(), [pm25(a, noon - 90 * day, 1), pm25(a, noon, 1), damp, pm25(b, noon, 1)])
    await append(town(), [pm25(a, noon - 5 * day, 1)])
    const ofA = [
      { device: a, property: 'humidity', first: noon + 7, last: noon + 7, readings: 1 },
      { device: a, property: 'pm25', first: noon - 90 * day, last: noon, readings: 3 },
    ]
    const ofB = { device: b, property: 'pm25', first: noon, last: noon, readings: 1 }
    const sorted = async (of?: string[]) =>
      (await town().series.extents(of)).toSorted(
        (x, y) => x.device.localeCompare(y.device) || x.property.localeCompare(y.property),
      )
    expect(await sorted([a])).toEqual(ofA)
    expect(await sorted([b, 'nobody'])).toEqual([ofB])
    expect(await sorted([])).toEqual([])
    const all = await sorted()
    expect(all).toEqual(expect.arrayContaining([...ofA, ofB]))
    expect(all.filter(({ device }) => device === a)).toEqual(ofA)
  })

  test('reads everything of one series out, oldest first, in parts', async () => {
    const [a, b] = [newDevice(), newDevice()]
    const all = Array.from({ length: 12_000 }, (_, n) => pm25(a, noon - n * 10 * minute, n % 11))
    await append(town(), all)
    await append(town(), [pm25(b, noon, 9)])
    const parts = await readAll(town(), a, [0, noon + 1])
    expect(readingsOf(parts)).toEqual(all.toReversed())
    expect(bucketsOf(parts)).toEqual([])
    for (const part of parts) {
      expect(part.kind === 'readings' && part.readings.length).toBeLessThanOrEqual(10_000)
    }
    expect(parts.length).toBeGreaterThan(1)
    const some = await readAll(town(), a, [noon - 20 * minute, noon])
    expect(readingsOf(some).map(({ at }) => at)).toEqual([noon - 20 * minute, noon - 10 * minute])
    expect(await readAll(town(), a, [noon + 1, noon + day])).toEqual([])
    expect(await readAll(town(), 'nobody', [0, noon])).toEqual([])
    // Whoever has enough may leave.
    for await (const part of town().series.read({ device: a, property: 'pm25' }, 0, noon)) {
      expect(part.kind).toBe('readings')
      break
    }
  })

  test('comes to have written all, and says so', async () => {
    await append(town(), [pm25(newDevice(), noon, 1)])
    const head = await town().log.head()
    const state = () => town().series.state()
    await expect.poll(() => state().waiting, { timeout: 20_000 }).toBe(0)
    await expect.poll(() => town().series.position(), { timeout: 20_000 }).toBe(head)
    expect(state()).toEqual({ waiting: 0, waitingSince: null, trouble: null, refused: 0 })
  })
}

export function writing(town: Town): void {
  test('takes readings that did not come through the log, also of new devices', async () => {
    const a = newDevice()
    const seen = town().log.changed()
    await town().series.write(readings(pm25(a, noon - 400 * day, 3), pm25(a, noon, 5)))
    await town().series.write(readings())
    const { points } = await ask(town(), a, ['day', noon - 500 * day, noon + day])
    expect(points).toEqual([
      [noon - 400 * day - 12 * hour, 3, 3, 3, 1],
      [noon - 12 * hour, 5, 5, 5, 1],
    ])
    const [extent] = await town().series.extents([a])
    expect(extent).toMatchObject({ first: noon - 400 * day, last: noon, readings: 2 })
    // Nobody who follows the log learns of them.
    const other = newDevice()
    await append(town(), [pm25(other, noon, 1)])
    await seen
    const head = await town().log.head()
    expect((await town().log.read(head - 1, 9)).map((e) => e.observation.device)).toEqual([other])
  })

  test('what was written last stands, wherever it came from, and twice is once', async () => {
    const a = newDevice()
    await append(town(), [pm25(a, noon, 1), pm25(a, noon + 1, 9), pm25(a, noon + hour, 2)])
    const corrected = readings(pm25(a, noon + 1, 3), pm25(a, noon + 2, 5))
    await town().series.write(corrected)
    await town().series.write(corrected)
    await append(town(), [pm25(a, noon + 2, 8)])
    const points = async (resolution: Resolution) =>
      (await ask(town(), a, [resolution, noon, noon + 2 * hour])).points
    expect(await points('raw')).toEqual([
      [noon, 1],
      [noon + 1, 3],
      [noon + 2, 8],
      [noon + hour, 2],
    ])
    expect(await points('hour')).toEqual([
      [noon, 1, 4, 8, 3],
      [noon + hour, 2, 2, 2, 1],
    ])
    expect(await points('day')).toEqual([[noon - 12 * hour, 1, 3.5, 8, 4]])
    expect((await town().series.extents([a]))[0]?.readings).toBe(4)
  })

  test('of one time twice in a part the second stands', async () => {
    const a = newDevice()
    await town().series.write(readings(pm25(a, noon, 1), pm25(a, noon, 7), pm25(a, noon + 1, 2)))
    expect((await ask(town(), a, ['hour', noon, noon + hour])).points).toEqual([
      [noon, 2, 4.5, 7, 2],
    ])
  })
}

function bucketsFor(device: string, from: number): RolledUp[] {
  const one = { device, property: 'pm25' as const }
  return [
    { ...one, resolution: 'day', at: from - 12 * hour, min: 1, max: 9, sum: 40, count: 10 },
    { ...one, resolution: 'hour', at: from, min: 1, max: 9, sum: 30, count: 6 },
    { ...one, resolution: 'hour', at: from + hour, min: 2, max: 3, sum: 10, count: 4 },
  ]
}

export function compacted(town: Town): void {
  test('takes hours and days whose single readings are gone, and gives them back', async () => {
    const a = newDevice()
    const buckets = bucketsFor(a, noon)
    await town().series.write(rolledUp(...buckets))
    await town().series.write(rolledUp(...buckets))
    await append(town(), [pm25(a, noon + 3 * day, 5)])
    const until = noon + 4 * day
    expect((await ask(town(), a, ['hour', noon, until])).points).toEqual([
      [noon, 1, 5, 9, 6],
      [noon + hour, 2, 2.5, 3, 4],
      [noon + 3 * day, 5, 5, 5, 1],
    ])
    expect((await ask(town(), a, ['day', noon, until])).points).toEqual([
      [noon - 12 * hour, 1, 4, 9, 10],
      [noon + 60 * hour, 5, 5, 5, 1],
    ])
    expect((await ask(town(), a, ['raw', noon, until])).points).toEqual([[noon + 3 * day, 5]])
    expect(await ask(town(), a, ['auto', noon, noon + day])).toMatchObject({ resolution: 'hour' })
    expect(await ask(town(), a, ['auto', noon, noon + 90 * day])).toMatchObject({
      resolution: 'day',
    })
    expect(await town().series.extents([a])).toEqual([
      { device: a, property: 'pm25', first: noon, last: noon + 3 * day, readings: 11 },
    ])
    const parts = await readAll(town(), a, [0, until])
    const byTime = (x: RolledUp, y: RolledUp) =>
      x.at - y.at || x.resolution.localeCompare(y.resolution)
    expect(bucketsOf(parts).toSorted(byTime)).toEqual(buckets)
    expect(readingsOf(parts)).toEqual([pm25(a, noon + 3 * day, 5)])
    expect(bucketsOf(await readAll(town(), a, [noon, noon + hour]))).toEqual([buckets[1]])
  })

  test('a bucket that is written again is replaced', async () => {
    const a = newDevice()
    const [ofDay, ofHour] = bucketsFor(a, noon) as [RolledUp, RolledUp]
    await town().series.write(rolledUp(ofDay, ofHour))
    const again = { min: -2, max: 4, sum: 3, count: 3 }
    await town().series.write(rolledUp({ ...ofDay, ...again }, { ...ofHour, ...again }))
    expect((await ask(town(), a, ['hour', noon, noon + day])).points).toEqual([[noon, -2, 1, 4, 3]])
    expect((await ask(town(), a, ['day', noon, noon + 1])).points).toEqual([
      [noon - 12 * hour, -2, 1, 4, 3],
    ])
  })

  test('single readings win over a bucket, whichever came first', async () => {
    const [a, b] = [newDevice(), newDevice()]
    await town().series.write(rolledUp(...bucketsFor(a, noon)))
    await town().series.write(readings(pm25(a, noon + 5, 7)))
    await town().series.write(readings(pm25(b, noon + 5, 7)))
    await town().series.write(rolledUp(...bucketsFor(b, noon)))
    for (const device of [a, b]) {
      expect((await ask(town(), device, ['hour', noon, noon + day])).points).toEqual([
        [noon, 7, 7, 7, 1],
        [noon + hour, 2, 2.5, 3, 4],
      ])
      expect((await ask(town(), device, ['day', noon, noon + day])).points).toEqual([
        [noon - 12 * hour, 7, 7, 7, 1],
      ])
    }
  })
}
