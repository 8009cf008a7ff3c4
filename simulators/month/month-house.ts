import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { monthIn } from '../../gateway/domain/evaluation.ts'
import type { Town } from '../../gateway/domain/town.ts'
import type { DeviceRegistry } from '../../gateway/ports/device-registry.ts'
import { openDatabase } from '../../gateway/storage/database.ts'
import { createDeviceRegistry } from '../../gateway/storage/device-registry.ts'
import { hashPassword, newPassword } from '../../gateway/storage/passwords.ts'
import type { Tables } from '../../gateway/storage/schema.ts'
import { loadInstallationKey } from '../../gateway/storage/secrets.ts'
import type { UserRow } from '../../gateway/storage/town-files/shapes.ts'
import { readTownFolder, type TownFiles } from '../../gateway/storage/town-files/town-files.ts'
import { importTown } from '../../gateway/storage/town-import.ts'
import { createTownRepository } from '../../gateway/storage/town-repository.ts'
import { readDevices, type TownDevice } from '../town.ts'
import type { MonthSpan } from './occurrences.ts'
import { createSteppedClock, type SteppedClock } from './stepped-clock.ts'

/** A data directory with a town in it and a clock at the beginning of a month. */
export interface MonthHouse {
  db: Kysely<Tables>
  key: Buffer
  town: Town
  registry: DeviceRegistry
  devices: TownDevice[]
  clock: SteppedClock
  span: MonthSpan
}

export interface MonthHouseOptions {
  directory: string
  townDirectory: string
  /** YYYY-MM. */
  month: string
  timeZone: string
}

/** The sample town names nobody's team: those of the field are spread over three. */
function teamOf({ role, scope, team }: UserRow): string | null {
  if (team !== undefined) return team
  const isField = role === 'gridWorker' || role === 'patroller'
  return isField ? `红袖标${(Number(scope.slice(-3)) % 3) + 1}队` : null
}

/** One password that nobody knows for all: administrators give them others. */
async function addPeople(db: Kysely<Tables>, users: TownFiles['users'] = []): Promise<void> {
  const password_hash = await hashPassword(newPassword())
  const rows = users.map(({ value: user }, index) => ({
    id: `town-${index + 1}`,
    username: user.username,
    display_name: user.displayName,
    role: user.role,
    scope: user.scope,
    team: teamOf(user),
    unit: user.unit ?? null,
    password_hash,
  }))
  await db.insertInto('user').values(rows).execute()
}

export async function openMonthHouse(options: MonthHouseOptions): Promise<MonthHouse> {
  const { directory, townDirectory, month, timeZone } = options
  mkdirSync(directory, { recursive: true })
  if (readdirSync(directory).length > 0) {
    throw new Error(`${directory} is not empty: a month is played in a new data directory`)
  }
  const { startsAt, endsAt } = monthIn(month, timeZone)
  const clock = createSteppedClock(startsAt)
  const db = await openDatabase(join(directory, 'lianxun.db'))
  // What a power cut would take is played again.
  await sql`pragma synchronous = off`.execute(db)
  const key = await loadInstallationKey(directory)
  const files = await readTownFolder(townDirectory)
  const { users, ...town } = files
  await importTown({ db, key, newId: randomUUID, secretlessDevices: true }, town, async () => {})
  await addPeople(db, users)
  const registry = createDeviceRegistry({ db, key, clock, warn: () => {} })
  await registry.reload()
  return {
    db,
    key,
    town: await createTownRepository({ db, timeZone }).load(),
    registry,
    devices: readDevices(townDirectory),
    clock,
    span: { startMs: startsAt, endMs: endsAt },
  }
}
