import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AlarmView } from '../../../../gateway/http/schemas.ts'
import { type House, openHouse, villageA } from '../house.ts'
import { sayOnce, seen, villageOf } from '../on-air.ts'
import { townClock } from '../town-clock.ts'

/** Evidence: from the button's own camera over MQTT to the person who looks at it. */

const clock = townClock()
let house: House
let jpeg: Buffer
let name: string

beforeAll(async () => {
  house = await openHouse({
    clock,
    people: [`grid-one,一格,viewer,${villageA}001`, `grid-three,三格,viewer,${villageA}003`],
  })
  const background = { r: 200, g: 80, b: 20 }
  jpeg = await sharp({ create: { width: 64, height: 48, channels: 3, background } })
    .jpeg()
    .toBuffer()
  await callWith('v1-sos1', jpeg)
  name = (await alarmOf('v1-sos1')).cause.picture ?? ''
})

afterAll(() => house?.stop())

async function callWith(device: string, image: Buffer): Promise<void> {
  await sayOnce(house, device, 'event', {
    ts: clock.now(),
    type: 'help',
    state: 'pulse',
    image: image.toString('base64'),
  })
}

async function alarmOf(device: string): Promise<AlarmView> {
  const { items } = await seen<{ items: AlarmView[] }>(
    await house.as('operator-town'),
    `/api/v1/alarms?device=${device}`,
    (body) => body.items.length > 0,
  )
  return items[0] as AlarmView
}

async function look(username: string, sha256 = name) {
  const { cookie } = await house.as(username)
  const response = await fetch(`${house.base}/api/v1/pictures/${sha256}`, { headers: { cookie } })
  return { response, bytes: Buffer.from(await response.arrayBuffer()) }
}

async function looks(sha256 = name) {
  return house.db
    .selectFrom('audit')
    .innerJoin('user', 'user.id', 'audit.actor')
    .select(['username', 'act', 'audit.detail', 'audit.address'])
    .where('subject', '=', `picture:${sha256}`)
    .orderBy('audit.id')
    .execute()
}

describe('a picture', () => {
  it('is named by what it holds, and comes back byte by byte', async () => {
    expect(name).toBe(createHash('sha256').update(jpeg).digest('hex'))
    const { response, bytes } = await look('operator-town')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('image/jpeg')
    expect(bytes.equals(jpeg)).toBe(true)
  })

  it('stays in the browser that looked, for a while, and nowhere else', async () => {
    const { response } = await look('operator-town')
    expect(response.headers.get('cache-control')).toBe('private, max-age=3600')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  })

  it('is seen by the village and grid of its alarm only', async () => {
    expect((await alarmOf('v1-sos1')).grid).toBe(`${villageA}003`)
    const statuses = []
    for (const username of ['viewer-a', 'grid-three', 'grid-one']) {
      statuses.push((await look(username)).response.status)
    }
    expect(statuses).toEqual([200, 200, 404])
  })

  it('each person’s look is one row in an hour: who, from where, of which alarm and case', async () => {
    const alarm = (await alarmOf('v1-sos1')).id
    const { number } = await house.db.selectFrom('case').select('number').executeTakeFirstOrThrow()
    const seenBy = (username: string) => ({
      username,
      act: 'lookAtPicture',
      detail: `alarm ${alarm}, case ${number}`,
      address: '127.0.0.1',
    })
    expect(await looks()).toEqual([
      seenBy('operator-town'),
      seenBy('viewer-a'),
      seenBy('grid-three'),
      {
        username: 'grid-one',
        act: 'lookAtPictureRefused',
        detail: null,
        address: '127.0.0.1',
      },
    ])
    clock.advance(59 * 60_000)
    await look('operator-town')
    expect(await looks()).toHaveLength(4)
    clock.advance(60_000)
    await look('operator-town')
    await look('operator-town')
    expect((await looks()).at(-1)).toEqual(seenBy('operator-town'))
    expect(await looks()).toHaveLength(5)
  })

  it('each refused look is a row of its own', async () => {
    const before = (await looks()).length
    await look('grid-one')
    await look('grid-one')
    expect(await looks()).toHaveLength(before + 2)
  })

  it('without a session is not shown, and leaves no row', async () => {
    const before = (await looks()).length
    const answer = await house.ask(`/api/v1/pictures/${name}`)
    expect(answer.status).toBe(401)
    expect(await looks()).toHaveLength(before)
  })

  it('sent by two villages is one file, seen by both', async () => {
    await callWith('v2-sos1', jpeg)
    expect((await alarmOf('v2-sos1')).cause.picture).toBe(name)
    expect((await alarmOf('v2-sos1')).village).toBe(villageOf('v2-sos1'))
    expect((await look('viewer-a')).response.status).toBe(200)
    expect((await look('viewer-town')).response.status).toBe(200)
  })

  it.each(['x', 'A'.repeat(64), 'a'.repeat(63), `${'a'.repeat(64)}.jpg`])(
    'a name that is none is 400 (%s)',
    async (wrong) => {
      const answer = await (await house.as('operator-town')).get(`/api/v1/pictures/${wrong}`)
      expect(answer.status).toBe(400)
      expect(answer.body.detail).toMatch(/SHA-256/)
    },
  )

  it('a name that nothing has is 404 like one of another place', async () => {
    const person = await house.as('grid-one')
    const nothing = await person.get(`/api/v1/pictures/${'0'.repeat(64)}`)
    const theirs = await person.get(`/api/v1/pictures/${name}`)
    expect(nothing.status).toBe(404)
    expect(nothing.text).toBe(theirs.text)
  })

  it('whose file is gone is 404, in words, and the alarm is shown all the same', async () => {
    await rm(join(house.directory, 'pictures'), { recursive: true })
    const { response } = await look('operator-town')
    expect(response.status).toBe(404)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect((await alarmOf('v1-sos1')).cause.picture).toBe(name)
  })
})
