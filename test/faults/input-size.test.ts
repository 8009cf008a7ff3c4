import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { collectGarbage, inspect } from '../support/collect-garbage.ts'
import {
  openTownGateway,
  type Person,
  type TownGateway,
  villageA,
} from '../support/town-gateway.ts'

/** Prototype pollution, 10 MB, 100,000-deep JSON: refused quickly, and afterwards all is as before. */

const mebibyte = 1_048_576
const allowedGrowth = 50 * mebibyte
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`
const nestedObjects = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`

let gateway: TownGateway
let admin: Person
let memoryBefore: number

/** What a gateway does all day, so that the comparison is with one that is warm. */
async function ordinaryWork(): Promise<void> {
  const station = await gateway.device('v1-pm1', villageA)
  for (let n = 0; n < 200; n++) {
    await station.say('telemetry', JSON.stringify({ readings: { pm25: n % 50 } }))
    if (n % 10 === 0) await admin.get('/api/v1/devices?limit=200')
  }
  await station.leave()
}

beforeAll(async () => {
  gateway = await openTownGateway({ settings: { NODE_OPTIONS: inspect } })
  admin = await gateway.as('admin01')
  await ordinaryWork()
  await collectGarbage(gateway.output())
  memoryBefore = await gateway.memory()
})

afterAll(() => gateway?.remove())

const polluted = [
  '{"__proto__":{"role":"townAdmin","polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"action":"accept","__proto__":{"isAdmin":true}}',
  '{"a":{"b":{"__proto__":{"polluted":true}}}}',
  '{"username":"admin01","password":"x","__proto__":{"right":true}}',
]

const bodies: [string, string, number[]][] = [
  ...polluted.map((text): [string, string, number[]] => [text, text, [400, 401]]),
  ['10 MB text', `{"action":"${'x'.repeat(10 * mebibyte)}"}`, [413]],
  ['10 MB array', `[${'1,'.repeat(5 * mebibyte)}1]`, [413]],
  ['100,000-deep arrays', nested(100_000), [413]],
  ['100,000-deep objects', nestedObjects(100_000), [413]],
  ['100,000-deep inside', `{"action":${nested(100_000)}}`, [413]],
  ['as deep as a body may be', nested(32_000), [400]],
  ['objects as deep as a body may be', nestedObjects(10_000), [400]],
  ['as deep as a body may be, inside', `{"action":${nested(32_000)}}`, [400]],
  ['one never closed', '['.repeat(65_000), [400]],
  ['a number of 60,000 digits', `{"version":${'9'.repeat(60_000)}}`, [400]],
  ['10,000 keys', `{${Array.from({ length: 6_000 }, (_, n) => `"k${n}":1`).join()}}`, [400]],
]

const routes = ['/api/v1/session', '/api/v1/cases/any/actions', '/api/v1/devices']
/** It takes a whole message, so its body may be 1 MB. */
const roomy = '/api/v1/quarantine/1/replay'
const roomyBodies: [string, string, number][] = [
  ['10 MB', `{"payload":"${'x'.repeat(10 * mebibyte)}"}`, 413],
  ['100,000-deep arrays', nested(100_000), 400],
  // It holds no field that the route knows, so only the message is asked for, which is not there.
  ['100,000-deep objects', nestedObjects(100_000), 404],
  ['100,000-deep inside', `{"payload":${nested(100_000)}}`, 400],
  ['one never closed', '['.repeat(500_000), 400],
  ['a number of 900,000 digits', `{"payload":${'9'.repeat(900_000)}}`, 400],
]

