import { type ChildProcess, spawn } from 'node:child_process'
import { type Framer, FramerError, type Part } from './framer.ts'

/**
 * One ffmpeg. It is told to end, and made to when it does not; it ends by itself when we are gone,
 * because then both the door it reads from and the pipe it writes to are broken.
 */

const endWithinMs = 2_000
const mostSaidBytes = 4_000

export interface RelayProcess {
  /** Undefined: it could not be started. */
  readonly pid: number | undefined
  /** Why it ended; the text is for the log. Resolves once the process is gone. */
  ended: Promise<{ why: 'ended' | 'notH264' | 'broken' | 'missing'; text: string }>
  stop(): Promise<void>
}

export interface RelayProcessOptions {
  command?: string
  arguments: string[]
  framer: Framer
  hear: (part: Part) => void
}

export function startRelayProcess(options: RelayProcessOptions): RelayProcess {
  const { command = 'ffmpeg', framer, hear } = options
  const child = spawn(command, options.arguments, {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Neither keys nor proxies of ours.
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
  })
  const { promise, resolve } = Promise.withResolvers<{ code: string }>()
  let said = ''
  let why: 'ended' | 'notH264' | 'broken' | 'missing' = 'ended'

  child.stdout.on('data', (chunk: Buffer) => {
    if (why !== 'ended') return
    try {
      for (const part of framer.push(chunk)) hear(part)
    } catch (error) {
      why = error instanceof FramerError ? error.why : 'broken'
      child.kill('SIGKILL')
    }
  })
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('latin1')).slice(-mostSaidBytes)
  })
  child.once('error', (error) => {
    why = 'missing'
    resolve({ code: error.message })
  })
  child.once('close', (code, signal) => resolve({ code: String(signal ?? code) }))

  return {
    pid: child.pid,
    ended: promise.then(({ code }) => ({ why, text: `${code} ${lastLine(said)}`.trim() })),
    async stop() {
      await endChild(child, promise)
    },
  }
}

async function endChild(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  // Asked first: then it takes leave of the camera, which may allow few at a time.
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), endWithinMs)
  await ended
  clearTimeout(late)
}

function lastLine(said: string): string {
  return said.trim().split('\n').at(-1)?.slice(0, 300) ?? ''
}
