import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { retentionDefaults } from '../../../gateway/domain/retention.ts'
import { writeOutbox } from '../../../gateway/storage/outbox.ts'
import { createPictureFiles } from '../../../gateway/storage/picture-files.ts'
import { type House, openHouse, type Person, seedCase, signIn, villageA } from '../http/house.ts'
import { seen } from '../http/on-air.ts'
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

async function night(): Promise<void> {
  clock.advance(18 * hour)
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
  await night()
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
