import { join } from 'node:path'
import { createCameras } from './compose/cameras.ts'
import { createClocks } from './compose/clocks.ts'
import { createDisk } from './compose/disk.ts'
import { createExchange } from './compose/exchange.ts'
import { createBackups, createHealthPage } from './compose/health-page.ts'
import { type ComposeParts, createStores, type House, openHouse } from './compose/house.ts'
import { createJudgement, ensureAdmin } from './compose/judgement.ts'
import { createLive } from './compose/live.ts'
import { createNotices } from './compose/notices.ts'
import { createPatrols } from './compose/patrols.ts'
import { createRetention } from './compose/retention.ts'
import { createServices } from './compose/services.ts'
import { createWays, type Ways } from './compose/ways.ts'
import type { Config } from './config/config.ts'
import { createHttpServer, type HttpServer } from './http/server.ts'
import type { HttpServices } from './http/services.ts'
import type { SecureListener } from './ports/tls.ts'
import { ensureHouseRules } from './storage/house-rules.ts'
import { productVersion } from './version.ts'

/**
 * The only place that builds concretes and ties them together, in the order of `compose/`: the
 * house (files and key) and its stores, the ways in, rules and town, what routes may ask.
 */

const root = join(import.meta.dirname, '..')

export interface Gateway {
  start(): Promise<void>
  /** Drains: first no new messages, then what was accepted is evaluated, then the files close. */
  stop(): Promise<void>
  httpPort(): number
  /** Undefined with an outside broker. */
  mqttPort(): number | undefined
  /** Both undefined without a certificate. */
  httpsPort(): number | undefined
  mqttsPort(): number | undefined
  /**
   * What a new installation still lacks, as sentences for the person who started it; a one-time
   * code may be in them. `address` is the gateway's own, without a trailing slash.
   */
  nextSteps(address: string): Promise<string[]>
}

function listenText(address: string): string {
  return `HTTP listens at ${address}`
}

interface Listeners {
  server: HttpServer
  secure: SecureListener | undefined
}

async function listen(house: House, services: HttpServices): Promise<Listeners> {
  const { config, installation, logger, tls } = house
  let secure: SecureListener | undefined
  const options = {
    secure: config.baseUrl?.startsWith('https:') ?? false,
    transport: { httpsPort: () => secure?.port(), baseUrl: config.baseUrl },
    trustedProxies: config.trustedProxies,
    origins: config.baseUrl ? [new URL(config.baseUrl).origin] : [],
    screens: join(root, 'dashboard', 'dist'),
    version: productVersion(),
    installation,
  }
  const server = await createHttpServer(services, options, logger)
  await server.app.listen({ ...config.http, listenTextResolver: listenText })
  const secureOptions = {
    host: config.http.host,
    port: config.tls.httpsPort,
    maxConnections: server.app.server.maxConnections,
    asksForCertificate: false,
  }
  // The same server speaks over these connections, so its limits and its end are theirs.
  secure = await tls?.listen(secureOptions, (socket) =>
    server.app.server.emit('connection', socket),
  )
  return { server, secure }
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
  const clocks = createClocks(house, judgement)
  const backups = createBackups(house)
  const notices = createNotices(house, stores, ways, () => judgement.watch.town())
  const { deliveries } = notices
  const disk = createDisk(house, stores, ways)
  const health = createHealthPage(house, {
    stores,
    ways,
    judgement,
    clocks,
    backups,
    deliveries,
    disk,
  })
  const live = createLive(house, ways)
  const cameras = createCameras(house, stores, ways, { watch: judgement.watch, live })
  const patrols = createPatrols(house, stores, ways, { watch: judgement.watch })
  const exchange = createExchange(house, stores)
  const services = createServices(house, stores, ways, {
    ...judgement,
    clocks,
    backups,
    health,
    exchange,
    disk,
    notices,
    live,
    cameras,
    patrols,
  })
  const retention = createRetention(house, stores, patrols)
  const { watch, correlator } = judgement
  let server: HttpServer | undefined
  let secure: SecureListener | undefined

  return {
    async start() {
      await stores.observations.start()
      await stores.series.start()
      await stores.devices.reload()
      await stores.cameraBook.reload()
      await stores.calibrations.reload()
      // Before the town is read, so that the rules that come with it are there from the first.
      await stores.eventMappings.ensureDefaults()
      await ensureHouseRules(house.db)
      await watch.start()
      await ensureAdmin(house, stores, watch)
      // Before anything new happens: it reads from where the timelines end now.
      await notices.notifier.start()
      await correlator.start()
      await patrols.readers.start()
      clocks.start()
      await startWays(house, ways)
      ways.probe.start()
      await backups.start()
      await disk.watch.start()
      await health.start()
      await live.start()
      await cameras.start()
      await patrols.start()
      await exchange.imports.start()
      ;({ server, secure } = await listen(house, services))
      retention.start()
    },
    async stop() {
      const backupEnd = backups.stop()
      const noticesEnd = notices.notifier.stop()
      await live.stop()
      await cameras.stop()
      await patrols.stop()
      await ways.probe.stop()
      await Promise.all(ways.supervised.map(({ way }) => way.stop()))
      await watch.stop()
      const secureEnd = secure?.stop()
      await server?.app.close()
      secure?.cut()
      await secureEnd
      await house.tls?.stop()
      await exchange.imports.stop()
      await retention.stop()
      await health.stop()
      await disk.watch.stop()
      await backupEnd
      await clocks.stop()
      await correlator.stop()
      await patrols.readers.stop()
      await stores.series.stop()
      await stores.observations.stop()
      await stores.eventMappings.stop()
      await noticesEnd
      await house.db.destroy()
      house.lock.release()
    },
    httpPort() {
      const address = server?.app.server.address()
      return address && typeof address === 'object' ? address.port : config.http.port
    },
    httpsPort: () => secure?.port(),
    mqttPort: () => ways.adapters.map((adapter) => adapter.port?.()).find((port) => port),
    mqttsPort: () => ways.adapters.map((adapter) => adapter.securePort?.()).find((port) => port),
    async nextSteps(address) {
      const { firstStart } = services
      if (await firstStart.isNeeded()) {
        return [`Open ${address}/setup and type this one-time code: ${firstStart.code()}`]
      }
      if (watch.town().places.length > 0) return []
      return ['There is no town yet. Import one: bin/lianxun.mjs import examples/town']
    },
  }
}
