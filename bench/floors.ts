import { type ChildProcess, spawn } from 'node:child_process'
import { fdatasyncSync, openSync, writeSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort, stopProcess, untilListening } from './processes.ts'

/** What this machine can do at best, measured in the same run as what is compared with it. */

/** fdatasync of 4 KB appends, per second. */
export function syncRate(folder: string, measureMs: number): number {
  const file = openSync(join(folder, 'floor'), 'w')
  const block = Buffer.alloc(4096, 1)
  const start = performance.now()
  let count = 0
  while (performance.now() - start < measureMs) {
    writeSync(file, block)
    fdatasyncSync(file)
    count += 1
  }
  return (count / (performance.now() - start)) * 1000
}

export interface Broker {
  port: number
  stop(): Promise<void>
}

/** Mosquitto as it comes: nothing is written to the disk before a message is acknowledged. */
export async function startMosquitto(folder: string): Promise<Broker> {
  const port = await freePort()
  const file = join(folder, 'mosquitto.conf')
  const lines = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    'persistence false',
    'log_type none',
  ]
  await writeFile(file, `${lines.join('\n')}\n`)
  const child: ChildProcess = spawn('/usr/sbin/mosquitto', ['-c', file], { stdio: 'ignore' })
  child.once('error', () => undefined)
  await untilListening(port, child)
  return { port, stop: () => stopProcess(child) }
}
