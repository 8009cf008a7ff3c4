import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DeviceEvent, Observation, Reading } from '../../gateway/domain/observation.ts'
import type {
  ObservationLog,
  QuarantinedMessage,
  QuarantineStore,
} from '../../gateway/ports/observation-store.ts'

/** What every observation store must do; run against each implementation. */

export interface StoreUnderTest {
  log: ObservationLog
  quarantine: QuarantineStore
  stop(): Promise<void>
}

export const noon = Date.UTC(2026, 4, 20, 4)

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
