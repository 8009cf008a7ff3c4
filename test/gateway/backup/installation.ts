import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { writeBackup } from '../../../gateway/backup/write-backup.ts'
import { openDatabase } from '../../../gateway/storage/database.ts'
import { createPictureFiles } from '../../../gateway/storage/picture-files.ts'
import { loadInstallationKey } from '../../../gateway/storage/secrets.ts'
import { createUploadParts } from '../../../gateway/storage/upload-parts.ts'
import { createVoiceFiles } from '../../../gateway/storage/voice-files.ts'
import { createSeriesHouse } from '../../support/series-house.ts'

/** A data directory with something of every kind in it, made by the gateway's own parts. */

export const version = '1.2.0'
export const madeAt = Date.UTC(2026, 0, 31, 2, 30)
export const readings = 3000

const clock = { now: () => madeAt, monotonic: () => performance.now() }

export interface Installation {
  /** Everything lies in it: remove it at the end. */
  root: string
  dataDir: string
}

export async function makeInstallation(): Promise<Installation> {
  const root = await mkdtemp(path.join(tmpdir(), 'lianxun-backup-'))
  const dataDir = path.join(root, 'data')
  const db = await openDatabase(path.join(dataDir, 'lianxun.db'))
  await db.insertInto('counter').values({ name: 'cases', value: 41 }).execute()
  await db
    .insertInto('audit')
    .values([1, 2, 3].map((n) => ({ at: n, actor: null, act: 'test', subject: `n:${n}` })))
    .execute()
  await db.destroy()
  await loadInstallationKey(dataDir)
  await fillLog(dataDir)
  const pictures = createPictureFiles(path.join(dataDir, 'pictures'), clock.now)
  for (const sign of ['one', 'two']) await pictures.put(Buffer.from(`jpeg ${sign}`.repeat(300)))
  const voices = createVoiceFiles(path.join(dataDir, 'voices'), clock.now)
  await voices.put(Buffer.from('what somebody said'.repeat(300)))
  const begun = { sha256: 'a'.repeat(64), by: 'u1' }
  const parts = createUploadParts(path.join(dataDir, 'uploads'))
  await parts.append(begun, 0, Buffer.from('the beginning of a photo'))
  await mkdir(path.join(dataDir, 'tls'))
  await writeFile(path.join(dataDir, 'tls', 'server.key'), 'PEM', { mode: 0o600 })
  // Belong to no backup.
  await mkdir(path.join(dataDir, 'backups'))
  await writeFile(path.join(dataDir, 'backups', 'old.tar'), 'old')
  await mkdir(path.join(dataDir, 'before-restore-20250101T000000Z'))
  await writeFile(path.join(dataDir, 'before-restore-20250101T000000Z', 'lianxun.db'), 'old')
  return { root, dataDir }
}

async function fillLog(directory: string): Promise<void> {
  const store = createSeriesHouse({ directory, clock })
  await store.start()
  await store.log.append(
    Array.from({ length: readings }, (_, i) => ({
      kind: 'reading' as const,
      device: `d${i % 7}`,
      property: 'pm25' as const,
      value: i / 10,
      // Two months.
      observedAt: madeAt - i * 3_600_000,
      receivedAt: madeAt,
    })),
  )
  await store.stop()
}

export function removeInstallation({ root }: Installation): Promise<void> {
  return rm(root, { recursive: true, force: true })
}

export async function backUp({ root, dataDir }: Installation, name = 'a.tar'): Promise<string> {
  const file = path.join(root, name)
  await writeBackup({
    dataDir,
    file,
    backupDir: path.join(dataDir, 'backups'),
    productVersion: version,
    now: madeAt,
  })
  return file
}
