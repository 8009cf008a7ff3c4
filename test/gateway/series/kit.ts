import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Calibration } from '../../../gateway/domain/calibration.ts'
import type { Precision } from '../../../gateway/domain/precision.ts'
import type { Calibrations } from '../../../gateway/ports/calibrations.ts'
import type { ExportFormat, ExportOrder, RowError } from '../../../gateway/ports/series-exchange.ts'
import type { RolledUp, SeriesReading } from '../../../gateway/ports/series-store.ts'
import { createSeriesExports } from '../../../gateway/series/exports.ts'
import { readFile } from '../../../gateway/series/read-file.ts'
import { openReader } from '../../../gateway/series/reader.ts'
import type { MemoryStore } from './memory-store.ts'

/** Files of readings without a gateway around them. */

export const zone = 'Asia/Shanghai'
export const now = Date.UTC(2026, 10, 22, 12)
const villageA = '990101101201'
export const sensors = ['v1-pm1', 'v1-water.2', 'v2_x'].map((id) => ({
  id,
  name: `站点 ${id}`,
  village: villageA,
}))

export function calibrationsOf(...list: Calibration[]): Calibrations {
  return {
    of: (device, property) =>
      list.filter((one) => one.device === device && one.property === property),
    ofDevice: () => undefined,
  }
}

export const everything: ExportOrder = {
  devices: sensors,
  properties: undefined,
  from: 0,
  to: now + 1,
}

export async function exported(
  store: MemoryStore,
  format: ExportFormat,
  { order = everything, calibrations = calibrationsOf() } = {},
): Promise<Buffer> {
  const exports = createSeriesExports({ store, calibrations, timeZone: zone })
  const pieces: Uint8Array[] = []
  for await (const piece of exports.write(order, format)) pieces.push(piece)
  return Buffer.concat(pieces)
}

/** What the thread says of a file: how many readings, or why it gave up. */
export async function readInThread(bytes: Buffer, stallMs: number): Promise<number | Error> {
  const folder = await mkdtemp(join(tmpdir(), 'lianxun-readings-'))
  const order = { file: join(folder, 'file'), devices: sensors.map(({ id }) => id) }
  await writeFile(order.file, bytes)
  const signal = new AbortController().signal
  const precision = 'ms' as const
  const reader = openReader({ ...order, timeZone: zone, precision, now }, { signal, stallMs })
  let readings = 0
  try {
    for await (const batch of reader.batches('check')) readings += batch.readings
    return readings
  } catch (error) {
    return error as Error
  } finally {
    await reader.close()
    await rm(folder, { recursive: true, force: true })
  }
}

export interface ReadBack {
  readings: SeriesReading[]
  rolledUp: RolledUp[]
  errors: RowError[]
  leftOut: number
}

export async function readBack(
  bytes: Buffer | string,
  options: { precision?: Precision; devices?: string[]; timeZone?: string } = {},
): Promise<ReadBack> {
  const { precision = 'ms', devices = sensors.map(({ id }) => id), timeZone = zone } = options
  const folder = await mkdtemp(join(tmpdir(), 'lianxun-readings-'))
  const file = join(folder, 'file')
  const found: ReadBack = { readings: [], rolledUp: [], errors: [], leftOut: 0 }
  try {
    await writeFile(file, bytes)
    for await (const batch of readFile({ file, devices, timeZone, precision, now })) {
      found.readings.push(...batch.readings)
      found.rolledUp.push(...batch.rolledUp)
      found.errors.push(...batch.errors)
      found.leftOut += batch.leftOut
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return found
}
