import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createAdapters } from '../adapters/registry.ts'
import type { Device } from '../gateway/domain/device.ts'
import { createIngest } from '../gateway/pipeline/accept.ts'
import type { DeviceRegistry } from '../gateway/ports/device-registry.ts'
import { createObservationStore } from '../gateway/storage/observation-store.ts'
import { createPictureFiles } from '../gateway/storage/picture-files.ts'
import { hashSecret, verifyHash } from '../gateway/storage/secrets.ts'
import type { Login } from './packets.ts'

/**
 * The accept path alone, in a process of its own: broker, decoding, log and time series, without
 * rules and screens. Shows what the rest of the gateway costs.
 */
export interface HostSettings {
  folder: string
  port: number
  logins: Login[]
}

function createRegistry(logins: readonly Login[]): DeviceRegistry {
  const key = Buffer.alloc(32, 7)
  const devices = new Map<string, Device>()
  const hashes = new Map<string, Buffer>()
  for (const { id, village, secret } of logins) {
    devices.set(id, {
      id,
      name: id,
      kind: 'airStation',
      village,
      grid: null,
      position: [106.7, 29.2],
      adapter: 'mqtt',
      address: null,
      headingDeg: null,
      fieldOfViewDeg: null,
      state: 'active',
    })
    hashes.set(id, Buffer.from(hashSecret(key, secret), 'base64'))
  }
  return {
    get: (id) => devices.get(id),
    all: () => [...devices.values()],
    verifySecret: (id, secret) => verifyHash(key, secret, hashes.get(id)),
  }
}

async function host({ folder, port, logins }: HostSettings): Promise<void> {
  const directory = join(folder, 'accept-only')
  await mkdir(directory, { recursive: true })
  const clock = { now: () => Date.now(), monotonic: () => performance.now() }
  const store = createObservationStore({ directory, timeZone: 'Asia/Shanghai', clock })
  const devices = createRegistry(logins)
  const { log, quarantine } = store
  const adapters = createAdapters(
    { mqtt: { mode: 'embedded', host: '127.0.0.1', port } },
    {
      ingest: createIngest({ log, quarantine, devices, clock }),
      devices,
      pictures: createPictureFiles(join(directory, 'pictures')),
      clock,
      meter: { count: () => undefined },
      log: { info: () => undefined, warn: (text) => console.error(text) },
    },
  )
  await store.start()
  for (const adapter of adapters) await adapter.start()
  process.send?.('ready')
  process.once('SIGTERM', () => {
    const stopped = Promise.all(adapters.map((adapter) => adapter.stop()))
    void stopped.then(() => store.stop()).then(() => process.exit(0))
  })
}

process.once('message', (settings: HostSettings) => void host(settings))
