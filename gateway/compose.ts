import { createHash, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyBaseLogger } from 'fastify'
import type { Kysely } from 'kysely'
import { createAdapters } from '../adapters/registry.ts'
import type { Config } from './config/config.ts'
import { gridAt } from './domain/place.ts'
import { createHttpServer, type HttpServer } from './http/server.ts'
import type { HttpServices, NewDevice } from './http/services.ts'
import { createMeters, houseSamples } from './metrics.ts'
import { createIngest, replayQuarantine } from './pipeline/accept.ts'
import { createCaseDesk } from './pipeline/case-desk.ts'
import { createCorrelator } from './pipeline/correlate.ts'
import { type Supervised, supervise } from './pipeline/supervise.ts'
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
import { createTownWatch } from './town-watch.ts'

/** The only place that builds concretes and ties them together. */

const root = join(import.meta.dirname, '..')

export const version = (
  JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
).version

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

/** Opens what must be open before anything can be built: the tables and the key. */
async function openFoundations(config: Config) {
  const db = await openDatabase(join(config.dataDir, 'lianxun.db'))
  const key = await loadInstallationKey(config.dataDir)
  const installation = createHash('sha256').update(key).digest('hex').slice(0, 8)
  return { db, key, installation }
}

function createStores(config: Config, { db, key }: { db: Kysely<Tables>; key: Buffer }, clock: Clock) {
  return {
    repository: createTownRepository({ db, timeZone: config.timeZone }),
    registry: createDeviceRegistry({ db, key }),
    observations: createObservationStore({
      directory: config.dataDir,
      timeZone: config.timeZone,
      clock,
    }),
    pictures: createPictureFiles(join(config.dataDir, 'pictures')),
    outbox: createOutbox(db),
    users: createUserStore({ db, newId: randomUUID }),
    sessions: createSessionStore(db),
    audit: createAuditLog({ db, clock }),
  }
}

