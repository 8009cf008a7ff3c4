import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type House, openHouse, type Person } from '../house.ts'
import { announceUpload, aPhoto, aVoice, hashOf, sendPiece, stateOf, upload } from '../phone-kit.ts'
import { townClock } from '../town-clock.ts'

/** Photos and voice notes come piece by piece, over a line that breaks at any of them. */

const clock = townClock()
let house: House
let one: Person
let other: Person

beforeAll(async () => {
  house = await openHouse({ clock })
  one = await house.as('patroller-a')
  other = await house.as('patroller-town')
})

afterAll(() => house?.stop())

const parts = () => readdir(join(house.directory, 'uploads')).catch(() => [])

async function storedOf(sha256: string) {
  return house.db
    .selectFrom('patrol_upload')
    .selectAll()
    .where('sha256', '=', sha256)
    .executeTakeFirst()
}

/** A request that breaks off in the middle of its body. */
async function breakOff(sha256: string, piece: Uint8Array): Promise<void> {
  const { hostname, port } = new URL(house.base)
  const socket = connect(Number(port), hostname)
  const { promise, resolve } = Promise.withResolvers<void>()
  socket.once('close', () => resolve())
  socket.write(
    `PATCH /api/v1/patrol/uploads/${sha256}?offset=0 HTTP/1.1\r\nhost: ${hostname}\r\ncookie: ${one.cookie}\r\nx-lianxun: 1\r\ncontent-type: application/octet-stream\r\ncontent-length: ${piece.length}\r\n\r\n`,
  )
  socket.write(piece.subarray(0, Math.floor(piece.length / 2)), () => socket.destroy())
  await promise
}

/** The beginning of a piece that does not go on. */
async function hold(person: Person, sha256: string): Promise<Socket> {
  const { hostname, port } = new URL(house.base)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  const { promise, resolve } = Promise.withResolvers<void>()
  socket.write(
    `PATCH /api/v1/patrol/uploads/${sha256}?offset=0 HTTP/1.1\r\nhost: ${hostname}\r\ncookie: ${person.cookie}\r\nx-lianxun: 1\r\ncontent-type: application/octet-stream\r\ncontent-length: 1000\r\n\r\n`,
    () => resolve(),
  )
  await promise
  return socket
}

