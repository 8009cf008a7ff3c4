import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DeviceEvent, Observation, Reading } from '../../gateway/domain/observation.ts'
import type { Resolution } from '../../gateway/domain/resolution.ts'
import type {
  ObservationLog,
  QuarantinedMessage,
  QuarantineStore,
} from '../../gateway/ports/observation-store.ts'
import type { SeriesStore } from '../../gateway/ports/series-store.ts'
import { askOne } from '../support/one-series.ts'

/** What every observation store must do; run against each implementation. */

export interface StoreUnderTest {
  log: ObservationLog
  series: Pick<SeriesStore, 'query'>
  quarantine: QuarantineStore
  stop(): Promise<void>
}

export const noon = Date.UTC(2026, 4, 20, 4)
const minute = 60_000
const hour = 60 * minute

export function reading(device: string, observedAt: number, value: number): Reading {
  return {
    kind: 'reading',
    device,
    property: 'pm25',
    value,
    observedAt,
    receivedAt: observedAt + 5,
  }
}

export function event(
  device: string,
  observedAt: number,
  more: Partial<DeviceEvent> = {},
): DeviceEvent {
  return {
    kind: 'event',
    device,
    type: 'smoke',
    state: 'active',
    observedAt,
    receivedAt: observedAt + 5,
    ...more,
  }
}

function status(device: string, observedAt: number, online: boolean): Observation {
  return { kind: 'status', device, online, observedAt, receivedAt: observedAt }
}

export function message(topic: string, payload: string, more: Partial<QuarantinedMessage> = {}) {
  const [, village = null, device = null] = topic.split('/')
  return {
    topic,
    village,
    device,
    payload: Buffer.from(payload),
    receivedAt: noon,
    failure: { reason: 'unparseable', detail: 'payload: not JSON' },
    ...more,
  } satisfies QuarantinedMessage
}

