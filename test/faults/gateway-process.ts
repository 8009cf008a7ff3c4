import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'

const root = path.join(import.meta.dirname, '../..')

/** The real gateway as a process that can be killed. */
export interface GatewayProcess {
  readyMs: number
  /** So much of it other processes had the cores; 0 where the system does not tell. */
  crowdedMs: number
  http: number
  /** Resolves when the process is gone. */
  kill(signal: NodeJS.Signals): Promise<void>
}

export type Settings = Record<string, string>

function environment(settings: Settings): NodeJS.ProcessEnv {
  // The streams of these tests are a few devices that send as fast as they can.
  return { PATH: process.env.PATH, LIANXUN_DEVICE_RATE: '0', ...settings }
}

export async function startGateway(settings: Settings): Promise<GatewayProcess> {
  const begun = performance.now()
  const child = spawn(process.execPath, ['gateway/main.ts'], {
    cwd: root,
    env: environment(settings),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const http = await saysReady(child)
  return {
    readyMs: performance.now() - begun,
    crowdedMs: waitedForCore(child),
    http,
    kill: async (signal) => {
      child.kill(signal)
      await gone
    },
  }
}

function waitedForCore(child: ChildProcess): number {
  try {
    const [, waitedNs] = readFileSync(`/proc/${child.pid}/schedstat`, 'utf8').split(' ')
    return Number(waitedNs) / 1e6
  } catch {
    return 0
  }
}

/** Resolves with the port that it says it listens at. */
function saysReady(child: ChildProcess): Promise<number> {
  let output = ''
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output = `${output}${chunk.toString()}`.slice(-20_000)
      const line = /^.*Lianxun is ready.*\n/m.exec(output)?.[0]
      if (line !== undefined) resolve((JSON.parse(line) as { http: number }).http)
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.once('close', (code) => reject(new Error(`the gateway ended (${code}):\n${output}`)))
  })
}

export function runCli(args: readonly string[], settings: Settings): Promise<void> {
  const child = spawn(process.execPath, ['gateway/cli.ts', ...args], {
    cwd: root,
    env: environment(settings),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  child.stderr.on('data', (chunk) => {
    output += chunk
  })
  return new Promise((resolve, reject) => {
    child.once('close', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`lianxun ${args.join(' ')} ended with ${code}:\n${output}`))
    })
  })
}
