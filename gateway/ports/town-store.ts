import type { Device } from '../domain/device.ts'
import type { Town } from '../domain/town.ts'

/**
 * The town as it is configured. Another process may import files at any time; `revision` rises
 * with every change, so that a reader sees cheaply when to load again.
 */
export interface TownStore {
  load(): Promise<Town>
  revision(): Promise<number>
  /** Adds one device with the keyed hash of its secret; ConflictError when the id is taken. */
  addDevice(device: Device, secretHash: string): Promise<void>
}
