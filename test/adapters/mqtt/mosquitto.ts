import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { accessSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { freePort } from '../../support/free-port.ts'
import { until } from './kit.ts'

/** Debian's Mosquitto, the other implementation: as the outside broker and as its command-line clients. */
const daemon = '/usr/sbin/mosquitto'
const tools = ['/usr/bin/mosquitto_pub', '/usr/bin/mosquitto_sub', daemon]

/** In CI a missing Mosquitto is a failure; elsewhere its suites are skipped and say so. */
export function lacksMosquitto(suite: string): boolean {
  const isMissing = !tools.every(isThere)
  if (!isMissing) return false
  const advice = 'apt-get install mosquitto mosquitto-clients'
  if (process.env.CI === 'true') throw new Error(`${suite} needs Mosquitto: ${advice}`)
  console.log(`skipped: ${suite} needs Mosquitto (${advice})`)
  return true
}

function isThere(file: string): boolean {
  try {
    accessSync(file)
    return true
  } catch {
    return false
  }
}

export interface Mosquitto {
  url: string
  port: number
  kill(signal: NodeJS.Signals): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}

export interface MosquittoOptions {
  /** More lines of mosquitto.conf. */
  config?: readonly string[]
  password?: { user: string; secret: string }
}

export async function startMosquitto(options: MosquittoOptions = {}): Promise<Mosquitto> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'lianxun-mosquitto-'))
  const port = await freePort()
  const file = path.join(directory, 'mosquitto.conf')
  const passwords = path.join(directory, 'passwords')
  const { password, config = [] } = options
  if (password !== undefined) {
    execFileSync('mosquitto_passwd', ['-b', '-c', passwords, password.user, password.secret])
  }
  const lines = [
    `listener ${port} 127.0.0.1`,
    password === undefined ? 'allow_anonymous true' : `password_file ${passwords}`,
    // As root it would otherwise become a user that cannot read its own directory here.
    ...(process.getuid?.() === 0 ? ['user root'] : []),
    'persistence true',
    `persistence_location ${directory}/`,
    'autosave_on_changes true',
    'autosave_interval 1',
    ...config,
  ]
  writeFileSync(file, `${lines.join('\n')}\n`)
  let child: ChildProcess | undefined

  async function start(): Promise<void> {
    child = spawn(daemon, ['-c', file], { stdio: 'ignore' })
    await until('Mosquitto to listen', () => answers(port))
  }

  async function kill(signal: NodeJS.Signals): Promise<void> {
    const dying = child
    if (dying === undefined || dying.exitCode !== null || dying.signalCode !== null) return
    const gone = new Promise((resolve) => dying.once('exit', resolve))
    dying.kill(signal)
    await gone
  }

  async function stop(): Promise<void> {
    await kill('SIGKILL')
    await rm(directory, { recursive: true, force: true })
  }

  await start()
  const login = password === undefined ? '' : `${password.user}:${password.secret}@`
  return { url: `mqtt://${login}127.0.0.1:${port}`, port, kill, start, stop }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

export interface ToolResult {
  code: number | null
  output: string
}

/** Runs mosquitto_pub or mosquitto_sub to its end. */
export function runTool(
  name: 'mosquitto_pub' | 'mosquitto_sub',
  args: readonly string[],
): Promise<ToolResult> {
  const child = spawn(name, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  child.stderr.on('data', (chunk) => {
    output += chunk
  })
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })))
}