export async function compose(
  config: Config,
  { logger, clock = systemClock }: ComposeParts,
): Promise<Gateway> {
  const foundations = await openFoundations(config)
  const { db, key, installation } = foundations
  const stores = createStores(config, foundations, clock)
  const { repository, registry, observations, pictures, outbox, users } = stores
  const { log, series, quarantine } = observations
  const warn = (text: string) => logger.warn(text)
  const meters = createMeters('mqtt')

  const correlator = createCorrelator({
    log,
    store: createCorrelationStore(db),
    devices: registry,
    loadTown: async () => watch.town(),
    clock,
    newId: randomUUID,
    isPathUp: (device) =>
      adapters.find((adapter) => adapter.name === device.adapter)?.connected() ?? false,
    warn,
  })
  const watch = createTownWatch({
    store: repository,
    warn,
    async changed() {
      await registry.reload()
      await correlator.reloadTown()
      await ensureAdmin()
      logger.info('the town was changed and is loaded again')
    },
  })

  /** Once per installation, as soon as there is a town to be administrator of. */
  async function ensureAdmin(): Promise<void> {
    const town = watch.town().places.find((place) => place.level === 'town')
    if (!config.adminPassword || !town) return
    const isNew = await users.addOnce('admin-created', {
      username: 'admin',
      displayName: '管理员',
      role: 'townAdmin',
      scope: town.code,
      passwordHash: await hashPassword(config.adminPassword),
    })
    if (isNew) logger.info('user admin was created with the password of LIANXUN_ADMIN_PASSWORD')
  }

  const ingest = createIngest({ log, quarantine, devices: registry, clock })
  const adapters: Adapter[] = createAdapters(
    {
      mqtt:
        config.mqtt.mode === 'embedded'
          ? config.mqtt
          : { ...config.mqtt, clientId: `lianxun-${installation}` },
    },
    { ingest, devices: registry, pictures, clock, meter: meters.meter, log: logger },
  )
  const supervised: Supervised[] = adapters.map((adapter) => supervise(adapter, { log: logger }))
  const replayParts = { log, quarantine, devices: registry, clock, adapters }

  async function adopt(device: NewDevice): Promise<string> {
    const { id, name, kind, village, adapter, lon, lat } = device
    const grids = watch.town().places.filter((place) => place.level === 'grid')
    const secret = newSecret()
    await repository.addDevice(
      {
        ...{ id, name, kind, village, adapter, position: [lon, lat], state: 'active' },
        grid: gridAt(grids, village, [lon, lat])?.code ?? null,
        ...{ address: null, headingDeg: null, fieldOfViewDeg: null },
      },
      hashSecret(key, secret),
    )
    await watch.look()
    const waiting = await quarantine.list({ state: 'waiting', device: id, scope: null, limit: 1000 })
    // Oldest first, as it was sent.
    for (const { id: message } of waiting.reverse()) {
      await replayQuarantine(replayParts, { id: message })
    }
    return secret
  }

  const services: HttpServices = {
    clock,
    town: () => watch.town(),
    devices: registry,
    queries: createQueries({
      db,
      clock,
      names: {
        rule: (id) => watch.town().rules.find((rule) => rule.id === id)?.name,
        device: (id) => registry.get(id)?.name,
        town: () => watch.town().places.find((place) => place.level === 'town')?.code,
      },
    }),
    ...{ log, series, quarantine, pictures, outbox, users, adopt, verifyPassword },
    replay: (request) => replayQuarantine(replayParts, request),
    desk: createCaseDesk({
      store: createCaseStore(db),
      clock,
      loadTown: async () => watch.town(),
    }),
    sessions: stores.sessions,
    audit: stores.audit,
    async readiness() {
      const { failing } = observations.health()
      const troubles = supervised.map((one, index) => {
        const text = one.trouble()
        const { name, connected } = adapters[index] as Adapter
        if (text !== null) return `${name}: ${text}`
        return connected() ? undefined : `${name}: is not connected`
      })
      const problems = [failing && `store: ${failing}`, ...troubles]
      return { problems: problems.filter((text) => typeof text === 'string') }
    },
    async samples() {
      const waiting = await quarantine.list({ state: 'waiting', scope: null, limit: 1000 })
      const { seriesLag, queuedRows } = observations.health()
      const figures = {
        logHead: await log.head(),
        correlatorPosition: correlator.position(),
        quarantineWaiting: waiting.length,
        devices: registry.all().length,
        outboxHead: await outbox.head(),
        uptimeS: Math.round(process.uptime()),
      }
      return [...meters.samples(), ...houseSamples({ ...figures, seriesLag, queuedRows })]
    },
  }

  let server: HttpServer | undefined

  return {
    async start() {
      await observations.start()
      await registry.reload()
      await watch.start()
      await ensureAdmin()
      await correlator.start()
      for (const [index, one] of supervised.entries()) {
        const runs = await one.start()
        // Our own port must be had at once; somebody else's broker may come later.
        const isOwn = adapters[index]?.name === 'mqtt' && config.mqtt.mode === 'embedded'
        if (!runs && isOwn) throw new Error(one.trouble() ?? 'MQTT does not start')
      }
      server = await createHttpServer(
        services,
        {
          secure: config.baseUrl?.startsWith('https:') ?? false,
          origins: config.baseUrl ? [new URL(config.baseUrl).origin] : [],
          screens: join(root, 'dashboard', 'dist'),
          version,
          installation,
        },
        logger,
      )
      await server.app.listen({
        ...config.http,
        listenTextResolver: (address) => `HTTP listens at ${address}`,
      })
    },
    async stop() {
      await Promise.all(supervised.map((one) => one.stop()))
      await watch.stop()
      await server?.app.close()
      await correlator.stop()
      await observations.stop()
      await db.destroy()
    },
    httpPort() {
      const address = server?.app.server.address()
      return address && typeof address === 'object' ? address.port : config.http.port
    },
    async nextSteps() {
      if (watch.town().places.length === 0) {
        return ['There is no town yet. Import one: npx lianxun import examples/town']
      }
      if ((await users.count()) > 0) return []
      return ['Nobody can sign in yet. Add a person: npx lianxun user add NAME --role townAdmin']
    },
    mqttPort: () => adapters.find((adapter) => adapter.port)?.port?.(),
  }
}
