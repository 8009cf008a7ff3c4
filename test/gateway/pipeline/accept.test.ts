import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Device } from '../../../gateway/domain/device.ts'
import { ConflictError, NotFoundError, StoreError } from '../../../gateway/domain/errors.ts'
import type { DecodeFailure, Observation } from '../../../gateway/domain/observation.ts'
import { createIngest, replayQuarantine } from '../../../gateway/pipeline/accept.ts'
import type { Adapter, RawMessage } from '../../../gateway/ports/adapter.ts'
import {
  createObservationStore,
  type ObservationStore,
} from '../../../gateway/storage/observation-store.ts'

const now = Date.UTC(2026, 4, 20, 4)
const village = '990101101201'
let directory: string
let store: ObservationStore
let devices: Map<string, Device>
let blocked: Set<string>

function device(id: string, more: Partial<Device> = {}): Device {
  return {
    id,
    name: id,
    kind: 'airStation',
    village,
    grid: null,
    position: [106.7, 29.2],
    adapter: 'mqtt',
    address: null,
    headingDeg: null,
    fieldOfViewDeg: null,
    state: 'active',
    ...more,
  }
}

/** What the test's adapter understands: a JSON object of pm25 values by time. */
function decode({ topic, payload, receivedAt }: RawMessage): Observation[] | DecodeFailure {
  const id = topic.split('/')[2] ?? ''
  try {
    const values = JSON.parse(Buffer.from(payload).toString()) as Record<string, number>
    return Object.entries(values).map(
      ([at, value]): Observation => ({
        kind: 'reading',
        device: id,
        property: 'pm25',
        value,
        observedAt: Number(at) || receivedAt,
        receivedAt,
      }),
    )
  } catch {
    return { reason: 'unparseable', detail: 'payload: not JSON' }
  }
}

const adapter = { name: 'mqtt', decode: async (m) => decode(m) } as Adapter

/** A route: the gateway alone speaks for it. */
const walk = { ...device('patrol-r1'), kind: 'patrolRoute' as const, adapter: 'patrol' }

function parts() {
  const { log, quarantine } = store
  const registry = {
    get: (id: string) => devices.get(id),
    speaker: (id: string) => devices.get(id) ?? (id === walk.id ? walk : undefined),
    all: () => [...devices.values()],
    isBlocked: (id: string) => blocked.has(id),
    standing: () => ({ blocked: null, oldSecretUntil: null }),
    admit: () => undefined,
    onChange: () => () => undefined,
  }
  const clock = { now: () => now, monotonic: () => 0 }
  return { log, quarantine, devices: registry, clock, adapters: [adapter] }
}

function telemetry(id: string, payload: string, of = village): RawMessage {
  return { topic: `lianxun/${of}/${id}/telemetry`, payload: Buffer.from(payload), receivedAt: now }
}

const accept = (message: RawMessage) => createIngest(parts()).accept(message, decode(message))
const stored = async () =>
  (await store.log.read(0, 100)).map(({ observation: o }) =>
    o.kind === 'reading' ? o.value : o.kind,
  )
const waiting = () => store.quarantine.list({ scope: null, limit: 100, state: 'waiting' })

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lianxun-accept-'))
  const clock = { now: () => now, monotonic: () => 0 }
  store = createObservationStore({ directory, clock })
  await store.start()
  blocked = new Set()
  devices = new Map([['a', device('a')]])
})
afterEach(async () => {
  await store.stop()
  await rm(directory, { recursive: true, force: true })
})

