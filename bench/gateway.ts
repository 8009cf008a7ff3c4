import { type ChildProcess, spawn } from 'node:child_process'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Broker } from './floors.ts'
import type { Login } from './packets.ts'
import { freePort, stopProcess, untilListening } from './processes.ts'

/**
 * The real gateway in a process of its own: the sample town with more devices, imported with
 * secrets, rules running. One device in ten is an air station (whose rule looks at all its
 * neighbours), the others are smoke sensors.
 */

const root = join(import.meta.dirname, '..')
const main = join(root, 'gateway', 'main.ts')
const cli = join(root, 'gateway', 'cli.ts')

export const admin = { username: 'admin', password: 'Bench-liang-2026-patrol' }

const villages = Array.from({ length: 8 }, (_, i) => `99010110120${i + 1}`)

/** Devices of the benchmark; every run of one benchmark takes others, so that none repeats a time. */
export function benchLogins(count: number): Login[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `bench-${i}`,
    village: villages[i % villages.length] as string,
    secret: `bench-secret-${i}-0123456789`,
    property: i % 10 === 0 ? 'pm25' : 'smoke',
  }))
}

/** Devices stand where the sample's first device of their village stands. */
async function writeTown(folder: string, logins: readonly Login[]): Promise<void> {
  const sample = join(root, 'examples', 'town')
  await cp(sample, folder, { recursive: true })
  const lines = (await readFile(join(sample, 'devices.csv'), 'utf8')).trim().split('\n')
  const places = new Map<string, string[]>()
  for (const line of lines.slice(1).toReversed()) {
    const cells = line.split(',')
    places.set(cells[3] ?? '', cells.slice(4, 6))
  }
  const rows = logins.map(({ id, village, secret, property }) => {
    const kind = property === 'pm25' ? 'airStation' : 'smokeSensor'
    const [lon, lat] = places.get(village) ?? []
    return [id, id, kind, village, lon, lat, 'mqtt', secret].join(',')
  })
  const header = 'id,name,kind,village,lon,lat,adapter,secret'
  await writeFile(join(folder, 'devices.csv'), `${[header, ...rows].join('\n')}\n`)
}

async function runToEnd(args: string[], env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'inherit'] })
  const code = await new Promise((resolve) => child.once('exit', resolve))
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${String(code)}`)
}

export interface RunningGateway extends Broker {
  pid: number
  http: string
}

/** What one run of the gateway is told, with the town in its house already. */
export interface Prepared {
  /** Its data directory. */
  house: string
  ports: { mqtt: number; http: number }
  env: NodeJS.ProcessEnv
}

/** A house with this town in it. */
export async function importedGateway(
  folder: string,
  town: string,
  settings: Record<string, string> = {},
): Promise<Prepared> {
  const ports = { mqtt: await freePort(), http: await freePort() }
  const house = join(folder, 'house')
  const env = {
    ...process.env,
    LIANXUN_DATA_DIR: house,
    LIANXUN_MQTT_PORT: String(ports.mqtt),
    LIANXUN_HTTP_PORT: String(ports.http),
    // What one device may send is a rule of the town's, not a bound of the machine's.
    LIANXUN_DEVICE_RATE: '0',
    LIANXUN_ADMIN_PASSWORD: admin.password,
    ...settings,
  }
  await runToEnd([cli, 'import', town, '--secrets-out', join(folder, 'secrets')], env)
  return { house, ports, env }
}

/** `change` may write other files into the town before it is imported. */
export async function prepareGateway(
  folder: string,
  logins: readonly Login[],
  change: (town: string) => Promise<void> = async () => {},
): Promise<Prepared> {
  const town = join(folder, 'town')
  await mkdir(town, { recursive: true })
  await writeTown(town, logins)
  await change(town)
  return importedGateway(folder, town)
}

export async function runGateway(
  { ports, env }: Prepared,
  nodeArgs: readonly string[] = [],
): Promise<RunningGateway> {
  const child: ChildProcess = spawn(process.execPath, [...nodeArgs, main], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  try {
    await untilListening(ports.http, child)
  } catch (error) {
    await stopProcess(child)
    throw error
  }
  const http = `http://127.0.0.1:${ports.http}`
  return { port: ports.mqtt, http, pid: child.pid ?? 0, stop: () => stopProcess(child) }
}

export async function startGateway(
  folder: string,
  logins: readonly Login[],
): Promise<RunningGateway> {
  return runGateway(await prepareGateway(folder, logins))
}
