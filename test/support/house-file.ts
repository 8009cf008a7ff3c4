import { existsSync } from 'node:fs'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import * as database from '../../gateway/storage/database.ts'
import type { Tables } from '../../gateway/storage/schema.ts'
import { copyTemplate } from './templates.ts'

const fileName = 'migrated.db'

async function migrated(directory: string): Promise<void> {
  const db = await database.openDatabase(join(directory, fileName))
  await db.destroy()
}

/** As the gateway opens it; a file that is not there yet begins as a copy of a migrated one. */
export async function openDatabase(file: string): Promise<Kysely<Tables>> {
  if (!existsSync(file)) {
    const folder = await mkdtemp(join(tmpdir(), 'lianxun-migrated-'))
    await copyTemplate('database', migrated, folder)
    await copyFile(join(folder, fileName), file)
    await rm(folder, { recursive: true })
  }
  return database.openDatabase(file)
}