/** `open` opens the same store again and again, `fresh` begins a new one. */
export function observationStoreContract(
  name: string,
  { fresh, open }: { fresh: () => Promise<void>; open: () => Promise<StoreUnderTest> },
): void {
  describe(`${name}: observation store contract`, () => {
    let store: StoreUnderTest
    beforeEach(async () => {
      await fresh()
      store = await open()
    })
    afterEach(() => store.stop())

    function ask(resolution: Resolution | 'auto', from: number, to: number) {
      return askOne(store.series, { device: 'a', property: 'pm25', from, to, resolution })
    }

    const observations = async () => (await store.log.read(0, 1000)).map((e) => e.observation)

    describe('log', () => {
      test('gives back what was appended, in order, with rising seqs', async () => {
        const first = [reading('a', noon, 1), status('a', noon, true)]
        const second = [event('b', noon, { confidence: 0.9, box: [0, 0, 0.5, 0.5] })]
        expect(await store.log.append(first)).toEqual({ stored: 2 })
        expect(await store.log.append(second)).toEqual({ stored: 1 })
        const entries = await store.log.read(0, 10)
        expect(entries.map((e) => e.observation)).toEqual([...first, ...second])
        const seqs = entries.map((e) => e.seq)
        expect(seqs).toEqual(seqs.toSorted((a, b) => a - b))
        expect(await store.log.head()).toBe(seqs.at(-1))
        expect(await store.log.read(seqs[0] ?? 0, 1)).toEqual([entries[1]])
      })

      test('an empty log has head 0, an empty append stores nothing', async () => {
        expect(await store.log.head()).toBe(0)
        expect(await store.log.read(0, 10)).toEqual([])
        expect(await store.log.append([])).toEqual({ stored: 0 })
      })

      test('a second arrival changes nothing, whatever it says', async () => {
        await store.log.append([reading('a', noon, 1)])
        expect(await store.log.append([reading('a', noon, 2)])).toEqual({ stored: 0 })
        expect(await store.log.append([reading('a', noon, 3), reading('a', noon + 1, 1)])).toEqual({
          stored: 1,
        })
        expect(await observations()).toEqual([reading('a', noon, 1), reading('a', noon + 1, 1)])
      })

      test('the sender’s own id decides where there is one', async () => {
        await store.log.append([event('a', noon, { senderId: 'x' })])
        expect(await store.log.append([event('a', noon + 9, { senderId: 'x' })])).toEqual({
          stored: 0,
        })
        expect(await store.log.append([event('a', noon, { senderId: 'y' })])).toEqual({ stored: 1 })
        expect(await store.log.append([event('b', noon, { senderId: 'x' })])).toEqual({ stored: 1 })
      })

      test('active and clear in the same millisecond are two', async () => {
        const both = [event('a', noon), event('a', noon, { state: 'clear' })]
        expect(await store.log.append(both)).toEqual({ stored: 2 })
        const statuses = [status('a', noon, false), status('a', noon, true)]
        expect(await store.log.append(statuses)).toEqual({ stored: 2 })
        expect(await observations()).toEqual([...both, ...statuses])
      })

      test('an unchanged value is kept', async () => {
        await store.log.append([0, 1, 2].map((i) => reading('a', noon + i, 7)))
        expect(await observations()).toHaveLength(3)
      })

      test('changed() resolves at the next commit that stored something, for all who wait', async () => {
        await store.log.append([reading('a', noon, 1)])
        let woken = 0
        const waiting = [store.log.changed(), store.log.changed()].map((w) => w.then(() => woken++))
        await store.log.append([reading('a', noon, 1)])
        expect(woken).toBe(0)
        await store.log.append([reading('a', noon + 1, 1)])
        await Promise.all(waiting)
        expect(woken).toBe(2)
      })

      test('is there after it was closed and opened again', async () => {
        const all = [
          reading('a', noon, 1),
          event('a', noon, { senderId: 'x' }),
          status('a', noon, true),
        ]
        await store.log.append(all)
        await store.stop()
        store = await open()
        expect(await observations()).toEqual(all)
        expect(await store.log.append(all)).toEqual({ stored: 0 })
        expect(await store.log.append([reading('c', noon, 1)])).toEqual({ stored: 1 })
        expect(await store.log.head()).toBe(4)
      })
    })

    describe('series', () => {
      test('sees all that append resolved, from included, to excluded', async () => {
        await store.log.append([0, 1, 2].map((i) => reading('a', noon + i, i)))
        expect(await ask('raw', noon, noon + 2)).toEqual({
          resolution: 'raw',
          points: [
            [noon, 0],
            [noon + 1, 1],
          ],
        })
      })

      test('rolls up to minutes, hours and the town’s days', async () => {
        const values = [
          [noon - hour, 4],
          [noon, 1],
          [noon + 10, 3],
          [noon + minute, 8],
          [noon + 24 * hour, 5],
        ] as const
        await store.log.append(values.map(([at, value]) => reading('a', at, value)))
        const [from, to] = [noon, noon + 48 * hour]
        expect((await ask('minute', from, to)).points).toEqual([
          [noon, 1, 2, 3, 2],
          [noon + minute, 8, 8, 8, 1],
          [noon + 24 * hour, 5, 5, 5, 1],
        ])
        expect((await ask('hour', from, to)).points).toEqual([
          [noon, 1, 4, 8, 3],
          [noon + 24 * hour, 5, 5, 5, 1],
        ])
        // noon is 12:00 in the town: its day began twelve hours earlier, at 16:00 UTC.
        expect((await ask('day', from, to)).points).toEqual([
          [noon - 12 * hour, 1, 4, 8, 4],
          [noon + 12 * hour, 5, 5, 5, 1],
        ])
      })

      test('automatic: raw while there are few, coarser when there are many', async () => {
        expect((await ask('auto', noon, noon + 300 * 24 * hour)).resolution).toBe('raw')
        const many = Array.from({ length: 3000 }, (_, i) => reading('a', noon + i * 1000, i % 9))
        await store.log.append(many)
        expect((await ask('auto', noon, noon + hour)).resolution).toBe('minute')
        expect((await ask('auto', noon, noon + 30 * 24 * hour)).resolution).toBe('hour')
        expect((await ask('auto', noon, noon + 100 * 24 * hour)).resolution).toBe('day')
        const few = await ask('auto', noon + 2 * hour, noon + 30 * 24 * hour)
        expect(few).toEqual({ resolution: 'raw', points: [] })
      })

      test('a late reading reaches its own buckets, a repeated one none', async () => {
        await store.log.append([reading('a', noon, 2)])
        await ask('hour', noon, noon + hour)
        await store.log.append([reading('a', noon - 40 * 24 * hour, 6), reading('a', noon, 9)])
        expect((await ask('hour', noon - 60 * 24 * hour, noon + hour)).points).toEqual([
          [noon - 40 * 24 * hour, 6, 6, 6, 1],
          [noon, 2, 2, 2, 1],
        ])
      })

      test('an unknown series is empty, a turned-around time is refused', async () => {
        expect((await ask('hour', noon, noon + 1)).points).toEqual([])
        await expect(ask('raw', noon, noon)).rejects.toThrow('from must lie before to')
      })
    })

    describe('quarantine', () => {
      const all = { scope: null, limit: 100 }

      test('keeps the message as it was, and counts it when it comes again', async () => {
        await store.quarantine.put(message('lianxun/990101101201/a/telemetry', '{'))
        await store.quarantine.put(
          message('lianxun/990101101201/a/telemetry', '{', { receivedAt: noon + 9 }),
        )
        const [entry, ...more] = await store.quarantine.list(all)
        expect(more).toEqual([])
        expect(entry).toMatchObject({
          count: 2,
          firstAt: noon,
          lastAt: noon + 9,
          topic: 'lianxun/990101101201/a/telemetry',
          village: '990101101201',
          device: 'a',
          reason: 'unparseable',
          state: 'waiting',
        })
        expect(Buffer.from(entry?.payload ?? []).toString()).toBe('{')
        expect(await store.quarantine.get(entry?.id ?? 0)).toEqual(entry)
        expect(await store.quarantine.get(99)).toBeUndefined()
      })

      test('lists newest first, by scope, state and device, page by page', async () => {
        const at = (village: string, device: string, n: number) =>
          store.quarantine.put(message(`lianxun/${village}/${device}/telemetry`, `x${n}`))
        await at('990101101201', 'a', 1)
        await at('990101101201', 'b', 2)
        await at('990101101202', 'c', 3)
        await store.quarantine.put(message('odd', 'x', { village: null, device: null }))
        const devices = async (filter: object) =>
          (await store.quarantine.list({ ...all, ...filter })).map((e) => e.device)
        expect(await devices({})).toEqual([null, 'c', 'b', 'a'])
        expect(await devices({ scope: '990101101' })).toEqual(['c', 'b', 'a'])
        expect(await devices({ scope: '990101101201' })).toEqual(['b', 'a'])
        expect(await devices({ device: 'c' })).toEqual(['c'])
        expect(await devices({ limit: 2 })).toEqual([null, 'c'])
        const [, , third] = await store.quarantine.list(all)
        expect(await devices({ beforeId: third?.id })).toEqual(['a'])
        await store.quarantine.setState(third?.id ?? 0, 'discarded')
        expect(await devices({ state: 'waiting' })).toEqual([null, 'c', 'a'])
        expect(await store.quarantine.waiting(null)).toBe(3)
        expect(await store.quarantine.waiting('990101101201')).toBe(1)
      })

      test('replayed and wrong again waits again; discarded stays discarded', async () => {
        const wrong = message('lianxun/990101101201/a/telemetry', '{')
        await store.quarantine.put(wrong)
        const [entry] = await store.quarantine.list(all)
        const id = entry?.id ?? 0
        await store.quarantine.setState(id, 'replayed')
        await store.quarantine.put(wrong)
        expect(await store.quarantine.get(id)).toMatchObject({ state: 'waiting', count: 2 })
        await store.quarantine.setState(id, 'discarded')
        await store.quarantine.put(wrong)
        expect(await store.quarantine.get(id)).toMatchObject({ state: 'discarded', count: 3 })
      })
    })
  })
}
