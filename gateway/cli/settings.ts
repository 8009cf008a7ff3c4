import { join } from 'node:path'
import type { Kysely } from 'kysely'
import { type Config, parseConfig } from '../config/config.ts'
import type { Clock } from '../ports/clock.ts'
import { openDatabase } from '../storage/database.ts'
import type { Tables } from '../storage/schema.ts'

/** The administrator's password is the gateway's concern; a weak one must not stop an export. */
export function cliConfig(): Config {
  return parseConfig({ ...process.env, LIANXUN_ADMIN_PASSWORD: undefined })
}

export async function withDatabase<T>(
  config: Config,
  work: (db: Kysely<Tables>) => Promise<T>,
): Promise<T> {
  const db = await openDatabase(join(config.dataDir, 'lianxun.db'))
  try {
    return await work(db)
  } finally {
    await db.destroy()
  }
}

export const clock: Clock = { now: () => Date.now(), monotonic: () => performance.now() }

export function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
