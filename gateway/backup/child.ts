import { fork } from 'node:child_process'
import { once } from 'node:events'
import { StoreError } from '../domain/errors.ts'
import type { BackupOrders, BackupReport } from './backup-process.ts'

export interface BackupRun {
  /** Rejects when it failed or was stopped. */
  done: Promise<{ bytes: number }>
  /** Resolves when the process is gone. */
  stop(): Promise<void>
}

/** Starts `backup-process.ts`. */
export function runBackupProcess(
  orders: BackupOrders,
  progress: (done: number) => void,
): BackupRun {
  const child = fork(new URL('./backup-process.ts', import.meta.url), {
    execArgv: [],
    // It needs no setting; some of them are secrets.
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const done = new Promise<{ bytes: number }>((resolve, reject) => {
    child.on('message', (message) => {
      const report = message as BackupReport
      if ('progress' in report) progress(report.progress)
      else if ('done' in report) resolve(report.done)
      else reject(new StoreError(report.failed.message))
    })
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      reject(new StoreError(`The backup's process ended before it was done (${signal ?? code}).`))
    })
  })
  const gone = once(child, 'exit')
  gone.catch(() => undefined)
  child.send(orders, () => undefined)
  return {
    done,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await gone
    },
  }
}
