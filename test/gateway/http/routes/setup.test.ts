import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { compose, type Gateway } from '../../../../gateway/compose.ts'
import { parseConfig } from '../../../../gateway/config/config.ts'
import { setupStateSchema } from '../../../../gateway/http/schemas/setup.ts'
import { openDatabase } from '../../../../gateway/storage/database.ts'
import type { Tables } from '../../../../gateway/storage/schema.ts'
import { importInto, password } from '../house.ts'

/** The first start of an installation, from an empty folder. */

const sample = join(import.meta.dirname, '../../../../examples/town')
const path = '/api/v1/setup'
const boss = { username: 'boss', displayName: '镇管理员', password }

let directory: string
let gateway: Gateway
let db: Kysely<Tables>
let base: string
let logged: string
/** What was said to the terminal. */
let told: string[]

async function start(env: Record<string, string> = {}): Promise<void> {
  const config = parseConfig({
    LIANXUN_DATA_DIR: directory,
    LIANXUN_HTTP_PORT: '0',
    LIANXUN_MQTT_PORT: '0',
    LIANXUN_HTTPS_PORT: '0',
    LIANXUN_MQTTS_PORT: '0',
    ...env,
  })
  logged = ''
  told = []
  const logger = pino({ level: 'trace' }, { write: (line: string) => void (logged += line) })
  gateway = await compose(config, { logger, tell: (text) => void told.push(text) })
  await gateway.start()
  base = `http://127.0.0.1:${gateway.httpPort()}`
  db = await openDatabase(join(directory, 'lianxun.db'))
}

async function stop(): Promise<void> {
  await db.destroy()
  await gateway.stop()
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lianxun-setup-'))
})

afterEach(async () => {
  await stop()
  await rm(directory, { recursive: true, force: true })
})

async function ask(method: string, url: string, body?: unknown, headers = {}) {
  const response = await fetch(base + url, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, text, body: text === '' ? undefined : JSON.parse(text) }
}

const codeIn = (text: string | undefined) =>
  /\b[A-Z2-9]{4}-[A-Z2-9]{4}\b/.exec(text ?? '')?.[0] ?? ''
const theCode = async () => codeIn((await gateway.nextSteps(base))[0])
const state = async () => setupStateSchema.strict().parse((await ask('GET', path)).body)
const countOf = async (table: 'user' | 'place' | 'device' | 'rule' | 'hazard' | 'audit') =>
  (await db.selectFrom(table).selectAll().execute()).length

async function setUp(over: Record<string, unknown> = {}) {
  return ask('POST', path, {
    code: await theCode(),
    administrator: boss,
    town: { kind: 'sample' },
    ...over,
  })
}

const signIn = () => ask('POST', '/api/v1/session', { username: 'boss', password })

