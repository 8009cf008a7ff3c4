import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ConflictError } from '../../../gateway/domain/errors.ts'
import { createAdoption } from '../../../gateway/pipeline/adopt.ts'
import { createDeviceRegistry } from '../../../gateway/storage/device-registry.ts'
import { createObservationStore } from '../../../gateway/storage/observation-store.ts'
import { hashSecret } from '../../../gateway/storage/secrets.ts'
import { createTownRepository } from '../../../gateway/storage/town-repository.ts'
import { openDatabase } from '../../support/house-file.ts'

const key = Buffer.alloc(32, 3)
const village = '990101101201'
const device = { id: 'new-1', name: '新', kind: 'airStation', village, adapter: 'mqtt' } as const
let directory: string
let close: () => Promise<void>

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lianxun-adopt-'))
})

afterEach(async () => {
  await close()
  await rm(directory, { recursive: true, force: true })
})

async function open({ failing }: { failing?: Error } = {}) {
  const db = await openDatabase(join(directory, 'lianxun.db'))
  const clock = { now: () => 1_763_712_000_000, monotonic: () => 0 }
  const observations = createObservationStore({ directory, clock })
  await observations.start()
  const registry = createDeviceRegistry({ db, key, clock, warn: () => undefined })
  const replayed: { id: number; known: boolean }[] = []
  close = async () => {
    await observations.stop()
    await db.destroy()
  }
  const adopt = createAdoption({
    store: createTownRepository({ db, timeZone: 'Asia/Shanghai' }),
    town: () => ({
      places: [grid],
      hazards: [],
      rules: [],
      seasons: [],
      timeZone: 'Asia/Shanghai',
      calendar: { restDays: [], workDays: [] },
    }),
    quarantine: observations.quarantine,
    newSecret: () => 'made-here',
    addressProblem: async (address) => (address.startsWith('10.') ? undefined : 'is elsewhere'),
    hashSecret: (secret) => hashSecret(key, secret),
    reload: () => registry.reload(),
    replay: async ({ id }) => {
      replayed.push({ id, known: registry.get(device.id) !== undefined })
      if (failing) throw failing
    },
  })
  return { db, registry, replayed, adopt, quarantine: observations.quarantine }
}

const grid = {
  code: `${village}001`,
  name: 'g',
  level: 'grid',
  parent: village,
  boundary: {
    type: 'Polygon',
    coordinates: [
      [
        [0, 0],
        [2, 0],
        [2, 2],
        [0, 2],
        [0, 0],
      ],
    ],
  },
} as const satisfies object as never

function message(id: string, text: string) {
  return {
    topic: `lianxun/${village}/${id}/telemetry`,
    village,
    device: id,
    payload: Buffer.from(text),
    receivedAt: 1_763_712_000_000,
    failure: { reason: 'unknownDevice', detail: 'nobody knows it' } as const,
  }
}

it('gives a grid and a secret, and then replays what waited for the device, oldest first', async () => {
  const { adopt, registry, replayed, quarantine } = await open()
  await quarantine.put(message('new-1', 'a'))
  await quarantine.put(message('other', 'b'))
  await quarantine.put(message('new-1', 'c'))
  expect(await adopt({ ...device, lon: 1, lat: 1 })).toBe('made-here')
  expect(registry.get('new-1')).toMatchObject({ grid: `${village}001`, state: 'active' })
  expect(registry.admit('new-1', Buffer.from('made-here'))).toBeDefined()
  const own = await quarantine.list({ device: 'new-1', scope: null, limit: 10 })
  const oldestFirst = own.map((entry) => entry.id).toSorted((a, b) => a - b)
  expect(replayed).toEqual(oldestFirst.map((id) => ({ id, known: true })))
})

it('shows its secret even when what waited cannot be replayed', async () => {
  const { adopt, registry, replayed, quarantine } = await open({
    failing: new ConflictError('somebody replayed it meanwhile', 'replayed'),
  })
  await quarantine.put(message('new-1', 'a'))
  await quarantine.put(message('new-1', 'b'))
  expect(await adopt({ ...device, lon: 1, lat: 1 })).toBe('made-here')
  expect(replayed).toHaveLength(2)
  expect(registry.admit('new-1', Buffer.from('made-here'))).toBeDefined()
})

it('outside every grid it belongs to the village alone', async () => {
  const { adopt, registry } = await open()
  await adopt({ ...device, lon: 50, lat: 50 })
  expect(registry.get('new-1')).toMatchObject({ grid: null, village })
})

it('does not take an id twice, and the first secret stays', async () => {
  const { adopt, db } = await open()
  await adopt({ ...device, lon: 1, lat: 1 })
  const before = await db.selectFrom('device').selectAll().execute()
  await expect(adopt({ ...device, lon: 1, lat: 1 })).rejects.toThrow(ConflictError)
  expect(await db.selectFrom('device').selectAll().execute()).toEqual(before)
})

it('takes the address it is called at, when it may be called there', async () => {
  const { adopt, registry } = await open()
  await adopt({ ...device, lon: 1, lat: 1, address: '10.1.2.3' })
  expect(registry.get(device.id)?.address).toBe('10.1.2.3')
})

it('refuses an address that may not be called, and writes nothing', async () => {
  const { adopt, registry } = await open()
  const adopting = adopt({ ...device, lon: 1, lat: 1, address: '169.254.169.254' })
  await expect(adopting).rejects.toThrow('address: is elsewhere.')
  expect(registry.get(device.id)).toBeUndefined()
})
