import type { Kysely, Selectable } from 'kysely'
import type { Device, DeviceKind, DeviceState, Speaker } from '../domain/device.ts'
import type { Clock } from '../ports/clock.ts'
import type { DeviceRegistry, DeviceStanding } from '../ports/device-registry.ts'
import { gatewaySpeakers } from './gateway-speaker.ts'
import { routeSpeakers } from './route-speakers.ts'
import type { Tables } from './schema.ts'
import { verifyHash } from './secrets.ts'

/** The device table, held in memory: the accept path asks it for each message. */
export interface DeviceRegistryOptions {
  db: Kysely<Tables>
  /** The installation's key, under which the secrets are hashed. */
  key: Uint8Array
  clock: Clock
  warn: (text: string) => void
}

interface OldSecret {
  hash: string
  until: number
}

interface Known {
  device: Device
  secretHash: string | undefined
  oldSecret: OldSecret | undefined
  blocked: DeviceStanding['blocked']
}

export interface LoadedDeviceRegistry extends DeviceRegistry {
  /** Reads the table; call it after every change of it. */
  reload(): Promise<void>
  /** Resolves when the secrets that were dropped are so in the table too. */
  settled(): Promise<void>
}

/** Empty until the first `reload`. */
export function createDeviceRegistry(options: DeviceRegistryOptions): LoadedDeviceRegistry {
  const { db, key, clock, warn } = options
  let known = new Map<string, Known>()
  let devices: readonly Device[] = []
  let others = new Map<string, Speaker>()
  let last: Promise<void> = Promise.resolve()
  let writing: Promise<void> = Promise.resolve()
  const listeners = new Set<() => void>()
  /**
   * Device → old secret whose successor was used. Kept until the table says so too: a reload that
   * read the row just before must not bring the old secret back.
   */
  const dropped = new Map<string, string>()

  async function load(): Promise<void> {
    const rows = await db.selectFrom('device').selectAll().orderBy('id').execute()
    const speakers = [...(await routeSpeakers(db)), ...(await gatewaySpeakers(db))]
    others = new Map(speakers.map((one) => [one.id, one]))
    known = new Map(rows.map((row) => [row.id, toKnown(row)]))
    devices = [...known.values()].map(({ device }) => device)
    for (const [id, hash] of dropped) {
      const one = known.get(id)
      if (one?.oldSecret?.hash === hash) {
        one.oldSecret = undefined
        writeDropped(id, hash)
      } else dropped.delete(id)
    }
    tell()
  }

  function tell(): void {
    for (const listener of listeners) listener()
  }

  /** One after the other, so that an older answer never replaces a newer one. */
  function reload(): Promise<void> {
    last = last.catch(() => {}).then(load)
    return last
  }

  /** What fails is tried again at the next reload; in this process the old secret is gone already. */
  function writeDropped(id: string, hash: string): void {
    const write = async () => {
      await db
        .updateTable('device')
        .set({ previous_secret_hash: null, previous_secret_until: null })
        .where('id', '=', id)
        .where('previous_secret_hash', '=', hash)
        .execute()
    }
    writing = writing.then(write).catch((error: unknown) => {
      warn(`the old secret of device ${id} could not be removed from the table: ${String(error)}`)
    })
  }

  function dropOldSecret(id: string, one: Known): void {
    const { oldSecret } = one
    if (oldSecret === undefined) return
    one.oldSecret = undefined
    dropped.set(id, oldSecret.hash)
    writeDropped(id, oldSecret.hash)
    tell()
  }

  function currentOld(one: Known | undefined): OldSecret | undefined {
    const old = one?.oldSecret
    return old !== undefined && old.until > clock.now() ? old : undefined
  }

  /** Both hashes are tried always, so that the time tells nothing. */
  function hashThatOpens(one: Known | undefined, secret: Uint8Array): string | undefined {
    const old = currentOld(one)
    const opensNew = verifyHash(key, secret, one?.secretHash)
    const opensOld = verifyHash(key, secret, old?.hash)
    if (opensNew) return one?.secretHash
    return opensOld ? old?.hash : undefined
  }

  return {
    reload,
    async settled() {
      for (const [id, hash] of dropped) writeDropped(id, hash)
      await writing
    },
    get: (id) => known.get(id)?.device,
    speaker: (id) => known.get(id)?.device ?? others.get(id),
    all: () => devices,
    isBlocked: (id) => (known.get(id)?.blocked ?? null) !== null,
    standing(id) {
      const one = known.get(id)
      return { blocked: one?.blocked ?? null, oldSecretUntil: currentOld(one)?.until ?? null }
    },
    admit(id, secret) {
      const one = known.get(id)
      const hash = hashThatOpens(one, secret)
      if (one === undefined || hash === undefined || one.blocked !== null) return undefined
      if (hash === one.secretHash) dropOldSecret(id, one)
      return {
        holds() {
          const now = known.get(id)
          if (now === undefined || now.blocked !== null) return false
          return hash === now.secretHash || hash === currentOld(now)?.hash
        },
      }
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function toKnown(row: Selectable<Tables['device']>): Known {
  const device: Device = {
    id: row.id,
    name: row.name,
    kind: row.kind as DeviceKind,
    village: row.village,
    grid: row.grid,
    position: [row.lon, row.lat],
    adapter: row.adapter,
    address: row.address,
    headingDeg: row.heading_deg,
    fieldOfViewDeg: row.field_of_view_deg,
    state: row.state as DeviceState,
  }
  const { previous_secret_hash: oldHash, previous_secret_until: until } = row
  return {
    device,
    secretHash: row.secret_hash ?? undefined,
    oldSecret: oldHash === null || until === null ? undefined : { hash: oldHash, until },
    blocked:
      row.blocked_at === null ? null : { at: row.blocked_at, reason: row.blocked_reason ?? '' },
  }
}
