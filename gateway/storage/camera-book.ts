import type { Kysely, Selectable, Transaction } from 'kysely'
import type { CameraAbilities, PrivacyMask } from '../domain/camera.ts'
import { NotFoundError } from '../domain/errors.ts'
import type {
  Camera,
  CameraAccess,
  CameraBook,
  CameraLogin,
  CameraMoves,
} from '../ports/cameras.ts'
import type { DeviceRegistry } from '../ports/device-registry.ts'
import type { Vault } from '../ports/vault.ts'
import type { Tables } from './schema.ts'
import { raiseRevision } from './town-repository.ts'

/** The camera table, held in memory; passwords stay sealed there too. */
export interface CameraBookOptions {
  db: Kysely<Tables>
  vault: Vault
  devices: Pick<DeviceRegistry, 'get'>
  warn: (text: string) => void
}

interface Known {
  camera: Camera
  sealed: string
  held: readonly string[]
}

export function sealPlace(device: string): string {
  return `camera:${device}`
}

function toKnown(row: Selectable<Tables['camera']>): Known {
  return {
    camera: {
      device: row.device,
      username: row.username,
      abilities: row.abilities === null ? null : (JSON.parse(row.abilities) as CameraAbilities),
      masks: JSON.parse(row.masks) as PrivacyMask[],
    },
    sealed: row.password_sealed,
    held: JSON.parse(row.held) as string[],
  }
}

/** Empty until the first `reload`. */
async function writeAddress(trx: Transaction<Tables>, device: string, address: string) {
  await trx.updateTable('device').set({ address }).where('id', '=', device).execute()
  await raiseRevision(trx)
}

export function createCameraBook(options: CameraBookOptions): CameraBook & CameraMoves {
  const { db, vault, devices, warn } = options
  let known = new Map<string, Known>()
  let turn: Promise<unknown> = Promise.resolve()
  const listeners = new Set<() => void>()
  const versions = new Map<string, { of: string; version: number }>()
  /** Between two addresses: nobody is called. */
  const moving = new Set<string>()

  /** One after the other, so that a reading never brings back what a writing has replaced. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = turn.then(work)
    turn = next.catch(() => {})
    return next
  }

  function tell(): void {
    for (const listener of listeners) listener()
  }

  async function load(): Promise<void> {
    const rows = await db.selectFrom('camera').selectAll().execute()
    // What stands is written here alone, so memory knows it best.
    known = new Map(
      rows.map((row) => {
        const held = known.get(row.device)?.held
        const next = toKnown(row)
        return [row.device, held === undefined ? next : { ...next, held }]
      }),
    )
  }

  async function change(
    device: string,
    columns: Partial<Record<'abilities' | 'masks' | 'held', string>>,
  ): Promise<void> {
    const result = await db
      .updateTable('camera')
      .set(columns)
      .where('device', '=', device)
      .executeTakeFirst()
    if (result.numUpdatedRows === 0n) throw new NotFoundError(`There is no camera ${device}.`)
  }

  function replace(device: string, next: (before: Known) => Known): void {
    const before = known.get(device)
    if (before) known.set(device, next(before))
  }

  async function writeLogin(
    trx: Kysely<Tables>,
    device: string,
    { username, password }: CameraLogin,
  ): Promise<void> {
    const login = { username, password_sealed: vault.seal(password, sealPlace(device)) }
    await trx
      .insertInto('camera')
      .values({ device, ...login, masks: '[]' })
      .onConflict((oc) => oc.column('device').doUpdateSet(login))
      .execute()
  }

  function open(device: string, { camera, sealed }: Known, address: string) {
    try {
      const password = vault.open(sealed, sealPlace(device))
      return { address, username: camera.username, password }
    } catch (error) {
      warn((error as Error).message)
      return undefined
    }
  }

  return {
    get: (device) => known.get(device)?.camera,
    access(device): CameraAccess | undefined {
      const one = known.get(device)
      const address = devices.get(device)?.address
      return one && address && !moving.has(device) ? open(device, one, address) : undefined
    },
    accessVersion(device) {
      const one = known.get(device)
      const of = JSON.stringify([devices.get(device)?.address, one?.camera.username, one?.sealed])
      const last = versions.get(device)
      if (last?.of === of) return last.version
      const version = (last?.version ?? 0) + 1
      versions.set(device, { of, version })
      return version
    },
    async setLogin(device, login) {
      await inTurn(async () => {
        await writeLogin(db, device, login)
        await load()
      })
      tell()
    },
    async move(device, { address, ...login }, reload) {
      moving.add(device)
      try {
        await inTurn(async () => {
          await db.transaction().execute(async (trx) => {
            await writeAddress(trx, device, address)
            await writeLogin(trx, device, login)
          })
          await load()
        })
        await reload()
      } finally {
        moving.delete(device)
        tell()
      }
    },
    async setAbilities(device, abilities) {
      await inTurn(async () => {
        await change(device, { abilities: JSON.stringify(abilities) })
        replace(device, (one) => ({ ...one, camera: { ...one.camera, abilities } }))
      })
      tell()
    },
    async setMasks(device, masks) {
      await inTurn(async () => {
        await change(device, { masks: JSON.stringify(masks) })
        replace(device, (one) => ({ ...one, camera: { ...one.camera, masks } }))
      })
      tell()
    },
    held: (device) => known.get(device)?.held ?? [],
    async setHeld(device, types) {
      await inTurn(async () => {
        await change(device, { held: JSON.stringify(types) })
        replace(device, (one) => ({ ...one, held: types }))
      })
    },
    async reload() {
      await inTurn(load)
      tell()
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
