import { randomUUID } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import { pino } from 'pino'
import { compose, type Gateway } from '../../../gateway/compose.ts'
import type { Config } from '../../../gateway/config/config.ts'
import type { Tier } from '../../../gateway/domain/case.ts'
import { roles } from '../../../gateway/domain/person.ts'
import type { Clock } from '../../../gateway/ports/clock.ts'
import type { Tables } from '../../../gateway/storage/schema.ts'
import { loadInstallationKey } from '../../../gateway/storage/secrets.ts'
import { readTownFolder } from '../../../gateway/storage/town-files/town-files.ts'
import { importTown } from '../../../gateway/storage/town-import.ts'
import { openDatabase } from '../../support/house-file.ts'
import { copyTemplate } from '../../support/templates.ts'

/** A whole gateway on the sample town, on free ports, with one person per role and place. */

export const password = 'Lantern-Hill-42'
export const townCode = '990101101'
export const villageA = '990101101201'
export const villageB = '990101101202'
const sample = join(import.meta.dirname, '../../../examples/town')

interface Answer {
  status: number
  headers: Headers
  text: string
  // The tests look at many shapes; a wrong path simply fails the expectation.
  // oxlint-disable-next-line typescript/no-explicit-any
  body: any
}

export interface Person {
  cookie: string
  get: (path: string, headers?: Record<string, string>) => Promise<Answer>
  post: (path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>
  send: (method: string, path: string, body?: unknown) => Promise<Answer>
}

export interface House {
  base: string
  directory: string
  gateway: Gateway
  /** A second connection, as another process has it. */
  db: Kysely<Tables>
  /** Generated secrets of devices. */
  secrets: Record<string, string>
  as(username: string): Promise<Person>
  ask: (path: string, init?: RequestInit) => Promise<Answer>
  stop(): Promise<void>
}

export interface HouseOptions {
  clock?: Clock
  /** Instead of the embedded broker. */
  mqtt?: Config['mqtt']
  /** More people, as rows `username,displayName,role,scope`. */
  people?: readonly string[]
  /** Into the tables before the gateway starts. */
  before?: (db: Kysely<Tables>) => Promise<void>
  /** More networks that the gateway may call, such as this machine's own. */
  networks?: readonly string[]
}

async function townFolder(directory: string): Promise<string> {
  const folder = join(directory, 'town')
  await mkdir(folder)
  for (const name of ['places.geojson', 'devices.csv', 'points.csv', 'routes.yaml']) {
    await copyFile(join(sample, name), join(folder, name))
  }
  for (const name of ['rules.yaml', 'hazards.yaml']) {
    await copyFile(join(sample, name), join(folder, name))
  }
  const people = roles.flatMap((role) => [
    `${role}-town,${role},${role},${townCode},${password}`,
    `${role}-a,${role},${role},${villageA},${password}`,
  ])
  await writeUsers(folder, people)
  return folder
}

function writeUsers(folder: string, rows: readonly string[]): Promise<void> {
  const text = `username,displayName,role,scope,password\n${rows.join('\n')}\n`
  return writeFile(join(folder, 'users.csv'), text)
}

const secretsFile = 'secrets.json'

async function sampleHouse(directory: string): Promise<void> {
  const secrets = await importInto(directory, await townFolder(directory))
  await writeFile(join(directory, secretsFile), JSON.stringify(secrets))
}

/** The sample town with its people, and these too; answers the secrets of its devices. */
async function fill(
  directory: string,
  more: readonly string[] = [],
): Promise<Record<string, string>> {
  await copyTemplate('sample-house', sampleHouse, directory)
  if (more.length > 0) {
    const folder = join(directory, 'more-people')
    await mkdir(folder)
    await writeUsers(
      folder,
      more.map((row) => `${row},${password}`),
    )
    await importInto(directory, folder)
  }
  return JSON.parse(await readFile(join(directory, secretsFile), 'utf8'))
}

export async function importInto(
  directory: string,
  folder: string,
): Promise<Record<string, string>> {
  const db = await openDatabase(join(directory, 'lianxun.db'))
  let secrets: Record<string, string> = {}
  try {
    const key = await loadInstallationKey(directory)
    const files = await readTownFolder(folder)
    await importTown({ db, key, newId: randomUUID }, files, async (generated) => {
      secrets = generated.devices
    })
  } finally {
    await db.destroy()
  }
  return secrets
}

function configFor(directory: string, { mqtt, networks = [] }: HouseOptions): Config {
  return {
    dataDir: directory,
    http: { host: '127.0.0.1', port: 0 },
    // A clock that stands still would never let a device go on.
    mqtt: mqtt ?? { mode: 'embedded', host: '127.0.0.1', port: 0, deviceRate: 0 },
    tls: {
      certFile: join(directory, 'tls', 'server.crt'),
      keyFile: join(directory, 'tls', 'server.key'),
      named: false,
      httpsPort: 0,
      mqttsPort: 0,
    },
    trustedProxies: [],
    cameraNetworks: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7', ...networks],
    adminPassword: undefined,
    baseUrl: undefined,
    timeZone: 'Asia/Shanghai',
    backup: { directory: join(directory, 'backups'), keep: 7 },
  }
}

async function toAnswer(response: Response): Promise<Answer> {
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') ?? false
  const body: unknown = isJson && text !== '' ? JSON.parse(text) : undefined
  return { status: response.status, headers: response.headers, text, body }
}

async function prepare(
  directory: string,
  before: (db: Kysely<Tables>) => Promise<void>,
): Promise<void> {
  const db = await openDatabase(join(directory, 'lianxun.db'))
  try {
    await before(db)
  } finally {
    await db.destroy()
  }
}

export async function openHouse(options: HouseOptions = {}): Promise<House> {
  const { clock, people: more } = options
  const directory = await mkdtemp(join(tmpdir(), 'lianxun-http-'))
  const secrets = await fill(directory, more)
  if (options.before) await prepare(directory, options.before)
  const logger = pino({ level: 'silent' })
  const gateway = await compose(configFor(directory, options), { logger, ...(clock && { clock }) })
  await gateway.start()
  const db = await openDatabase(join(directory, 'lianxun.db'))
  const base = `http://127.0.0.1:${gateway.httpPort()}`
  const ask = async (path: string, init?: RequestInit) => toAnswer(await fetch(base + path, init))
  const people = new Map<string, Promise<Person>>()

  return {
    base,
    directory,
    gateway,
    db,
    secrets,
    ask,
    as(username) {
      const known = people.get(username) ?? signIn(ask, username)
      people.set(username, known)
      return known
    },
    async stop() {
      await gateway.stop()
      await db.destroy()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

export async function signIn(ask: House['ask'], username: string): Promise<Person> {
  const answer = await ask('/api/v1/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  })
  if (answer.status !== 200) throw new Error(`${username} cannot sign in: ${answer.text}`)
  const cookie = (answer.headers.getSetCookie()[0] as string).split(';')[0] as string
  const send: Person['send'] = (method, path, body) =>
    ask(path, {
      method,
      headers: {
        cookie,
        'x-lianxun': '1',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  return {
    cookie,
    send,
    get: (path, headers) => ask(path, { headers: { cookie, ...headers } }),
    post: (path, body, headers) =>
      headers
        ? ask(path, {
            method: 'POST',
            headers: { cookie, 'content-type': 'application/json', ...headers },
            body: JSON.stringify(body ?? {}),
          })
        : send('POST', path, body),
  }
}

export interface Seed {
  id: string
  village?: string
  grid?: string | null
  state?: string
  severity?: 'blue' | 'yellow' | 'orange' | 'red'
  hazard?: string
  title?: string
  openedAt?: number
  dueAt?: number | null
  tier?: Tier
  /** JSON. */
  holder?: string
  /** Of its one alarm; null: it has none. */
  alarm?: string | null
  picture?: string
}

const ranks = { blue: 0, yellow: 1, orange: 2, red: 3 }

/** A case with its incident and one alarm, as the pipeline would have left them. */
export async function seedCase(db: Kysely<Tables>, seed: Seed): Promise<void> {
  const { id, village = villageA, grid = `${village}001`, severity = 'orange' } = seed
  const openedAt = seed.openedAt ?? 1_763_712_000_000
  const hazard = seed.hazard ?? 'forestFire'
  const place = { village, grid, lon: 106.7, lat: 29.19 }
  const alarm = seed.alarm === undefined ? 'activeUnacknowledged' : seed.alarm
  await db
    .insertInto('incident')
    .values({
      id: `i-${id}`,
      hazard,
      severity,
      cell: id,
      ...place,
      opened_at: openedAt,
      last_activity_at: openedAt,
      closed_at: null,
    })
    .execute()
  await db
    .insertInto('case')
    .values({
      id,
      number: `T-${id}`,
      state: seed.state ?? 'reported',
      tier: seed.tier ?? 'grid',
      hazard,
      severity,
      severity_rank: ranks[severity],
      ...place,
      title: seed.title ?? `案件 ${id}`,
      opened_at: openedAt,
      step_since: openedAt,
      due_at: seed.dueAt ?? null,
      holder: seed.holder ?? null,
      version: 1,
      incident: `i-${id}`,
    })
    .execute()
  await db
    .insertInto('case_history')
    .values({
      case_id: id,
      at: openedAt,
      act: 'opened',
      actor: null,
      from_state: null,
      to_state: 'reported',
      text: null,
      alarm: null,
      detail: null,
    })
    .execute()
  if (alarm === null) return
  await db
    .insertInto('alarm')
    .values({
      id: `a-${id}`,
      rule: 'smoke-high',
      device: `dev-${id}`,
      hazard,
      severity,
      ...place,
      state: alarm,
      raised_at: openedAt,
      cleared_at: null,
      acknowledged_at: null,
      acknowledged_by: null,
      incident: `i-${id}`,
      cause: JSON.stringify({ property: 'smoke', value: 9, limit: 5, picture: seed.picture }),
    })
    .execute()
}
