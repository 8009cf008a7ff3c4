import { createHash } from 'node:crypto'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type House, openHouse, type Person, signIn, villageA } from '../house.ts'
import { auditOf, idOf } from '../people-kit.ts'
import { aJpeg, canvas, onItsSide, sendPicture } from '../pictures-kit.ts'
import { day, townClock } from '../town-clock.ts'

/** Pictures that people send: what is kept of them, and who sees them. */

const clock = townClock()
let house: House
let worker: Person

beforeAll(async () => {
  house = await openHouse({ clock, people: [`other,别人,gridWorker,${villageA}`] })
  worker = await house.as('gridWorker-a')
})

afterAll(() => house?.stop())

async function look(sha256: string, by: Person) {
  const response = await fetch(`${house.base}/api/v1/pictures/${sha256}`, {
    headers: { cookie: by.cookie },
  })
  return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) }
}

describe('a picture that somebody sends', () => {
  it('is kept under the SHA-256 of what is kept, and its sender sees it', async () => {
    const answer = await sendPicture(house, worker, await aJpeg())
    expect(answer.status).toBe(201)
    const { sha256 } = answer.body
    const { status, bytes } = await look(sha256, worker)
    expect(status).toBe(200)
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256)
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', width: 64, height: 48 })
  })

  it.each<[string, string, () => Promise<Buffer>]>([
    ['PNG', 'image/png', () => canvas().png().toBuffer()],
    ['WebP', 'image/webp', () => canvas().webp().toBuffer()],
    ['a see-through PNG', 'image/png', () => canvas().ensureAlpha(0.3).png().toBuffer()],
    ['a progressive JPEG', 'image/jpeg', () => canvas().jpeg({ progressive: true }).toBuffer()],
  ])('as %s becomes a JPEG', async (_name, type, make) => {
    const { body } = await sendPicture(house, worker, await make(), type)
    const metadata = await sharp((await look(body.sha256, worker)).bytes).metadata()
    expect(metadata).toMatchObject({ format: 'jpeg', hasAlpha: false })
  })

  it('stands upright, and nothing says where, when or by whom it was taken', async () => {
    const original = await onItsSide(64, 48)
    const before = await sharp(original).metadata()
    expect(before.orientation).toBe(6)
    expect(before.exif?.toString('latin1')).toContain('PhoneMaker')
    const { body } = await sendPicture(house, worker, original)
    const { bytes } = await look(body.sha256, worker)
    const after = await sharp(bytes).metadata()
    expect([after.width, after.height]).toEqual([48, 64])
    expect(after).not.toHaveProperty('exif')
    expect(after).not.toHaveProperty('xmp')
    expect(after).not.toHaveProperty('icc')
    expect(bytes.toString('latin1')).not.toMatch(/PhoneMaker|Somebody|Exif/)
  })

  it('is no larger than a screen shows', async () => {
    const { body } = await sendPicture(house, worker, await aJpeg(4000, 3000))
    const metadata = await sharp((await look(body.sha256, worker)).bytes).metadata()
    expect([metadata.width, metadata.height]).toEqual([2560, 1920])
  })

  it('sent again is the same', async () => {
    const bytes = await aJpeg(70, 50)
    const first = await sendPicture(house, worker, bytes)
    const again = await sendPicture(house, worker, bytes)
    expect([again.status, again.body]).toEqual([201, first.body])
  })

  it('leaves an entry in the audit log, and each look at it', async () => {
    const { sha256 } = (await sendPicture(house, worker, await aJpeg(71, 50))).body
    await look(sha256, worker)
    const actor = await idOf(house, 'gridWorker-a')
    const entry = { actor, subject: `picture:${sha256}`, address: '127.0.0.1' }
    expect(await auditOf(house, `picture:${sha256}`)).toEqual([
      { ...entry, act: 'sendPicture', detail: null },
      { ...entry, act: 'lookAtPicture', detail: 'own upload' },
    ])
  })

  it('is nobody else’s before it belongs to a case', async () => {
    const { sha256 } = (await sendPicture(house, worker, await aJpeg(72, 50))).body
    for (const who of ['other', 'townAdmin-town']) {
      expect((await look(sha256, await house.as(who))).status).toBe(404)
    }
    const refused = (await auditOf(house, `picture:${sha256}`)).filter(
      ({ act }) => act === 'lookAtPictureRefused',
    )
    expect(refused).toHaveLength(2)
  })

  it('is not even its sender’s after a day in which nothing used it', async () => {
    const { sha256 } = (await sendPicture(house, worker, await aJpeg(73, 50))).body
    clock.advance(day + 1)
    worker = await signIn(house.ask, 'gridWorker-a')
    expect((await look(sha256, worker)).status).toBe(404)
  })

  it('comes from programs too, and is theirs', async () => {
    const admin = await signIn(house.ask, 'townAdmin-town')
    const token = { name: 'hook', role: 'operator', scope: villageA, days: 1 }
    const { secret } = (await admin.post('/api/v1/tokens', token)).body
    const authorization = `Bearer ${secret}`
    const sent = await house.ask('/api/v1/pictures', {
      method: 'POST',
      headers: { authorization, 'content-type': 'image/jpeg' },
      body: new Uint8Array(await aJpeg(74, 50)),
    })
    expect(sent.status).toBe(201)
    const made = await house.ask('/api/v1/cases', {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({
        hazard: 'environment',
        text: '12345 转来',
        lon: 106.705543,
        lat: 29.190586,
        pictures: [sent.body.sha256],
      }),
    })
    expect(made.status).toBe(201)
    expect((await look(sent.body.sha256, worker)).status).toBe(200)
  })
})

describe('whoever sends', () => {
  it('too many a day is told to go on tomorrow', async () => {
    const by = await idOf(house, 'other')
    const rows = Array.from({ length: 500 }, (_, n) => ({
      sha256: n.toString(16).padStart(64, '0'),
      by,
      at: clock.now(),
    }))
    await house.db.insertInto('picture_upload').values(rows).execute()
    const other = await signIn(house.ask, 'other')
    const answer = await sendPicture(house, other, await aJpeg())
    expect([answer.status, answer.body.detail]).toEqual([429, expect.stringMatching(/tomorrow/)])
    expect((await sendPicture(house, worker, await aJpeg())).status).toBe(201)
  })

  it('from another site is refused', async () => {
    const answer = await house.ask('/api/v1/pictures', {
      method: 'POST',
      headers: { cookie: worker.cookie, 'content-type': 'image/jpeg' },
      body: new Uint8Array(await aJpeg()),
    })
    expect([answer.status, answer.body.type]).toEqual([403, 'urn:lianxun:proofMissing'])
  })
})
