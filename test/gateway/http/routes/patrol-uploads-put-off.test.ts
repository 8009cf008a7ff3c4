import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { admissionBounds } from '../../../../gateway/pipeline/upload-admission.ts'
import { type House, openHouse, type Person } from '../house.ts'
import { announceUpload, aVoice, hashOf, sendPiece } from '../phone-kit.ts'
import { townClock } from '../town-clock.ts'

/** All phones come back at once: check-ins and calls for help go through, what was seen waits. */

const clock = townClock()
const { rush, oneNewEveryMs, retryS } = admissionBounds
const batchSize = 200
let house: House
let phone: Person
let other: Person

beforeAll(async () => {
  house = await openHouse({ clock })
  phone = await house.as('patroller-a')
  other = await house.as('patroller-town')
})

afterAll(() => house?.stop())

/** Of no tag of this town: kept, and many all the same. */
async function sendCheckins(): Promise<void> {
  const checkins = Array.from({ length: batchSize }, (_, n) => ({
    id: randomUUID(),
    tag: '04934B484E73CF',
    at: clock.now(),
    monotonicMs: n,
    clock: 'c',
    phone: 'p',
  }))
  const { status, body } = await phone.post('/api/v1/patrol/checkins', checkins)
  expect(status).toBe(200)
  expect(body.items).toHaveLength(batchSize)
}

it('and comes when they are in, with nothing lost', async () => {
  const begun = aVoice('begun')
  const later = aVoice('later')
  await announceUpload(phone, 'voice', begun)
  clock.advance(oneNewEveryMs)
  for (let sent = 0; sent < rush; sent += batchSize) await sendCheckins()

  expect((await announceUpload(other, 'voice', aVoice('let in'))).status).toBe(200)
  const putOff = await announceUpload(phone, 'voice', later)
  expect(putOff.status).toBe(503)
  expect(putOff.body).toMatchObject({ type: 'urn:lianxun:putOff' })
  const retryAfterS = Number(putOff.headers.get('retry-after'))
  expect(retryAfterS).toBeGreaterThanOrEqual(retryS.least)
  expect(retryAfterS).toBeLessThanOrEqual(retryS.most)

  const piece = { sha256: hashOf(begun), offset: 0, piece: begun }
  expect((await sendPiece(house, phone, piece)).body).toMatchObject({ stored: true })
  const help = { id: randomUUID(), at: clock.now(), lon: 106.7, lat: 29.2 }
  expect((await phone.post('/api/v1/patrol/help', help)).status).toBe(201)
  await sendCheckins()

  clock.advance(retryAfterS * 1000)
  expect((await announceUpload(phone, 'voice', later)).body).toMatchObject({ received: 0 })
  const rest = { sha256: hashOf(later), offset: 0, piece: later }
  expect((await sendPiece(house, phone, rest)).body).toMatchObject({ stored: true })
})