describe('an empty installation', () => {
  beforeEach(() => start())

  it('says where to go and with which code, and nobody can sign in', async () => {
    expect(await state()).toEqual({ needed: true, town: null })
    expect(await gateway.nextSteps('http://town.example')).toEqual([
      expect.stringMatching(
        /^Open http:\/\/town.example\/setup and type this one-time code: [A-Z2-9]{4}-[A-Z2-9]{4}$/,
      ),
    ])
    expect((await signIn()).status).toBe(401)
  })

  it('the sample town: an administrator, its places and rules, its devices without secrets, no people', async () => {
    const done = await setUp()
    expect([done.status, done.body]).toEqual([
      201,
      { needed: false, town: { code: '990101101', name: '云岭镇' } },
    ])
    expect(await db.selectFrom('user').select(['username', 'role', 'scope']).execute()).toEqual([
      { username: 'boss', role: 'townAdmin', scope: '990101101' },
    ])
    const devices = await db.selectFrom('device').select('secret_hash').execute()
    expect(devices).toHaveLength(117)
    expect(devices.every((row) => row.secret_hash === null)).toBe(true)
    expect(await countOf('place')).toBe(57)
    expect((await signIn()).body).toMatchObject({
      person: { username: 'boss' },
      town: { name: '云岭镇' },
    })
    expect(await gateway.nextSteps(base)).toEqual([])
  })

  it('boundaries of one’s own: with the house’s hazards, rules and seasons, and no devices', async () => {
    const text = await readFile(join(sample, 'places.geojson'), 'utf8')
    const own = text.replaceAll('990101101', '880101101').replaceAll('云岭镇', '我的镇')
    const done = await setUp({ town: { kind: 'geojson', text: own } })
    expect([done.status, done.body.town]).toEqual([201, { code: '880101101', name: '我的镇' }])
    const counts = [await countOf('hazard'), await countOf('rule'), await countOf('device')]
    expect(counts).toEqual([expect.any(Number), expect.any(Number), 0])
    expect(Math.min(counts[0] as number, counts[1] as number)).toBeGreaterThan(5)
    expect((await signIn()).body.person.scope).toBe('880101101')
  })

  it('is set up once: afterwards the code opens nothing', async () => {
    const code = await theCode()
    await setUp()
    expect(await state()).toEqual({ needed: false, town: null })
    const again = await setUp({
      code,
      administrator: { ...boss, username: 'second' },
      town: undefined,
    })
    expect([again.status, again.body.detail]).toEqual([
      409,
      'Lianxun is set up already; sign in instead.',
    ])
    expect(await countOf('user')).toBe(1)
  })

  it('of many who finish at once one becomes administrator', async () => {
    const code = await theCode()
    const done = await Promise.all(
      [1, 2, 3, 4].map((n) => setUp({ code, administrator: { ...boss, username: `boss${n}` } })),
    )
    expect(done.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(done.filter(({ status }) => status === 409)).toHaveLength(3)
    expect(await countOf('user')).toBe(1)
  })

  it('is written down, without password and code', async () => {
    const code = await theCode()
    await setUp({ code: 'WRNG-CODE' })
    await setUp()
    const rows = await db.selectFrom('audit').selectAll().orderBy('id').execute()
    expect(rows).toMatchObject([
      { act: 'setUpRefused', actor: null, subject: 'setup', address: '127.0.0.1' },
      { act: 'setUp', actor: null, subject: 'user:boss', detail: 'sample', address: '127.0.0.1' },
    ])
    for (const text of [JSON.stringify(rows), logged]) {
      expect(text).not.toContain(password)
      expect(text).not.toContain(code)
    }
  })
})

describe('the one-time code', () => {
  beforeEach(() => start())

  it('may be typed in small letters and with other signs between', async () => {
    const code = (await theCode()).toLowerCase().replace('-', ' ')
    expect((await setUp({ code })).status).toBe(201)
  })

  it('is another one after five wrong ones, told to the terminal only', async () => {
    const first = await theCode()
    for (let n = 0; n < 4; n++) expect((await setUp({ code: `AAAA-AAA${n}` })).status).toBe(403)
    expect(told).toEqual([])
    const fifth = await setUp({ code: 'AAAA-AAAA' })
    expect([fifth.status, fifth.body.type]).toEqual([403, 'urn:lianxun:wrongCode'])
    expect(told).toEqual([expect.stringMatching(/^Five wrong codes were typed at \/setup/)])
    const second = codeIn(told[0])
    expect(second).not.toBe(first)
    expect(await theCode()).toBe(second)
    expect(fifth.text + logged).not.toContain(second)
    expect((await setUp({ code: first })).status).toBe(403)
    expect((await setUp({ code: second })).status).toBe(201)
  })

  it('is not the one of the start before', async () => {
    const first = await theCode()
    await stop()
    await start()
    expect(await theCode()).not.toBe(first)
    expect((await setUp({ code: first })).status).toBe(403)
    expect((await setUp()).status).toBe(201)
  })

  it('cannot be tried without end', async () => {
    const statuses = []
    for (let n = 0; n < 22; n++) statuses.push((await setUp({ code: 'AAAA-AAAA' })).status)
    expect(statuses.filter((status) => status === 403)).toHaveLength(20)
    expect(statuses.at(-1)).toBe(429)
  })
})

describe('what is wrong', () => {
  beforeEach(() => start())

  const feature = (properties: object) => ({
    type: 'Feature',
    properties,
    geometry: {
      type: 'Polygon',
      coordinates: [
        [
          [106, 29],
          [107, 29],
          [107, 30],
          [106, 29],
        ],
      ],
    },
  })
  const geojson = (...features: unknown[]) => ({
    kind: 'geojson',
    text: JSON.stringify({ type: 'FeatureCollection', features }),
  })
  const town = { code: '880101101', name: '镇', level: 'town', parent: null }
  const village = { code: '880101101201', name: '村', level: 'village', parent: town.code }

  it.each([
    ['no JSON', { kind: 'geojson', text: '{' }, ['places.geojson: is no JSON']],
    ['no collection', { kind: 'geojson', text: '[]' }, ['must be a GeoJSON FeatureCollection']],
    ['nothing in it', geojson(), ['has no town']],
    ['no town', geojson(feature(village)), ['has no town', 'there is no town 880101101']],
    [
      'two features wrong',
      geojson(
        feature(town),
        feature({ ...village, code: '12' }),
        feature({ ...village, name: '' }),
      ),
      [
        'places.geojson feature 2, column properties.code: must have 9, 12 or 15 digits',
        'places.geojson feature 3, column properties.name',
      ],
    ],
    [
      'a village of another town',
      geojson(feature(town), feature({ ...village, parent: '770101101' })),
      ['feature 2, column properties.parent: there is no town 770101101'],
    ],
    [
      'a ring that is open',
      geojson({ ...feature(town), geometry: { type: 'Polygon', coordinates: [[[106, 29]]] } }),
      ['feature 1, column geometry'],
    ],
  ])(
    'in the boundaries, %s: told by feature and property, nothing written',
    async (_n, given, said) => {
      const answer = await setUp({ town: given })
      expect(answer.status).toBe(400)
      const messages = answer.body.errors.map((one: { message: string }) => one.message)
      expect(messages).toHaveLength(said.length)
      for (const [index, text] of said.entries()) expect(messages[index]).toContain(text)
      expect([await countOf('place'), await countOf('user'), await countOf('hazard')]).toEqual([
        0, 0, 0,
      ])
    },
  )

  it('a wrong file is no wrong code: the same one still opens', async () => {
    const code = await theCode()
    for (let n = 0; n < 6; n++) expect((await setUp({ town: geojson() })).status).toBe(400)
    expect((await setUp({ code })).status).toBe(201)
  })

  it('a file that is wrong everywhere is told by its beginning', async () => {
    const answer = await setUp({ town: geojson(...Array.from({ length: 500 }, () => ({}))) })
    expect(answer.body.errors).toHaveLength(51)
    expect(answer.body.errors.at(-1).message).toMatch(/^and \d+ more$/)
  })

  it.each([
    ['a weak password', { administrator: { ...boss, password: 'admin' } }, /has 5 characters/],
    ['a name with spaces', { administrator: { ...boss, username: 'a b' } }, /username/],
    ['no town at all', { town: undefined }, /no town yet/],
  ])('%s is refused, and nothing written', async (_name, over, said) => {
    const answer = await setUp(over)
    expect([answer.status, answer.body.detail]).toEqual([400, expect.stringMatching(said)])
    expect([await countOf('place'), await countOf('user')]).toEqual([0, 0])
  })

  it('from a foreign page, or with a token, is refused', async () => {
    const body = { code: await theCode(), administrator: boss, town: { kind: 'sample' } }
    const foreign = await ask('POST', path, body, { origin: 'https://evil.example' })
    expect([foreign.status, foreign.body.type]).toEqual([403, 'urn:lianxun:foreignOrigin'])
    const token = await ask('POST', path, body, { authorization: `Bearer lxt_${'a'.repeat(32)}` })
    expect([token.status, token.body.type]).toEqual([403, 'urn:lianxun:personOnly'])
    expect(await countOf('user')).toBe(0)
  })
})

describe('an installation with a town and nobody in it', () => {
  beforeEach(async () => {
    await importInto(directory, sample)
    const file = await openDatabase(join(directory, 'lianxun.db'))
    await file.deleteFrom('user').execute()
    await file.destroy()
    await start()
  })

  it('gets just an administrator', async () => {
    expect(await state()).toEqual({ needed: true, town: { code: '990101101', name: '云岭镇' } })
    const refused = await setUp()
    expect([refused.status, refused.body.detail]).toEqual([
      400,
      'The town 云岭镇 is here already; leave the town out.',
    ])
    const before = await db.selectFrom('device').select(['id', 'secret_hash']).execute()
    expect((await setUp({ town: undefined })).status).toBe(201)
    expect(await db.selectFrom('device').select(['id', 'secret_hash']).execute()).toEqual(before)
    expect((await signIn()).body.person).toMatchObject({ role: 'townAdmin', scope: '990101101' })
  })
})

describe('LIANXUN_ADMIN_PASSWORD', () => {
  it('needs no wizard', async () => {
    await start({ LIANXUN_ADMIN_PASSWORD: password })
    expect(await state()).toEqual({ needed: false, town: null })
    expect((await setUp({ code: 'ANYT-HING' })).status).toBe(409)
    expect(await gateway.nextSteps(base)).toEqual([expect.stringMatching(/^There is no town yet/)])
  })
})
