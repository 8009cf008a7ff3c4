import path from 'node:path'
import Database from 'better-sqlite3'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../adapters/mqtt/kit.ts'
import { type CollectedStream, collectStream } from '../support/collect-stream.ts'
import {
  openTownGateway,
  type Person,
  type TownGateway,
  villageA,
  villageB,
} from '../support/town-gateway.ts'

/**
 * Village B has a fire with a picture, a help call and a message in quarantine. Somebody of village A
 * must not learn that any of it exists.
 */

let gateway: TownGateway
let desk: Person
let cadreA: Person
let cadreB: Person
let picture: string
let streamOfA: CollectedStream
let streamOfB: CollectedStream
/** Ids of village B: case, alarm, incident, device. */
const ofB = { cases: '', alarms: '', incidents: '', devices: 'v2-sos1' }
let quarantined: number

beforeAll(async () => {
  gateway = await openTownGateway()
  desk = await gateway.as('desk01')
  cadreA = await gateway.as('cadre01')
  cadreB = await gateway.as('cadre02')
  streamOfA = await collectStream(gateway.http, cadreA.cookie)
  streamOfB = await collectStream(gateway.http, cadreB.cookie)
  const jpeg = await sharp({ create: { width: 16, height: 16, channels: 3, background: 'red' } })
    .jpeg()
    .toBuffer()
  const button = await gateway.device('v2-sos1', villageB)
  await button.say(
    'event',
    JSON.stringify({ id: 'b-1', type: 'help', image: jpeg.toString('base64') }),
  )
  const station = await gateway.device('v2-pm1', villageB)
  await station.say('telemetry', JSON.stringify({ readings: { pm25: 41.25 } }))
  await station.say('telemetry', JSON.stringify({ readings: { pm26: 41.25 } }))
  const own = await gateway.device('v1-sos1', villageA)
  await own.say('event', JSON.stringify({ id: 'a-1', type: 'help' }))
  await until('both cases', async () => (await desk.get('/api/v1/cases')).body.items.length === 2)
  for (const list of ['cases', 'alarms', 'incidents'] as const) {
    const { items } = (await cadreB.get(`/api/v1/${list}`)).body
    ofB[list] = items[0].id
  }
  const one = (await cadreB.get(`/api/v1/cases/${ofB.cases}`)).body
  picture = /[0-9a-f]{64}/.exec(JSON.stringify(one))?.[0] ?? ''
  quarantined = (await desk.get('/api/v1/quarantine')).body.items[0].id
  for (const device of [button, station, own]) await device.leave()
}, 60_000)

afterAll(async () => {
  streamOfA?.stop()
  streamOfB?.stop()
  await gateway?.remove()
})

const month = 30 * 86_400_000
const reads: [string, () => string][] = [
  ['case', () => `/api/v1/cases/${ofB.cases}`],
  ['device', () => '/api/v1/devices/v2-sos1'],
  ['picture (snapshot)', () => `/api/v1/pictures/${picture}`],
  ['board', () => `/api/v1/villages/${villageB}/board`],
  [
    'series',
    () => `/api/v1/series?device=v2-pm1&property=pm25&from=${Date.now() - month}&to=${Date.now()}`,
  ],
  ['observations', () => '/api/v1/observations?device=v2-pm1'],
]
const writes: [string, () => string, object][] = [
  ['case', () => `/api/v1/cases/${ofB.cases}/actions`, { action: 'accept' }],
  ['alarm', () => `/api/v1/alarms/${ofB.alarms}/acknowledge`, {}],
]

describe('someone of village A asks for what is of village B, by id', () => {
  test.each(reads)(
    '%s: there for B, 404 for A, in the words of what does not exist',
    async (_name, url) => {
      expect((await cadreB.get(url())).status).toBe(200)
      const answer = await cadreA.get(url())
      expect(answer.status).toBe(404)
      const never = url()
        .replace(ofB.cases || '-', 'never')
        .replace(picture || '-', '0'.repeat(64))
        .replace(villageB, '990101101999')
        .replace(/v2-\w+/, 'v9-never')
      const nothing = await cadreA.get(never)
      expect({ ...answer.body, instance: '' }).toEqual({ ...nothing.body, instance: '' })
    },
  )

  test.each(writes)('%s: a change is 404 and changes nothing', async (_name, url, body) => {
    const before = (await cadreB.get(`/api/v1/cases/${ofB.cases}`)).text
    expect((await cadreA.send('POST', url(), body)).status).toBe(404)
    expect((await cadreB.get(`/api/v1/cases/${ofB.cases}`)).text).toBe(before)
  })

  test('quarantine is not for cadres at all, not even their own village’s', async () => {
    expect((await cadreA.get('/api/v1/quarantine')).status).toBe(403)
    for (const act of ['replay', 'discard']) {
      const answer = await cadreA.send('POST', `/api/v1/quarantine/${quarantined}/${act}`, {})
      expect(answer.status).toBe(403)
    }
    expect((await desk.get('/api/v1/quarantine?state=waiting')).body.items).toHaveLength(1)
  })
})

