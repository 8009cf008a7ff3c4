import type { Kysely, Selectable } from 'kysely'
import type { Device, DeviceKind, DeviceState } from '../domain/device.ts'
import type { DeviceRegistry } from '../ports/device-registry.ts'
import type { Tables } from './schema.ts'
import { verifyHash } from './secrets.ts'

/** The device table, held in memory: the accept path asks it for each message. */
export interface DeviceRegistryOptions {
  db: Kysely<Tables>
  /** The installation's key, under which the secrets are hashed. */
  key: Uint8Array
}

interface Known {
  device: Device
  secretHash: Buffer | undefined
}

/** Empty until the first `reload`; call it again after every change of the device table. */
export function createDeviceRegistry({
  db,
  key,
}: DeviceRegistryOptions): DeviceRegistry & { reload(): Promise<void> } {
  let known = new Map<string, Known>()
  let devices: readonly Device[] = []
  let last: Promise<void> = Promise.resolve()

  async function load(): Promise<void> {
    const rows = await db.selectFrom('device').selectAll().orderBy('id').execute()
    known = new Map(rows.map((row) => [row.id, toKnown(row)]))
    devices = [...known.values()].map(({ device }) => device)
  }

  /** One after the other, so that an older answer never replaces a newer one. */
  function reload(): Promise<void> {
    last = last.catch(() => {}).then(load)
    return last
  }

  return {
    reload,
    get: (id) => known.get(id)?.device,
    all: () => devices,
    verifySecret: (id, secret) => verifyHash(key, secret, known.get(id)?.secretHash),
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
  const hash = row.secret_hash
  return { device, secretHash: hash === null ? undefined : Buffer.from(hash, 'base64') }
}
