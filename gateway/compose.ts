import { createHash, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyBaseLogger } from 'fastify'
import type { Kysely } from 'kysely'
import { createAdapters } from '../adapters/registry.ts'
import type { Config } from './config/config.ts'
import { createHealth } from './health.ts'
import { createHttpServer, type HttpServer } from './http/server.ts'
import type { HttpServices } from './http/services.ts'
import { createMeters } from './metrics.ts'
import { createIngest, replayQuarantine } from './pipeline/accept.ts'
import { createAdoption } from './pipeline/adopt.ts'
import { createCaseDesk } from './pipeline/case-desk.ts'
import { type Correlator, createCorrelator } from './pipeline/correlate.ts'
import { supervise } from './pipeline/supervise.ts'
import type { Adapter } from './ports/adapter.ts'
import type { Clock } from './ports/clock.ts'
import { createCaseStore } from './storage/case-store.ts'
import { createCorrelationStore } from './storage/correlation-store.ts'
import { openDatabase } from './storage/database.ts'
import { createDeviceRegistry } from './storage/device-registry.ts'
import { createObservationStore } from './storage/observation-store.ts'
import { createOutbox } from './storage/outbox.ts'
import { hashPassword, verifyPassword } from './storage/passwords.ts'
import { createPictureFiles } from './storage/picture-files.ts'
import { createQueries } from './storage/queries.ts'
import type { Tables } from './storage/schema.ts'
import { hashSecret, loadInstallationKey, newSecret } from './storage/secrets.ts'
import { createTownRepository } from './storage/town-repository.ts'
import { createAuditLog, createSessionStore, createUserStore } from './storage/user-store.ts'
import { createTownWatch, type TownWatch } from './town-watch.ts'

/** The only place that builds concretes and ties them together. */

const root = join(import.meta.dirname, '..')