describe('nothing of village B leaks into lists', () => {
  const lists = ['places', 'devices', 'alarms', 'incidents', 'cases', 'load', 'session', 'hazards']
  const queries = ['', `village=${villageB}`, 'limit=200', 'q=柳溪', 'q=v2-sos1', 'sort=urgency']

  test.each(lists)('%s, however it is asked', async (list) => {
    for (const query of queries) {
      const { status, text } = await cadreA.get(`/api/v1/${list}?${encodeURI(query)}`)
      expect([200, 400, 404]).toContain(status)
      for (const secret of ['"v2-', '柳溪村空气', ofB.cases, ofB.alarms, ofB.incidents, picture]) {
        // A word that was searched for may stand in the error that quotes it, nothing else.
        if (status === 200) expect([query, text.includes(secret)]).toEqual([query, false])
      }
    }
  })

  test('a cursor made for somebody else opens nothing', async () => {
    const { nextCursor } = (await desk.get('/api/v1/cases?limit=1')).body
    expect(nextCursor).toBeTruthy()
    const { text } = await cadreA.get(`/api/v1/cases?limit=200&cursor=${nextCursor}`)
    expect(text).not.toContain(ofB.cases)
  })

  test('a case of A cannot be merged into one of B', async () => {
    const { items } = (await cadreA.get('/api/v1/cases')).body
    const answer = await cadreA.send('POST', `/api/v1/cases/${items[0].id}/actions`, {
      action: 'merge',
      into: ofB.cases,
    })
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect((await desk.get(`/api/v1/cases/${items[0].id}`)).body.state).toBe('reported')
  })
})

test('every refused look is written down: who, when, what', async () => {
  const db = new Database(path.join(gateway.dataDir, 'lianxun.db'), { readonly: true })
  const refused = () =>
    db
      .prepare<[], { subject: string; username: string }>(
        `SELECT subject, username FROM audit JOIN user ON user.id = audit.actor
         WHERE act IN ('refusedOutsideScope', 'lookAtPictureRefused')`,
      )
      .all()
  const asked = [...reads, ...writes].map(([, url]) => url().split(/[?]/)[0] as string)
  // They are written after the answer.
  await until('the last of them', () =>
    asked.every((url) =>
      refused().some(
        ({ subject }) => subject.includes(url) || subject === `picture:${url.split('/').at(-1)}`,
      ),
    ),
  )
  expect(new Set(refused().map(({ username }) => username))).toEqual(new Set(['cadre01']))
  db.close()
})

test('the live stream of A says nothing of B, though it is asked for B’s devices', async () => {
  await streamOfB.until((text) => text.includes(ofB.cases))
  await streamOfA.until((text) => text.includes('"v1-sos1"'))
  const query = '?devices=v2-pm1,v2-sos1,v1-pm1'
  const asked = await collectStream(gateway.http, cadreA.cookie, query)
  const theirs = await gateway.device('v2-pm1', villageB)
  const own = await gateway.device('v1-pm1', villageA)
  await theirs.say('telemetry', JSON.stringify({ readings: { pm25: 43.75 } }))
  await own.say('telemetry', JSON.stringify({ readings: { pm25: 44.5 } }))
  for (const stream of [streamOfA, asked]) {
    await stream.until((text) => text.includes('44.5'))
    for (const secret of ['v2-', '43.75', '41.25', ofB.cases, ofB.alarms, ofB.incidents, picture]) {
      expect([secret, stream.text().includes(secret)]).toEqual([secret, false])
    }
  }
  asked.stop()
  await theirs.leave()
  await own.leave()
})
