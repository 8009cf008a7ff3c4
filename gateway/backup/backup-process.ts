import os from 'node:os'
import { writeBackup } from './write-backup.ts'

/**
 * One backup in a process of its own, with the least priority: the gateway's threads keep their
 * latency, and whatever goes wrong here ends here.
 */

export interface BackupOrders {
  dataDir: string
  backupDir: string
  file: string
  productVersion: string
  now: number
}

export type BackupReport =
  | { progress: number }
  | { done: { bytes: number } }
  | { failed: { message: string } }

const lowestPriority = 19

function report(text: BackupReport): Promise<void> {
  return new Promise((resolve) => process.send?.(text, () => resolve()))
}

async function run(orders: BackupOrders): Promise<void> {
  let told = 0
  try {
    const { bytes } = await writeBackup({
      ...orders,
      progress(progress) {
        if (progress - told < 0.01) return
        told = progress
        void report({ progress })
      },
    })
    await report({ done: { bytes } })
  } catch (error) {
    await report({ failed: { message: error instanceof Error ? error.message : String(error) } })
  }
  process.exit()
}

// A gateway that died wants no backup; what lies aside is removed at its next start.
process.on('disconnect', () => process.exit(1))
process.once('message', (orders) => {
  os.setPriority(lowestPriority)
  void run(orders as BackupOrders)
})
