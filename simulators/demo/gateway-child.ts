import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** The gateway as a process of its own, as in real life; its output goes to a log file. */
export interface GatewayChild {
  /** Resolves when /readyz says yes; rejects with the log's end when the process ended before. */
  ready(): Promise<void>
  /** Resolves with a sentence when it ended without being asked to. */
  crashed: Promise<string>
  stop(): Promise<void>
}

export interface GatewayChildOptions {
  main: string
  environment: Record<string, string>
  httpPort: number
  logFile: string
}

const readyWithinMs = 60_000
const pollMs = 150
const stopWithinMs = 12_000
const logLines = 12

/** Settings of the person's own shell must not reach the demo. */
export function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('LIANXUN_')))
}

function endOf(logFile: string): string {
  return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-logLines).join('\n')
}

async function isReady(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`, {
      signal: AbortSignal.timeout(2000),
    })
    return answer.ok
  } catch {
    return false
  }
}

function exitOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal ? `signal ${signal}` : `code ${code}`))
  })
}

export function startGateway(options: GatewayChildOptions): GatewayChild {
  const { main, environment, httpPort, logFile } = options
  // The child writes the file itself: whatever it said is there when it has ended.
  const log = openSync(logFile, 'a')
  const child = spawn(process.execPath, [main], {
    env: { ...withoutSettings(process.env), ...environment },
    stdio: ['ignore', log, log],
    // Ctrl-C reaches the whole group; the gateway is to stop after its devices, so it is told apart.
    detached: true,
  })
  closeSync(log)
  const exited = exitOf(child)
  let isOver = false
  let isWanted = false
  void exited.then(() => {
    isOver = true
  })
  const crashed = new Promise<string>((resolve) => {
    void exited.then((how) => {
      if (isWanted) return
      resolve(`The gateway ended by itself (${how}). The end of ${logFile}:\n${endOf(logFile)}`)
    })
  })
  // Nobody may be left behind when this process ends for a reason nobody foresaw.
  process.once('exit', () => {
    if (!isOver) child.kill('SIGKILL')
  })
  return {
    crashed,
    async ready() {
      const giveUp = Date.now() + readyWithinMs
      while (!(await isReady(httpPort))) {
        if (isOver) throw new Error(await crashed)
        if (Date.now() > giveUp) throw new Error(`the gateway is not ready yet; see ${logFile}`)
        await delay(pollMs)
      }
    },
    async stop() {
      isWanted = true
      if (isOver) return
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), stopWithinMs)
      await exited
      clearTimeout(late)
    },
  }
}
