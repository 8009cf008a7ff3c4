import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import { runCli, type Settings } from '../faults/gateway-process.ts'
import { freePort } from './free-port.ts'
import { type Answer, ask, type Question } from './raw-http.ts'

/** The real gateway as a process, with the sample town, its people and its devices. */

const root = path.join(import.meta.dirname, '../..')
const readyWithinMs = 30_000

export const villageA = '990101101201'
export const villageB = '990101101202'

export interface Person {
  cookie: string
  get(url: string, headers?: Record<string, string>): Promise<Answer>
  send(method: string, url: string, body?: unknown): Promise<Answer>
}

export interface TownGateway {
  settings: Settings
  dataDir: string
  secrets: { devices: Record<string, string>; users: Record<string, string> }
  http: number
  mqtt: number
  /** All that the process ever wrote, over all its lives. */
  output(): string
  /** Resident memory in bytes. */
  memory(): Promise<number>
  ask(url: string, question?: Question): Promise<Answer>
  /** Signs in once per name. */
  as(username: string): Promise<Person>
  device(id: string, village: string, options?: IClientOptions): Promise<DeviceClient>
  start(): Promise<void>
  end(signal: NodeJS.Signals): Promise<{ code: number | null; tookMs: number }>
  remove(): Promise<void>
}

export interface DeviceClient {
  client: MqttClient
  /** Resolves when the gateway acknowledged. */
  say(channel: string, payload: string | Buffer): Promise<void>
  leave(): Promise<void>
}

export interface TownGatewayOptions {
  /** Instead of a new folder; it is left behind. */
  dataDir?: string
  settings?: Settings
  /** Changes the town's files before they are imported. */
  prepare?: (folder: string) => Promise<void>
}

export async function importTown(settings: Settings, { prepare }: TownGatewayOptions = {}) {
  const aside = await mkdtemp(path.join(tmpdir(), 'lianxun-town-'))
  const folder = path.join(aside, 'town')
  const secretsFile = path.join(aside, 'secrets.json')
  await cp(path.join(root, 'examples/town'), folder, { recursive: true })
  await prepare?.(folder)
  await runCli(['import', folder, '--secrets-out', secretsFile], settings)
  // A second import finds its devices and people and makes no secrets.
  const text = await readFile(secretsFile, 'utf8').catch(() => '{"devices":{},"users":{}}')
  const secrets = JSON.parse(text) as TownGateway['secrets']
  await rm(aside, { recursive: true, force: true })
  return secrets
}

function readyLine(child: ChildProcess, output: () => string): Promise<{ http: number }> {
  const from = output().length
  return new Promise((resolve, reject) => {
    const tooLong = setTimeout(() => child.kill('SIGKILL'), readyWithinMs)
    child.stdout?.on('data', () => {
      const line = /^.*Lianxun is ready.*\n/m.exec(output().slice(from))?.[0]
      if (line === undefined) return
      clearTimeout(tooLong)
      resolve(JSON.parse(line) as { http: number })
    })
    child.once('close', (code) => reject(new Error(`the gateway ended (${code}):\n${output()}`)))
  })
}

export async function signIn(
  http: () => number,
  { username, password }: { username: string; password: string },
): Promise<Person> {
  const answer = await ask(http(), '/api/v1/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  })
  if (answer.status !== 200) throw new Error(`${username} cannot sign in: ${answer.text}`)
  const cookie = (answer.headers['set-cookie']?.[0] ?? '').split(';')[0] as string
  return {
    cookie,
    get: (url, headers) => ask(http(), url, { headers: { cookie, ...headers } }),
    send: (method, url, body) =>
      ask(http(), url, {
        method,
        headers: {
          cookie,
          'x-lianxun': '1',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
  }
}

async function createTownGateway(options: TownGatewayOptions = {}): Promise<TownGateway> {
  const ownDir = options.dataDir === undefined
  const dataDir = options.dataDir ?? (await mkdtemp(path.join(tmpdir(), 'lianxun-gateway-')))
  const settings: Settings = {
    LIANXUN_DATA_DIR: dataDir,
    LIANXUN_HTTP_PORT: '0',
    LIANXUN_MQTT_PORT: String(await freePort()),
    // The streams of these tests are a few devices that send as fast as they can.
    LIANXUN_DEVICE_RATE: '0',
    ...options.settings,
  }
  const secrets = await importTown(settings, options)
  const people = new Map<string, Promise<Person>>()
  let said = ''
  let http = 0
  let child: ChildProcess | undefined

  const house: TownGateway = {
    settings,
    dataDir,
    secrets,
    mqtt: Number(settings.LIANXUN_MQTT_PORT),
    get http() {
      return http
    },
    output: () => said,
    async memory() {
      const status = await readFile(`/proc/${child?.pid}/status`, 'utf8')
      return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024
    },
    ask: (url, question) => ask(http, url, question),
    as(username) {
      const password = secrets.users[username] ?? ''
      const person = people.get(username) ?? signIn(() => http, { username, password })
      people.set(username, person)
      return person
    },
    async device(id, village, more = {}) {
      const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${settings.LIANXUN_MQTT_PORT}`, {
        clientId: id,
        username: id,
        password: secrets.devices[id] ?? '',
        reconnectPeriod: 100,
        ...more,
      })
      client.on('error', () => {})
      return {
        client,
        say: async (channel, payload) => {
          await client.publishAsync(`lianxun/${village}/${id}/${channel}`, payload, { qos: 1 })
        },
        leave: () => client.endAsync(true),
      }
    },
    async start() {
      const started = spawn(process.execPath, ['gateway/main.ts'], {
        cwd: root,
        env: { PATH: process.env.PATH, ...settings },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      child = started
      for (const output of [started.stdout, started.stderr]) {
        output.on('data', (chunk: Buffer) => {
          said += chunk.toString()
        })
      }
      http = (await readyLine(started, () => said)).http
    },
    async end(signal) {
      const ending = child
      if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) {
        return { code: ending?.exitCode ?? null, tookMs: 0 }
      }
      const begun = performance.now()
      // Closed, not only ended: all that it wrote is in `output` by then.
      const gone = once(ending, 'close') as Promise<[number | null]>
      ending.kill(signal)
      const [code] = await gone
      return { code, tookMs: performance.now() - begun }
    },
    async remove() {
      await house.end('SIGKILL')
      if (ownDir) await rm(dataDir, { recursive: true, force: true })
    },
  }
  return house
}

/** Imported, started and ready. */
export async function openTownGateway(options: TownGatewayOptions = {}): Promise<TownGateway> {
  const gateway = await createTownGateway(options)
  try {
    await gateway.start()
  } catch (error) {
    await gateway.remove()
    throw error
  }
  return gateway
}
