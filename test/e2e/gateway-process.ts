import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { freePort } from '../support/free-port.ts'

/** The real gateway as a process of its own, with the sample town, on ports that were free. */

const run = promisify(execFile)
const root = new URL('../../', import.meta.url).pathname
const startWithinMs = 60_000

interface TownSecrets {
  devices: Record<string, string>
  users: Record<string, string>
}

export interface RunningGateway {
  url: string
  mqttUrl: string
  secrets: TownSecrets
  stop(): Promise<void>
  /** Stops it and starts it again on the same data and ports. */
  restart(whileDown?: () => Promise<void>): Promise<void>
}

interface Ports {
  http: number
  mqtt: number
}

async function started(child: ChildProcess): Promise<void> {
  const lines: string[] = []
  const timer = setTimeout(() => child.kill('SIGKILL'), startWithinMs)
  try {
    if (!child.stdout) throw new Error('the gateway has no output')
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line)
      if (line.includes('Lianxun is ready')) return
    }
    throw new Error(`the gateway ended before it was ready:\n${lines.join('\n')}`)
  } finally {
    clearTimeout(timer)
    // Nobody reads on; a full pipe would hold the gateway up.
    child.stdout?.resume()
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
}

export async function startGateway({
  mqttUrl,
  prepare,
}: GatewayOptions = {}): Promise<RunningGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'lianxun-e2e-'))
  const secretsFile = join(folder, 'secrets.json')
  const env = {
    PATH: process.env['PATH'],
    LIANXUN_DATA_DIR: join(folder, 'town'),
    LIANXUN_HTTP_PORT: '0',
    LIANXUN_MQTT_PORT: '0',
    LIANXUN_ADMIN_PASSWORD: 'lantern-mountain-7',
    ...(mqttUrl === undefined ? {} : { LIANXUN_MQTT_URL: mqttUrl }),
  }
  await run(
    process.execPath,
    ['gateway/cli.ts', 'import', 'examples/town', '--secrets-out', secretsFile],
    { cwd: root, env },
  )
  await prepare?.(env.LIANXUN_DATA_DIR)
  const secrets = JSON.parse(await readFile(secretsFile, 'utf8')) as TownSecrets

  async function launch(ports: Ports): Promise<ChildProcess> {
    const child = spawn(process.execPath, ['gateway/main.ts'], {
      cwd: root,
      env: { ...env, LIANXUN_HTTP_PORT: String(ports.http), LIANXUN_MQTT_PORT: String(ports.mqtt) },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await started(child)
    return child
  }

  // Its own for as long as the test runs, also while the gateway is away.
  const ports = { http: await freePort(), mqtt: await freePort() }
  let child = await launch(ports)
  return {
    url: `http://127.0.0.1:${ports.http}`,
    mqttUrl: mqttUrl ?? `mqtt://127.0.0.1:${ports.mqtt}`,
    secrets,
    async restart(whileDown) {
      await end(child)
      await whileDown?.()
      child = await launch(ports)
    },
    async stop() {
      await end(child)
      await rm(folder, { recursive: true, force: true })
    },
  }
}