describe('over HTTP', () => {
  test.each(bodies)('%s: 400 or 413, quick', async (_name, body, statuses) => {
    for (const route of routes) {
      const begun = performance.now()
      const { status } = await gateway.ask(route, {
        method: 'POST',
        headers: { cookie: admin.cookie, 'x-lianxun': '1', 'content-type': 'application/json' },
        body,
      })
      expect([route, statuses.includes(status) ? 'refused' : status]).toEqual([route, 'refused'])
      expect(performance.now() - begun).toBeLessThan(1000)
    }
  })

  test.each(roomyBodies)(
    'where a whole message is taken, %s: refused, quick',
    async (_name, body, status) => {
      const begun = performance.now()
      const headers = { cookie: admin.cookie, 'x-lianxun': '1', 'content-type': 'application/json' }
      const answer = await gateway.ask(roomy, { method: 'POST', headers, body })
      expect(answer.status).toBe(status)
      expect(performance.now() - begun).toBeLessThan(1000)
    },
  )

  test('nobody became anybody else by it', async () => {
    const cadre = await gateway.as('cadre01')
    const { body } = await cadre.get('/api/v1/session')
    expect(body.person.role).toBe('villageCadre')
    expect(JSON.stringify(body)).not.toContain('polluted')
    expect((await cadre.get('/api/v1/quarantine')).status).toBe(403)
    expect((await gateway.ask('/api/v1/cases')).status).toBe(401)
  })

  test('headers and addresses of any length', async () => {
    const long = 'x'.repeat(15_000)
    const all: Record<string, string>[] = [
      { cookie: `lianxun=${long}` },
      { authorization: `Bearer ${long}` },
      { 'last-event-id': long, cookie: admin.cookie },
    ]
    for (const headers of all) {
      const { status } = await gateway.ask('/api/v1/cases', { headers })
      expect([200, 401, 431]).toContain(status)
    }
    expect((await admin.get(`/api/v1/cases?q=${long}`)).status).toBe(400)
  })
})

describe('over MQTT', () => {
  const messages: [string, string][] = [
    ...polluted.map((text): [string, string] => [text, text]),
    ['pollution in readings', '{"readings":{"__proto__":{"pm25":1},"constructor":{"pm25":2}}}'],
    ['100,000-deep arrays', nested(100_000)],
    ['100,000-deep objects', nestedObjects(100_000)],
    ['100,000-deep readings', `{"readings":{"pm25":${nested(100_000)}}}`],
    ['100,000-deep extra', `{"readings":{"pm25":{}},"extra":${nestedObjects(100_000)}}`],
    ['a number of 900,000 digits', `{"readings":{"pm25":${'9'.repeat(900_000)}}}`],
  ]

  test('acknowledged and in quarantine, each once, visible', async () => {
    const station = await gateway.device('v1-pm2', villageA)
    for (const [, text] of messages) await station.say('telemetry', text)
    await station.leave()
    const { items } = (await admin.get('/api/v1/quarantine?device=v1-pm2&limit=200')).body
    expect(items).toHaveLength(messages.length)
    for (const { reason } of items) {
      expect(['unparseable', 'invalid', 'unknownProperty', 'tooLarge']).toContain(reason)
    }
    const seen = await admin.get('/api/v1/observations?device=v1-pm2')
    expect(seen.body.items.filter(({ kind }: { kind: string }) => kind === 'reading')).toEqual([])
  })

  test('10 MB: the connection ends before it is taken in, others go on', async () => {
    const neighbour = await gateway.device('v1-pm3', villageA)
    for (let n = 0; n < 5; n++) {
      const station = await gateway.device('v1-pm2', villageA, { reconnectPeriod: 0 })
      const closed = new Promise((resolve) =>
        station.client.once('close', () => resolve(undefined)),
      )
      station.say('telemetry', Buffer.alloc(10 * mebibyte, 0x20)).catch(() => {})
      await closed
      await station.leave()
      await neighbour.say('telemetry', JSON.stringify({ readings: { pm25: n } }))
    }
    await neighbour.leave()
  })
})

test('the process lives, and its memory is back within 50 MB', async () => {
  expect((await gateway.ask('/healthz')).status).toBe(200)
  await ordinaryWork()
  await collectGarbage(gateway.output())
  const grown = (await gateway.memory()) - memoryBefore
  console.log(
    `bad input: memory ${Math.round(memoryBefore / mebibyte)} MB before, ${Math.round(grown / mebibyte)} MB more after`,
  )
  expect(grown).toBeLessThan(allowedGrowth)
  expect(gateway.output()).not.toMatch(/"level":(50|60)/)
})
