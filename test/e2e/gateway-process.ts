import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { freePort } from '../support/free-port.ts'
import { copyTemplate } from '../support/templates.ts'

/** The real gateway as a process of its own, with the sample town, on ports that were free. */

const run = promisify(execFile)
const root = new URL('../../', import.meta.url).pathname
const startWithinMs = 60_000
const secretsFile = 'secrets.json'

interface TownSecrets {
  devices: Record<string, string>
  users: Record<string, string>
}

export interface RunningGateway {
  url: string
  mqttUrl: string
  secrets: TownSecrets
  /** Of a first start: what stands in its terminal. */
  startCode(): Promise<string>
  stop(): Promise<void>
  /** As a power cut does. */
  kill(): Promise<void>
  /** Stops it and starts it again on the same data and ports. */
  restart(whileDown?: () => Promise<void>): Promise<void>
}

interface Ports {
  http: number
  mqtt: number
}

interface Said {
  ready: Promise<true>
  /** The one-time code of a first start. */
  startCode: Promise<string>
}

/** What the process says; it is read to the end, so that its pipe never fills. */
function listen(child: ChildProcess): Said {
  if (!child.stdout) throw new Error('the gateway has no output')
  const lines: string[] = []
  const reader = createInterface({ input: child.stdout })
  const find = <T>(read: (line: string) => T | undefined) =>
    new Promise<T>((resolve, reject) => {
      reader.on('line', (line) => {
        const found = read(line)
        if (found !== undefined) resolve(found)
      })
      reader.on('close', () => {
        reject(new Error(`the gateway ended before it was ready:\n${lines.join('\n')}`))
      })
    })
  reader.on('line', (line) => lines.push(line))
  const startCode = find((line) => /one-time code: ([A-Z0-9-]+)$/.exec(line)?.[1])
  // A gateway that was started before has none.
  startCode.catch(() => undefined)
  const ready = find((line) => line.includes('Lianxun is ready') || undefined)
  return { ready, startCode }
}

async function started(child: ChildProcess, { ready }: Said): Promise<void> {
  const timer = setTimeout(() => child.kill('SIGKILL'), startWithinMs)
  try {
    await ready
  } finally {
    clearTimeout(timer)
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}

interface GatewayOptions {
  /** An outside broker instead of the embedded one. */
  mqttUrl?: string
  /** Between the import and the start, for a town that has a past. */
  prepare?: (dataDir: string) => Promise<void>
  /** Where else it may send to, such as `127.0.0.0/8`. */
  networks?: string
  /** Nothing is there yet: no town, nobody who could sign in. */
  isFresh?: boolean
}

/** By the command that people use, into `town` and `secrets.json` of the folder. */
async function importTown(folder: string): Promise<void> {
  const env = { PATH: process.env['PATH'], LIANXUN_DATA_DIR: join(folder, 'town') }
  const secrets = join(folder, secretsFile)
  const args = ['gateway/cli.ts', 'import', 'examples/town', '--secrets-out', secrets]
  await run(process.execPath, args, { cwd: root, env })
}

async function bringTown(folder: string): Promise<TownSecrets> {
  await copyTemplate('town-by-command', importTown, folder)
  return JSON.parse(await readFile(join(folder, secretsFile), 'utf8')) as TownSecrets
}

export async function startGateway({
  mqttUrl,
  prepare,
  networks,
  isFresh = false,
}: GatewayOptions = {}): Promise<RunningGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'lianxun-e2e-'))
  const env = {
    PATH: process.env['PATH'],
    LIANXUN_DATA_DIR: join(folder, 'town'),
    LIANXUN_HTTP_PORT: '0',
    LIANXUN_MQTT_PORT: '0',
    ...(isFresh ? {} : { LIANXUN_ADMIN_PASSWORD: 'lantern-mountain-7' }),
    ...(networks === undefined ? {} : { LIANXUN_CAMERA_NETWORKS: networks }),
    ...(mqttUrl === undefined ? {} : { LIANXUN_MQTT_URL: mqttUrl }),
  }
  const secrets = isFresh ? { devices: {}, users: {} } : await bringTown(folder)
  await prepare?.(env.LIANXUN_DATA_DIR)

  async function launch(ports: Ports): Promise<[ChildProcess, Said]> {
    const child = spawn(process.execPath, ['gateway/main.ts'], {
      cwd: root,
      env: { ...env, LIANXUN_HTTP_PORT: String(ports.http), LIANXUN_MQTT_PORT: String(ports.mqtt) },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const said = listen(child)
    await started(child, said)
    return [child, said]
  }

  // Its own for as long as the test runs, also while the gateway is away.
  const ports = { http: await freePort(), mqtt: await freePort() }
  let [child, said] = await launch(ports)
  return {
    url: `http://127.0.0.1:${ports.http}`,
    mqttUrl: mqttUrl ?? `mqtt://127.0.0.1:${ports.mqtt}`,
    secrets,
    startCode: () => said.startCode,
    async kill() {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
    async restart(whileDown) {
      await end(child)
      await whileDown?.()
      ;[child, said] = await launch(ports)
    },
    async stop() {
      await end(child)
      await rm(folder, { recursive: true, force: true })
    },
  }
}
