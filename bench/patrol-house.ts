import { createHash, randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import SqliteFile from 'better-sqlite3'
import type { Kysely } from 'kysely'
import { openDatabase } from '../gateway/storage/database.ts'
import type { Tables } from '../gateway/storage/schema.ts'
import { withOpenShift } from '../simulators/demo/open-shift.ts'
import { type Prepared, prepareGateway } from './gateway.ts'
import type { Login } from './packets.ts'

/** A town whose rounds are open now, with as many patrollers as wanted, each signed in already. */

export interface PatrolHouse extends Prepared {
  /** Cookie of each phone. */
  cookies: string[]
}

const town = '990101101'
const villages = 8
const timeZone = 'Asia/Shanghai'
/** Without a signal since then. */
const awayMs = 2 * 3_600_000
const shift = { beganMin: 110, leftMin: 120 }

/** Signing a thousand people in costs a thousand Argon2 hashes, which is not what is measured. */
async function addPatrollers(db: Kysely<Tables>, count: number): Promise<string[]> {
  const { password_hash } = await db
    .selectFrom('user')
    .select('password_hash')
    .executeTakeFirstOrThrow()
  const now = Date.now()
  const cookies: string[] = []
  await db.transaction().execute(async (trx) => {
    for (let i = 0; i < count; i++) {
      const token = randomBytes(32).toString('base64url')
      const id = `phone-${i}`
      const scope = `${town}20${1 + (i % villages)}`
      const team = `红袖标${1 + (i % villages)}队`
      const person = { id, username: id, display_name: id, role: 'patroller', scope, team }
      await trx
        .insertInto('user')
        .values({ ...person, password_hash })
        .execute()
      const session = { id: createHash('sha256').update(token).digest('hex'), user_id: id }
      await trx
        .insertInto('session')
        .values({ ...session, created_at: now - awayMs, last_seen_at: now - awayMs })
        .execute()
      cookies.push(`lianxun=${token}`)
    }
  })
  return cookies
}

export async function preparePatrols(
  folder: string,
  { phones, logins }: { phones: number; logins: readonly Login[] },
): Promise<PatrolHouse> {
  const prepared = await prepareGateway(folder, logins, async (townFolder) => {
    const file = join(townFolder, 'routes.yaml')
    const open = withOpenShift(await readFile(file, 'utf8'), {
      nowMs: Date.now(),
      timeZone,
      ...shift,
    })
    await writeFile(file, open)
  })
  const db = await openDatabase(join(prepared.house, 'lianxun.db'))
  try {
    return { ...prepared, cookies: await addPatrollers(db, phones) }
  } finally {
    await db.destroy()
  }
}

export interface Kept {
  checkins: number
  accepted: number
  /** Check-ins whose photo is kept with them. */
  pictures: number
}

/** What is in the tables when all is over. */
export function keptIn(house: string): Kept {
  const sqlite = new SqliteFile(join(house, 'lianxun.db'), { readonly: true })
  try {
    const row = sqlite
      .prepare(
        `select count(*) as checkins, count(picture) as pictures,
                coalesce(sum(status = 'accepted'), 0) as accepted from checkin`,
      )
      .get()
    return row as Kept
  } finally {
    sqlite.close()
  }
}
