import type { Kysely, Transaction } from 'kysely'
import { ConfigError } from '../domain/errors.ts'
import { privateNetworks } from '../domain/network.ts'
import { gridAt, type Place } from '../domain/place.ts'
import { type CameraGuard, createCameraGuard } from '../network/camera-guard.ts'
import type { NewId } from '../ports/clock.ts'
import type { Vault } from '../ports/vault.ts'
import { sealPlace } from './camera-book.ts'
import { hashPassword, newPassword, verifyPassword } from './passwords.ts'
import type { Tables } from './schema.ts'
import { hashSecret, newSecret } from './secrets.ts'
import { checkTown } from './town-files/check.ts'
import type { DeviceRow, UserRow } from './town-files/shapes.ts'
import { type Located, problemAt } from './town-files/source.ts'
import type { TownFiles } from './town-files/town-files.ts'
import { forgetChangedRounds, presentPatrols, writePoints } from './town-patrols.ts'
import { raiseRevision, toDevice, toDeviceRow, toPlace } from './town-repository.ts'
import { createVault } from './vault.ts'

/**
 * Puts a town's files into the tables: checked as a whole, then written in one transaction. What
 * was there is updated, what is not mentioned stays; existing secrets and passwords stay unless a
 * file gives another.
 */

export interface ImportOptions {
  db: Kysely<Tables>
  /** The installation's key, under which device secrets are hashed. */
  key: Buffer
  newId: NewId
  now?: () => number
  /** Without it cameras may lie in private networks only. */
  cameras?: CameraGuard
  /** New devices get no secret, and cannot log in before theirs is rotated. */
  secretlessDevices?: boolean
}

/** What was made because no file gave it: known only now. */
export interface GeneratedSecrets {
  devices: Record<string, string>
  users: Record<string, string>
}

interface UserChange {
  user: UserRow
  /** Undefined: the present one stays. */
  passwordHash: string | undefined
  existing: { id: string; role: string; scope: string } | undefined
}

async function present(db: Kysely<Tables>) {
  const places = await db.selectFrom('place').select(['code', 'level', 'parent']).execute()
  const hazards = await db.selectFrom('hazard').select('body').execute()
  const devices = await db.selectFrom('device').selectAll().execute()
  return {
    places: places as Pick<Place, 'code' | 'level' | 'parent'>[],
    hazards: hazards.map((row) => JSON.parse(row.body)),
    ...(await presentPatrols(db)),
    devices: devices.map(toDevice),
  }
}

/** Hashing is slow on purpose, so it is done before the transaction. */
async function prepareUsers(
  { db }: ImportOptions,
  rows: Located<UserRow>[],
  generated: GeneratedSecrets,
): Promise<UserChange[]> {
  const existing = await db.selectFrom('user').selectAll().execute()
  const byName = new Map(existing.map((user) => [user.username, user]))
  return Promise.all(
    rows.map(async ({ value: user }) => {
      const now = byName.get(user.username)
      if (now) {
        const same = !user.password || (await verifyPassword(now.password_hash, user.password))
        const passwordHash = same ? undefined : await hashPassword(user.password as string)
        return { user, passwordHash, existing: now }
      }
      const password = user.password ?? newPassword()
      if (!user.password) generated.users[user.username] = password
      return { user, passwordHash: await hashPassword(password), existing: undefined }
    }),
  )
}

async function writePlaces(trx: Transaction<Tables>, places: readonly Place[]): Promise<void> {
  for (const place of places) {
    const row = { ...place, boundary: JSON.stringify(place.boundary) }
    await trx
      .insertInto('place')
      .values(row)
      .onConflict((oc) => oc.column('code').doUpdateSet(row))
      .execute()
  }
}

async function writeBodies(
  trx: Transaction<Tables>,
  table: 'hazard' | 'rule' | 'season' | 'patrol_route',
  rows: readonly Located<{ id: string }>[] | undefined,
): Promise<void> {
  for (const [position, { value }] of (rows ?? []).entries()) {
    const row = { id: value.id, position, body: JSON.stringify(value) }
    await trx
      .insertInto(table)
      .values(row)
      .onConflict((oc) => oc.column('id').doUpdateSet(row))
      .execute()
  }
}

async function writeDevices(
  trx: Transaction<Tables>,
  rows: readonly Located<DeviceRow>[],
  secretHashes: ReadonlyMap<string, string>,
): Promise<void> {
  for (const { value } of rows) {
    const row = toDeviceRow({
      ...value,
      state: value.state ?? 'active',
      grid: null,
      position: [value.lon, value.lat],
      address: value.address ?? null,
      headingDeg: value.headingDeg ?? null,
      fieldOfViewDeg: value.fieldOfViewDeg ?? null,
    })
    const { state, ...described } = row
    const secretHash = secretHashes.get(value.id)
    await trx
      .insertInto('device')
      .values({ ...row, secret_hash: secretHash ?? null })
      .onConflict((oc) =>
        oc.column('id').doUpdateSet({
          ...described,
          ...(value.state && { state }),
          // What a file says counts alone: a secret from before a rotation opens no more.
          ...(secretHash && {
            secret_hash: secretHash,
            previous_secret_hash: null,
            previous_secret_until: null,
          }),
        }),
      )
      .execute()
  }
}

