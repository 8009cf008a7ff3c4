import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { retentionDefaults } from '../../../gateway/domain/retention.ts'
import { writeOutbox } from '../../../gateway/storage/outbox.ts'
import { createPictureFiles } from '../../../gateway/storage/picture-files.ts'
import { until } from '../../adapters/mqtt/kit.ts'
import { type House, openHouse, type Person, seedCase, signIn, villageA } from '../http/house.ts'
import { sayOnce, seen } from '../http/on-air.ts'
import { day, hour, townClock } from '../http/town-clock.ts'

/** Retention in the whole gateway, from the town's decision to the list of what went. */

const clock = townClock()
const lookEveryMs = 60_000
const api = '/api/v1'
/** What the gateway would do every minute: here the test says when. */
const looks: (() => void)[] = []
let house: House
let admin: Person

beforeAll(async () => {
  const real = globalThis.setInterval
  vi.spyOn(globalThis, 'setInterval').mockImplementation(((run: () => void, ms: number) => {
    if (ms !== lookEveryMs) return real(run, ms)
    looks.push(run)
    return real(() => {}, ms)
  }) as typeof setInterval)
  house = await openHouse({ clock })
  admin = await house.as('townAdmin-town')
})

afterAll(async () => {
  vi.restoreAllMocks()
  await house?.stop()
})

function lookAfter(ms: number): void {
  clock.advance(ms)
  for (const look of looks) look()
}

async function purges(count: number): Promise<{ kind: string; removed: number }[]> {
  const { items } = await seen<{ items: { kind: string; removed: number }[] }>(
    admin,
    `${api}/purges`,
    (body) => body.items.length >= count,
  )
  return items
}

it('the night after the town decided takes what is older, says so, and leaves the rest', async () => {
  const pictures = createPictureFiles(join(house.directory, 'pictures'), () => clock.now())
  const [evidence, old] = [await pictures.put(randomBytes(99)), await pictures.put(randomBytes(50))]
  await seedCase(house.db, { id: 'closed', state: 'closed', alarm: 'cleared', picture: evidence })
  await seedCase(house.db, { id: 'open', village: villageA })
  await house.db.updateTable('alarm').set({ cleared_at: 5 }).where('id', '=', 'a-closed').execute()
  await house.db.transaction().execute(async (trx) => {
    const event = { topic: 'case' as const, village: villageA, place: villageA }
    await writeOutbox(trx, { ...event, at: clock.now(), body: { id: 'open' } })
    await writeOutbox(trx, { ...event, at: clock.now() + 20 * day, body: { id: 'open' } })
  })
  clock.advance(20 * day)
  // Whoever was signed in has been away too long by now.
  admin = await signIn(house.ask, 'townAdmin-town')
  const decided = { ...retentionDefaults, pictures: 7 }
  expect((await admin.send('PUT', `${api}/retention`, decided)).status).toBe(200)
  lookAfter(18 * hour)
  admin = await signIn(house.ask, 'townAdmin-town')
  const gone = await purges(2)
  expect(gone).toContainEqual(expect.objectContaining({ kind: 'pictures', removed: 2 }))
  expect(gone).toContainEqual(expect.objectContaining({ kind: 'outbox' }))
  for (const sha of [evidence, old]) expect(await pictures.get(sha)).toBeUndefined()
  const { body } = await admin.get(`${api}/cases/closed`)
  expect(body.evidence[0].cause.picture).toBeUndefined()
  expect(body.evidence[0].cause.pictureRemovedAt).toBe(clock.now())
  const { items } = await seen<{ items: { subject: string }[] }>(
    admin,
    `${api}/audit?act=purge`,
    (found) => found.items.length >= 2,
  )
  expect(items.map(({ subject }) => subject).toSorted()).toEqual([
    'retention:outbox',
    'retention:pictures',
  ])
  expect((await admin.get(`${api}/audit/verdict`)).body).toMatchObject({ ok: true })
})

it('readings go class by class: hours and days of one are left, single readings of another stay', async () => {
  const ts = clock.now() - 100 * day
  await sayOnce(house, 'v1-pm1', 'telemetry', { ts, readings: { pm25: 35, battery: 80 } })
  const series = { ...retentionDefaults.series, device: { raw: 30, rolledUp: 365 } }
  const decided = { ...retentionDefaults, series }
  expect((await admin.send('PUT', `${api}/retention`, decided)).status).toBe(200)
  const { items } = (await admin.get(`${api}/audit?act=changeRetention&limit=1`)).body
  expect(items[0].detail).toContain('device raw 400 → 30, device rolledUp 3650 → 365')
  const of = (property: string) =>
    `${api}/series?device=v1-pm1&property=${property}&from=${ts - day}&to=${ts + day}`
  for (const property of ['pm25', 'battery']) {
    const { body } = await admin.get(of(property))
    expect([property, body.resolution, body.points]).toEqual([property, 'raw', [expect.any(Array)]])
  }
  const { body: before } = await admin.get(`${api}/retention/sizes`)
  expect(before.months.at(-1).readings).toMatchObject({ air: 1, device: 1 })

  // A file that the backup of half past two reads just then waits for another night.
  await until('a night without a backup in the way', async () => {
    clock.advance(day)
    await until('its round', async () => {
      for (const look of looks) look()
      const round = await house.db
        .selectFrom('setting')
        .select('body')
        .where('name', '=', 'purge-round')
        .executeTakeFirst()
      return round?.body === String(clock.now())
    })
    const gone = await house.db.selectFrom('purge').select('kind').execute()
    return gone.some(({ kind }) => kind === 'observations')
  })
  admin = await signIn(house.ask, 'townAdmin-town')
  await seen<{ items: { kind: string; removed: number }[] }>(admin, `${api}/purges`, (body) =>
    body.items.some(({ kind, removed }) => kind === 'observations' && removed === 1),
  )
  expect((await admin.get(of('pm25'))).body).toMatchObject({ resolution: 'raw' })
  const { body } = await admin.get(of('battery'))
  expect(body.resolution).toBe('hour')
  expect(body.points).toEqual([[expect.any(Number), 80, 80, 80, 1]])
  const { body: after } = await admin.get(`${api}/retention/sizes`)
  expect(after.months.at(-1).readings).toMatchObject({ air: 1, device: 0 })
})