describe('an upload', () => {
  it('is announced, comes in pieces, and is kept when it is whole', async () => {
    const photo = await aPhoto()
    const sha256 = hashOf(photo)
    const size = photo.length
    expect((await stateOf(one, sha256)).status).toBe(404)
    const announced = await announceUpload(one, 'photo', photo)
    expect(announced.body).toEqual({ sha256, size, received: 0, stored: false })
    const first = { sha256, offset: 0, piece: photo.subarray(0, 700) }
    expect((await sendPiece(house, one, first)).body).toMatchObject({ received: 700 })
    expect((await stateOf(one, sha256)).body).toMatchObject({ received: 700, stored: false })
    expect((await announceUpload(one, 'photo', photo)).body).toMatchObject({ received: 700 })
    const rest = { sha256, offset: 700, piece: photo.subarray(700) }
    const last = await sendPiece(house, one, rest)
    expect(last.body).toEqual({ sha256, size, received: size, stored: true })
    expect((await stateOf(one, sha256)).body).toEqual(last.body)
    expect((await sendPiece(house, one, rest)).body).toEqual(last.body)
    expect(await parts()).toEqual([])
  })

  it('is kept without position and device', async () => {
    const photo = await aPhoto()
    const sha256 = await upload(house, one, 'photo', photo)
    const { stored } = (await storedOf(sha256)) ?? {}
    expect(stored).not.toBe(sha256)
    const name = stored as string
    const file = join(house.directory, 'pictures', name.slice(0, 2), name.slice(2, 4))
    expect((await sharp(photo).metadata()).exif).toBeDefined()
    expect((await sharp(join(file, `${name}.jpg`)).metadata()).exif).toBeUndefined()
  })

  it('goes on from where it was told, not from where the phone believes to be', async () => {
    const photo = await aPhoto()
    const sha256 = hashOf(photo)
    await announceUpload(one, 'photo', photo)
    const piece = { sha256, offset: 0, piece: photo.subarray(0, 500) }
    await sendPiece(house, one, piece)
    const again = await sendPiece(house, one, piece)
    expect(again.status).toBe(409)
    expect(again.body.present).toEqual({
      sha256,
      size: photo.length,
      received: 500,
      stored: false,
    })
    const beyond = await sendPiece(house, one, { ...piece, offset: 501 })
    expect(beyond.status).toBe(409)
    expect(beyond.body.detail).toContain('begins at 500')
  })

  it('keeps nothing of a piece that broke off', async () => {
    const voice = aVoice('b', 200_000)
    const sha256 = hashOf(voice)
    await announceUpload(one, 'voice', voice)
    await breakOff(sha256, voice)
    expect((await stateOf(one, sha256)).body).toMatchObject({ received: 0 })
    expect((await sendPiece(house, one, { sha256, offset: 0, piece: voice })).body).toMatchObject({
      stored: true,
    })
  })

  it('sent by two tabs at once is one', async () => {
    const voice = aVoice('c', 400_000)
    const sha256 = hashOf(voice)
    await Promise.all([announceUpload(one, 'voice', voice), announceUpload(one, 'voice', voice)])
    for (let offset = 0; offset < voice.length; offset += 100_000) {
      const piece = { sha256, offset, piece: voice.subarray(offset, offset + 100_000) }
      const answers = await Promise.all([1, 2, 3].map(() => sendPiece(house, one, piece)))
      const isLast = offset + 100_000 >= voice.length
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual(
        isLast ? [200, 200, 200] : [200, 409, 409],
      )
    }
    expect((await stateOf(one, sha256)).body).toMatchObject({ stored: true })
    const entries = await house.db
      .selectFrom('audit')
      .select('act')
      .where('subject', '=', `voice:${sha256}`)
      .execute()
    expect(entries).toEqual([{ act: 'sendVoice' }])
  })

  it('of the same bytes by two people is two, each their own', async () => {
    const photo = await aPhoto()
    const sha256 = await upload(house, one, 'photo', photo)
    expect((await stateOf(other, sha256)).status).toBe(404)
    await upload(house, other, 'photo', photo)
    expect((await stateOf(other, sha256)).body).toMatchObject({ stored: true })
  })

  it('that is not what was announced begins again', async () => {
    const voice = aVoice('d')
    const sha256 = 'd'.repeat(64)
    const path = `/api/v1/patrol/uploads/${sha256}`
    await one.send('PUT', path, { kind: 'voice', size: voice.length })
    const answer = await sendPiece(house, one, { sha256, offset: 0, piece: voice })
    expect(answer.status).toBe(409)
    expect(answer.body.detail).toMatch(/not what was announced.*from its beginning/)
    expect(answer.body.present).toMatchObject({ received: 0, stored: false })
    expect((await stateOf(one, sha256)).body).toMatchObject({ received: 0, stored: false })
    expect(await storedOf(sha256)).toBeUndefined()
  })

  it.each([
    ['photo', 'This is no picture'],
    ['voice', 'This is no voice note'],
  ] as const)('that is no %s is refused, and stays refused', async (kind, text) => {
    const bytes = randomBytes(400)
    const sha256 = hashOf(bytes)
    await announceUpload(one, kind, bytes)
    const answer = await sendPiece(house, one, { sha256, offset: 0, piece: bytes })
    expect(answer.status).toBe(400)
    expect(answer.body.detail).toContain(text)
    expect((await stateOf(one, sha256)).status).toBe(400)
    expect((await announceUpload(one, kind, bytes)).body.detail).toContain(text)
  })

  it.each([0, 1_048_577, 1.5])('of %s bytes is not announced', async (size) => {
    const answer = await one.send('PUT', `/api/v1/patrol/uploads/${'e'.repeat(64)}`, {
      kind: 'photo',
      size,
    })
    expect(answer.status).toBe(400)
  })

  it('that grows beyond what was announced is refused, and what is here stays', async () => {
    const voice = aVoice('e')
    const sha256 = hashOf(voice)
    await announceUpload(one, 'voice', voice)
    const long = Buffer.concat([voice, Buffer.from('x')])
    const answer = await sendPiece(house, one, { sha256, offset: 0, piece: long })
    expect(answer.status).toBe(400)
    expect((await stateOf(one, sha256)).body).toMatchObject({ received: 0 })
    expect((await sendPiece(house, one, { sha256, offset: 0, piece: voice })).status).toBe(200)
  })

  it('takes pieces of at most 256 KB, as bytes', async () => {
    const big = Buffer.alloc(262_145)
    const sha256 = hashOf(big)
    await announceUpload(one, 'voice', big)
    const answer = await sendPiece(house, one, { sha256, offset: 0, piece: big })
    expect(answer.status).toBe(413)
    expect(answer.body.detail).toContain('256 KB')
    const json = await one.send('PATCH', `/api/v1/patrol/uploads/${sha256}?offset=0`, { a: 1 })
    expect(json.status).toBe(415)
    const none = await one.send('PATCH', `/api/v1/patrol/uploads/${sha256}?offset=0`)
    expect(none.status).toBe(415)
  })
})

describe('somebody who begins piece after piece and ends none', () => {
  it('leaves room for others, and has it again when they broke off', async () => {
    const voice = aVoice('slow')
    const sha256 = hashOf(voice)
    for (const person of [one, other]) await announceUpload(person, 'voice', voice)
    const piece = { sha256, offset: 0, piece: voice.subarray(0, 10) }
    const held: Socket[] = []
    for (let n = 0; n < 300; n++) held.push(await hold(one, sha256))
    const send = (person: Person) => sendPiece(house, person, piece)
    await vi.waitUntil(async () => (await send(one)).status === 503, { timeout: 20_000 })
    expect((await send(other)).body).toMatchObject({ received: 10 })
    for (const socket of held) socket.destroy()
    await vi.waitUntil(async () => (await send(one)).status !== 503, { timeout: 20_000 })
    expect((await stateOf(one, sha256)).body).toMatchObject({ received: 10 })
  })
})