/** A camera's own user and password, as its maker's pages have them. */
async function writeLogins(
  trx: Transaction<Tables>,
  rows: readonly Located<DeviceRow>[],
  vault: Vault,
): Promise<void> {
  for (const { value } of rows) {
    if (value.login === undefined) continue
    const colon = value.login.indexOf(':')
    const login = {
      username: value.login.slice(0, colon),
      password_sealed: vault.seal(value.login.slice(colon + 1), sealPlace(value.id)),
    }
    await trx
      .insertInto('camera')
      .values({ device: value.id, ...login, masks: '[]' })
      .onConflict((oc) => oc.column('device').doUpdateSet(login))
      .execute()
  }
}

/** By point in polygon, for every device: a new border moves old devices too. */
async function assignGrids(trx: Transaction<Tables>): Promise<void> {
  const places = (await trx.selectFrom('place').selectAll().execute()).map(toPlace)
  const grids = places.filter((place) => place.level === 'grid')
  for (const device of await trx.selectFrom('device').selectAll().execute()) {
    const grid = gridAt(grids, device.village, [device.lon, device.lat])?.code ?? null
    if (grid !== device.grid) {
      await trx.updateTable('device').set({ grid }).where('id', '=', device.id).execute()
    }
  }
}

async function writeUsers(
  trx: Transaction<Tables>,
  changes: readonly UserChange[],
  newId: NewId,
): Promise<void> {
  for (const { user, passwordHash, existing } of changes) {
    const { displayName, role, scope, team, unit } = user
    const groups = { ...(team && { team }), ...(unit && { unit }) }
    const row = { display_name: displayName, role, scope, ...groups }
    if (!existing) {
      await trx
        .insertInto('user')
        .values({
          ...row,
          id: newId(),
          username: user.username,
          password_hash: passwordHash as string,
        })
        .execute()
      continue
    }
    const changed = passwordHash === undefined ? row : { ...row, password_hash: passwordHash }
    await trx.updateTable('user').set(changed).where('id', '=', existing.id).execute()
    const otherRights = existing.role !== user.role || existing.scope !== user.scope
    if (passwordHash !== undefined || otherRights) {
      await trx.deleteFrom('session').where('user_id', '=', existing.id).execute()
    }
  }
}

/** The secret a device gets now: the file's, or a new one if it never had any. */
async function prepareSecrets(
  { db, key, secretlessDevices = false }: ImportOptions,
  rows: readonly Located<DeviceRow>[],
  generated: GeneratedSecrets,
): Promise<Map<string, string>> {
  const withSecret = await db
    .selectFrom('device')
    .select('id')
    .where('secret_hash', 'is not', null)
    .execute()
  const settled = new Set(withSecret.map((row) => row.id))
  const hashes = new Map<string, string>()
  for (const { value: device } of rows) {
    if (!device.secret && (secretlessDevices || settled.has(device.id))) continue
    const secret = device.secret ?? newSecret()
    if (!device.secret) generated.devices[device.id] = secret
    hashes.set(device.id, hashSecret(key, secret))
  }
  return hashes
}

/**
 * The addresses that devices are called at. This machine itself is refused only when it is called:
 * until a setting allows it such an address does nothing, and sample towns have no others to name.
 */
async function checkAddresses(guard: CameraGuard, rows: readonly Located<DeviceRow>[]) {
  const problems: string[] = []
  const notes: string[] = []
  for (const { value: device, at } of rows) {
    if (device.address === undefined) continue
    const judgement = await guard.judge(device.address)
    if (judgement.ok) continue
    const list = judgement.why === 'loopback' ? notes : problems
    list.push(problemAt(at, 'address', judgement.problem))
  }
  return { problems, notes }
}

/**
 * Throws ConfigError with everything that is wrong, and then has written nothing. The answer is what
 * the importing person should know.
 */
export async function importTown(
  options: ImportOptions,
  files: TownFiles,
  keep: (generated: GeneratedSecrets) => Promise<void>,
): Promise<string[]> {
  const guard = options.cameras ?? createCameraGuard(privateNetworks)
  const addresses = await checkAddresses(guard, files.devices ?? [])
  const problems = [...checkTown(files, await present(options.db)), ...addresses.problems]
  if (problems.length > 0) throw new ConfigError(problems)
  const generated: GeneratedSecrets = { devices: {}, users: {} }
  const users = await prepareUsers(options, files.users ?? [], generated)
  const secretHashes = await prepareSecrets(options, files.devices ?? [], generated)
  // Kept before the commit: a secret that nobody could write down must not become the right one.
  await keep(generated)
  await options.db.transaction().execute(async (trx) => {
    await writePlaces(
      trx,
      (files.places ?? []).map((row) => row.value),
    )
    await writeBodies(trx, 'hazard', files.hazards)
    await writeBodies(trx, 'rule', files.rules)
    await writeBodies(trx, 'season', files.seasons)
    await forgetChangedRounds(trx, files.routes, (options.now ?? Date.now)())
    await writeBodies(trx, 'patrol_route', files.routes)
    await writePoints(trx, files.points)
    await writeDevices(trx, files.devices ?? [], secretHashes)
    await writeLogins(trx, files.devices ?? [], createVault(options.key))
    await assignGrids(trx)
    await writeUsers(trx, users, options.newId)
    await raiseRevision(trx)
  })
  return addresses.notes
}