describe('accept', () => {
  test('what may be believed is in the log when it resolves', async () => {
    await accept(telemetry('a', `{"${now}": 35, "${now - 1}": 36}`))
    expect(await stored()).toEqual([35, 36])
    expect(await waiting()).toEqual([])
  })

  test.each([
    ['unparseable', 'a', 'nonsense', village],
    ['unknownDevice', 'stranger', `{"${now}": 35}`, village],
    ['wrongVillage', 'a', `{"${now}": 35}`, '990101101202'],
    ['outOfService', 'broken', `{"${now}": 35}`, village],
    ['implausibleValue', 'a', `{"${now}": 99999}`, village],
    ['impossibleTime', 'a', '{"1": 35}', village],
  ])('%s: kept with its reason, nothing logged', async (reason, id, payload, of) => {
    devices.set('broken', device('broken', { state: 'outOfService' }))
    await accept(telemetry(id, payload, of))
    expect(await stored()).toEqual([])
    const [entry] = await waiting()
    expect(entry).toMatchObject({ reason, device: id, topic: `lianxun/${of}/${id}/telemetry` })
    expect(Buffer.from(entry?.payload ?? []).toString()).toBe(payload)
  })

  test('for a route nothing speaks that came by a topic of devices', async () => {
    const event = { kind: 'event', device: walk.id, type: 'patrolMissed', state: 'active' } as const
    const times = { observedAt: now, receivedAt: now }
    const message = { payload: Buffer.from('{}'), receivedAt: now }
    const ingest = createIngest(parts())
    await ingest.accept({ ...message, topic: `lianxun/${village}/${walk.id}/event` }, [
      { ...event, ...times },
    ])
    expect(await stored()).toEqual([])
    expect(await waiting()).toMatchObject([{ reason: 'unknownDevice', device: walk.id }])
    await ingest.accept({ ...message, topic: 'patrol/r1/one' }, [{ ...event, ...times }])
    expect(await stored()).toEqual(['event'])
  })

  test('the village that owns the device sees its message, whatever village it named', async () => {
    await accept(telemetry('a', '{"1": 35}', '990101101202'))
    await accept(telemetry('stranger', 'x', '990101101202'))
    await accept({ topic: 'odd', payload: Buffer.from('x'), receivedAt: now })
    expect((await waiting()).map((e) => [e.device, e.village])).toEqual([
      [null, null],
      ['stranger', '990101101202'],
      ['a', village],
    ])
  })

  test('of a mixed message the good part is logged and the whole waits', async () => {
    await accept(telemetry('a', `{"${now}": 35, "${now - 1}": -5, "${now - 2}": 36, "7": 1}`))
    expect(new Set(await stored())).toEqual(new Set([35, 36]))
    const [entry] = await waiting()
    expect(entry?.detail).toMatch(/^2 of 4 observations: /)
    expect(entry?.detail).toContain('pm25 is -5')
    expect(entry?.detail).toContain('before 2020')
  })

  test('a store that cannot store rejects, so that nobody acknowledges', async () => {
    await store.stop()
    await expect(accept(telemetry('a', `{"${now}": 35}`))).rejects.toThrow(StoreError)
    await expect(accept(telemetry('a', 'nonsense'))).rejects.toThrow(StoreError)
  })
})

const replay = (id: number, payload?: string) => replayQuarantine(parts(), { id, payload })
const firstWaiting = async () => (await waiting())[0]?.id ?? 0

describe('replay', () => {
  test('after the device was adopted the message counts, once', async () => {
    await accept(telemetry('new', `{"${now}": 35}`))
    const id = await firstWaiting()
    expect(await replay(id)).toMatchObject({
      state: 'waiting',
      failure: { reason: 'unknownDevice' },
    })
    expect(await firstWaiting()).toBe(id)
    devices.set('new', device('new'))
    expect(await replay(id)).toEqual({ state: 'replayed', stored: 1 })
    expect(await stored()).toEqual([35])
    expect(await waiting()).toEqual([])
    await expect(replay(id)).rejects.toThrow(ConflictError)
  })

  test('the good part of a mixed message is not stored again', async () => {
    await accept(telemetry('a', `{"${now}": 35, "${now - 1}": -5}`))
    const id = await firstWaiting()
    expect(await replay(id)).toMatchObject({ state: 'waiting' })
    expect(await replay(id, `{"${now}": 35, "${now - 1}": 5}`)).toEqual({
      state: 'replayed',
      stored: 1,
    })
    expect(await stored()).toEqual([35, 5])
  })

  test('a repaired text is decoded instead, the original stays', async () => {
    await accept(telemetry('a', `{"${now}": 35`))
    const id = await firstWaiting()
    expect(await replay(id, 'still nonsense')).toMatchObject({ failure: { reason: 'unparseable' } })
    expect(await replay(id, `{"${now}": 35}`)).toEqual({ state: 'replayed', stored: 1 })
    const entry = await store.quarantine.get(id)
    expect(Buffer.from(entry?.payload ?? []).toString()).toBe(`{"${now}": 35`)
  })

  test('a message without a time counts as of its first arrival', async () => {
    devices.clear()
    await accept(telemetry('a', '{"x": 35}'))
    devices.set('a', device('a'))
    await replay(await firstWaiting())
    const [entry] = await store.log.read(0, 1)
    expect(entry?.observation.observedAt).toBe(now)
  })

  test('what is not there or does not wait is refused', async () => {
    await expect(replay(7)).rejects.toThrow(NotFoundError)
    await accept(telemetry('a', 'x'))
    const id = await firstWaiting()
    await store.quarantine.setState(id, 'discarded')
    await expect(replay(id)).rejects.toThrow('discarded already')
  })
})
