import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type House, openHouse, type Person, seedCase, villageA, villageB } from '../house.ts'
import { aPhoto, aVoice, hashOf, upload } from '../phone-kit.ts'
import { hour, townClock } from '../town-clock.ts'

/** Voice notes of reports: who may listen, and that it is written down who did. */

const clock = townClock()
const voice = aVoice('v', 5000)
const sha256 = hashOf(voice)
let house: House
let walker: Person
let caseId: string

beforeAll(async () => {
  house = await openHouse({ clock, people: [`viewer-b,乙,viewer,${villageB}`] })
  walker = await house.as('patroller-a')
  const { body } = await walker.post('/api/v1/patrol/reports', {
    id: randomUUID(),
    hazard: 'traffic',
    at: clock.now(),
    lon: 106.704425,
    lat: 29.183339,
    voice: sha256,
  })
  caseId = body.case
  await upload(house, walker, 'voice', voice)
})

afterAll(() => house?.stop())

async function listen(username: string, headers: Record<string, string> = {}, name = sha256) {
  const { cookie } = await house.as(username)
  const response = await fetch(`${house.base}/api/v1/voices/${name}`, {
    headers: { cookie, ...headers },
  })
  return { response, bytes: Buffer.from(await response.arrayBuffer()) }
}

async function entries() {
  return house.db
    .selectFrom('audit')
    .innerJoin('user', 'user.id', 'audit.actor')
    .select(['username', 'act', 'audit.detail'])
    .where('subject', '=', `voice:${sha256}`)
    .where('act', 'like', 'listen%')
    .orderBy('audit.id')
    .execute()
}

describe('a voice note', () => {
  it('is what was spoken, byte by byte, as the sound that it is', async () => {
    const { response, bytes } = await listen('operator-town')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('audio/webm')
    expect(response.headers.get('cache-control')).toBe('private, max-age=3600')
    expect(response.headers.get('accept-ranges')).toBe('bytes')
    expect(response.headers.get('content-disposition')).toBe('inline; filename="voice"')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(bytes.equals(voice)).toBe(true)
  })

  it.each([
    ['bytes=0-99', 0, 99],
    ['bytes=100-', 100, voice.length - 1],
    ['bytes=-50', voice.length - 50, voice.length - 1],
    ['bytes=0-999999', 0, voice.length - 1],
  ])('is given in parts (%s), as players ask for it', async (range, from, to) => {
    const { response, bytes } = await listen('operator-town', { range })
    expect(response.status).toBe(206)
    expect(response.headers.get('content-range')).toBe(`bytes ${from}-${to}/${voice.length}`)
    expect(bytes.equals(voice.subarray(from, to + 1))).toBe(true)
  })

  it.each(['bytes=99999-', 'bytes=9-3'])('has no such part (%s)', async (range) => {
    const { response } = await listen('operator-town', { range })
    expect(response.status).toBe(416)
    expect(response.headers.get('content-range')).toBe(`bytes */${voice.length}`)
  })

  it.each(['bytes=-', 'lines=1-2', 'bytes=0-1,4-5'])(
    'is whole where the part is not understood (%s)',
    async (range) => {
      expect((await listen('operator-town', { range })).response.status).toBe(200)
    },
  )

  it('is heard by the village of its case only, and each listener is one row in an hour', async () => {
    await listen('viewer-a')
    expect((await listen('viewer-b')).response.status).toBe(404)
    const { number } = await house.db
      .selectFrom('case')
      .select('number')
      .where('id', '=', caseId)
      .executeTakeFirstOrThrow()
    const heard = { act: 'listenToVoice', detail: `case ${number}` }
    expect(await entries()).toEqual([
      { username: 'operator-town', ...heard },
      { username: 'viewer-a', ...heard },
      { username: 'viewer-b', act: 'listenToVoiceRefused', detail: null },
    ])
    clock.advance(hour)
    await listen('viewer-a')
    await listen('viewer-a')
    expect(await entries()).toHaveLength(4)
  })

  it('of a report that was merged is heard with the other case', async () => {
    await seedCase(house.db, { id: 'other', village: villageB, grid: `${villageB}001` })
    await house.db
      .updateTable('case')
      .set({ merged_into: 'other', state: 'merged' })
      .where('id', '=', caseId)
      .execute()
    expect((await listen('viewer-b')).response.status).toBe(200)
    const { body } = await (await house.as('viewer-b')).get('/api/v1/cases/other')
    expect(body.voices.map((one: { sha256: string }) => one.sha256)).toEqual([sha256])
  })

  it('that is none has no name', async () => {
    expect((await listen('operator-town', {}, 'f'.repeat(64))).response.status).toBe(404)
    expect((await listen('operator-town', {}, 'x')).response.status).toBe(400)
  })
})

describe('the photo of a check-in', () => {
  async function checkin(id: string, photo: string) {
    const { id: patroller } = await house.db
      .selectFrom('user')
      .select('id')
      .where('username', '=', 'patroller-a')
      .executeTakeFirstOrThrow()
    await house.db
      .insertInto('checkin')
      .values({
        id,
        status: 'accepted',
        grade: 'static',
        marks: '[]',
        findings: '[]',
        village: villageA,
        grid: `${villageA}001`,
        patroller,
        photo,
        at: clock.now(),
        said_at: clock.now(),
        received_at: clock.now(),
      })
      .execute()
  }

  const pictureOf = (id: string) =>
    house.db.selectFrom('checkin').select('picture').where('id', '=', id).executeTakeFirstOrThrow()

  it('joins it when it is whole, and is seen by whoever sees the check-in', async () => {
    const photo = await aPhoto()
    await checkin('c-1', hashOf(photo))
    await checkin('c-2', 'f'.repeat(64))
    await upload(house, walker, 'photo', photo)
    const { picture } = await pictureOf('c-1')
    expect(await pictureOf('c-2')).toEqual({ picture: null })
    const asked = async (username: string) =>
      (await (await house.as(username)).get(`/api/v1/pictures/${picture}`)).status
    expect([await asked('viewer-a'), await asked('viewer-b')]).toEqual([200, 404])
    const looks = await house.db
      .selectFrom('audit')
      .select(['act', 'detail'])
      .where('subject', '=', `picture:${picture}`)
      .where('act', 'like', 'look%')
      .execute()
    expect(looks).toEqual([
      { act: 'lookAtPicture', detail: 'checkin c-1' },
      { act: 'lookAtPictureRefused', detail: null },
    ])
  })

  it('of somebody else does not join it', async () => {
    const photo = await aPhoto()
    await checkin('c-3', hashOf(photo))
    await upload(house, await house.as('patroller-town'), 'photo', photo)
    expect(await pictureOf('c-3')).toEqual({ picture: null })
  })
})