function readVersion(): string {
  const text = readFileSync(join(root, 'package.json'), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

export interface Gateway {
  start(): Promise<void>
  /** Drains: first no new messages, then what was accepted is evaluated, then the files close. */
  stop(): Promise<void>
  httpPort(): number
  /** Undefined with an outside broker. */
  mqttPort(): number | undefined
  /** What a new installation still lacks, as sentences for the person who started it. */
  nextSteps(): Promise<string[]>
}

export interface ComposeParts {
  logger: FastifyBaseLogger
  clock?: Clock
}

const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() }

interface House extends Required<ComposeParts> {
  config: Config
  db: Kysely<Tables>
  key: Buffer
  /** Tells this installation's ids from another's. */
  installation: string
}

/** Opens what must be open before anything can be built: the tables and the key. */
async function openHouse(config: Config, parts: ComposeParts): Promise<House> {
  const db = await openDatabase(join(config.dataDir, 'lianxun.db'))
  const key = await loadInstallationKey(config.dataDir)
  const installation = createHash('sha256').update(key).digest('hex').slice(0, 8)
  return { config, db, key, installation, clock: systemClock, ...parts }
}

function createStores({ config, db, key, clock }: House) {
  const { dataDir, timeZone } = config
  return {
    towns: createTownRepository({ db, timeZone }),
    devices: createDeviceRegistry({ db, key }),
    observations: createObservationStore({ directory: dataDir, timeZone, clock }),
    pictures: createPictureFiles(join(dataDir, 'pictures')),
    outbox: createOutbox(db),
    users: createUserStore({ db, newId: randomUUID }),
    sessions: createSessionStore(db),
    audit: createAuditLog({ db, clock }),
  }
}

type Stores = ReturnType<typeof createStores>

/** The ways in: one adapter a protocol, each under its supervisor. */
function createWays(house: House, { observations, devices, pictures }: Stores) {
  const { config, installation, clock, logger } = house
  const { log, quarantine } = observations
  const meters = createMeters('mqtt')
  const mqtt =
    config.mqtt.mode === 'embedded'
      ? config.mqtt
      : // Two gateways at one broker must never share a session.
        { ...config.mqtt, clientId: `lianxun-${installation}` }
  const adapters = createAdapters(
    { mqtt },
    {
      ingest: createIngest({ log, quarantine, devices, clock }),
      devices,
      pictures,
      clock,
      meter: meters.meter,
      log: logger,
    },
  )
  return {
    adapters,
    meters,
    supervised: adapters.map((adapter) => ({ adapter, way: supervise(adapter, { log: logger }) })),
    replay: (request: Parameters<typeof replayQuarantine>[1]) =>
      replayQuarantine({ log, quarantine, devices, clock, adapters }, request),
  }
}

type Ways = ReturnType<typeof createWays>

function isPathUp(adapters: readonly Adapter[], name: string): boolean {
  return adapters.find((adapter) => adapter.name === name)?.connected() ?? false
}

/** Rules and the town they are judged by; an edited town reaches registry and rules together. */
function createJudgement(house: House, stores: Stores, { adapters }: Ways) {
  const { clock, logger } = house
  const { devices, observations, towns } = stores
  const warn = (text: string) => logger.warn(text)
  const watch: TownWatch = createTownWatch({
    store: towns,
    warn,
    async changed() {
      await devices.reload()
      await correlator.reloadTown()
      await ensureAdmin(house, stores, watch)
      logger.info('the town was changed and is loaded again')
    },
  })
  const correlator: Correlator = createCorrelator({
    log: observations.log,
    store: createCorrelationStore(house.db),
    loadTown: async () => watch.town(),
    newId: randomUUID,
    isPathUp: (device) => isPathUp(adapters, device.adapter),
    devices,
    clock,
    warn,
  })
  return { watch, correlator }
}

type Judgement = ReturnType<typeof createJudgement>

/** Once per installation, as soon as there is a town to be administrator of. */
async function ensureAdmin(house: House, { users }: Stores, watch: TownWatch): Promise<void> {
  const { adminPassword } = house.config
  const town = watch.town().places.find((place) => place.level === 'town')
  if (!adminPassword || !town) return
  const isNew = await users.addOnce('admin-created', {
    username: 'admin',
    displayName: '管理员',
    role: 'townAdmin',
    scope: town.code,
    passwordHash: await hashPassword(adminPassword),
  })
  if (isNew) house.logger.info('user admin was created; its password is LIANXUN_ADMIN_PASSWORD')
}

function createServices(
  house: House,
  stores: Stores,
  ways: Ways,
  judgement: Judgement,
): HttpServices {
  const { db, clock, key } = house
  const { towns, devices, observations } = stores
  const { log, series, quarantine } = observations
  const { watch } = judgement
  const names = {
    rule: (id: string) => watch.town().rules.find((rule) => rule.id === id)?.name,
    device: (id: string) => devices.get(id)?.name,
    town: () => watch.town().places.find((place) => place.level === 'town')?.code,
  }
  return {
    ...stores,
    ...createHealth({ ...stores, ...ways, correlator: judgement.correlator }),
    clock,
    log,
    series,
    quarantine,
    verifyPassword,
    town: watch.town,
    replay: ways.replay,
    queries: createQueries({ db, clock, names }),
    desk: createCaseDesk({
      store: createCaseStore(db),
      loadTown: async () => watch.town(),
      clock,
    }),
    adopt: createAdoption({
      store: towns,
      hashSecret: (secret) => hashSecret(key, secret),
      reload: () => watch.look(),
      town: watch.town,
      quarantine,
      newSecret,
      replay: ways.replay,
    }),
  }
}

function listenText(address: string): string {
  return `HTTP listens at ${address}`
}

async function listen(house: House, services: HttpServices): Promise<HttpServer> {
  const { config, installation, logger } = house
  const options = {
    secure: config.baseUrl?.startsWith('https:') ?? false,
    origins: config.baseUrl ? [new URL(config.baseUrl).origin] : [],
    screens: join(root, 'dashboard', 'dist'),
    version: readVersion(),
    installation,
  }
  const server = await createHttpServer(services, options, logger)
  await server.app.listen({ ...config.http, listenTextResolver: listenText })
  return server
}

async function startWays(house: House, { supervised }: Ways): Promise<void> {
  for (const { way } of supervised) {
    const runs = await way.start()
    // Our own port must be had at once; somebody else's broker may come later.
    if (!runs && house.config.mqtt.mode === 'embedded') {
      throw new Error(way.trouble() ?? 'MQTT does not start')
    }
  }
}

export async function compose(config: Config, parts: ComposeParts): Promise<Gateway> {
  const house = await openHouse(config, parts)
  const stores = createStores(house)
  const ways = createWays(house, stores)
  const judgement = createJudgement(house, stores, ways)
  const services = createServices(house, stores, ways, judgement)
  const { watch, correlator } = judgement
  let server: HttpServer | undefined

  return {
    async start() {
      await stores.observations.start()
      await stores.devices.reload()
      await watch.start()
      await ensureAdmin(house, stores, watch)
      await correlator.start()
      await startWays(house, ways)
      server = await listen(house, services)
    },
    async stop() {
      await Promise.all(ways.supervised.map(({ way }) => way.stop()))
      await watch.stop()
      await server?.app.close()
      await correlator.stop()
      await stores.observations.stop()
      await house.db.destroy()
    },
    httpPort() {
      const address = server?.app.server.address()
      return address && typeof address === 'object' ? address.port : config.http.port
    },
    mqttPort: () => ways.adapters.map((adapter) => adapter.port?.()).find((port) => port),
    async nextSteps() {
      if (watch.town().places.length === 0) {
        return ['There is no town yet. Import one: bin/lianxun.mjs import examples/town']
      }
      if ((await stores.users.count()) > 0) return []
      return [
        'Nobody can sign in yet. Add a person: bin/lianxun.mjs user add NAME --role townAdmin',
      ]
    },
  }
}
