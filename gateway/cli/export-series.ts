import { type FileHandle, open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ConfigError } from '../domain/errors.ts'
import {
  isObservedProperty,
  type ObservedProperty,
  observedProperties,
} from '../domain/observation.ts'
import { isInScope } from '../domain/place.ts'
import type { ExportFormat, ExportOrder } from '../ports/series-exchange.ts'
import { createSeriesExports } from '../series/exports.ts'
import { createTownText } from '../series/town-text.ts'
import { createCalibrationRegistry } from '../storage/calibration-registry.ts'
import { createDeviceRegistry } from '../storage/device-registry.ts'
import { loadInstallationKey } from '../storage/secrets.ts'
import { noteCommand } from './note-command.ts'
import { createProgressLine } from './progress-line.ts'
import { type CommandHouse, readSeries, withHouse } from './series-sides.ts'
import { cliConfig, clock, say } from './settings.ts'

export interface ExportOptions {
  format: string | undefined
  device: readonly string[] | undefined
  place: string | undefined
  property: readonly string[] | undefined
  from: string | undefined
  to: string | undefined
}

const formats: readonly ExportFormat[] = ['csv', 'parquet', 'line']
/** 2100: beyond it there is nothing to look for. */
const latestMs = 4_102_444_800_000

function formatOf(asked: string | undefined): ExportFormat {
  const found = formats.find((one) => one === asked)
  if (found) return found
  throw new ConfigError([`--format must be one of ${formats.join(', ')}`])
}

function propertiesOf(asked: readonly string[] | undefined): ObservedProperty[] | undefined {
  if (asked === undefined) return undefined
  const wrong = asked.find((name) => !isObservedProperty(name))
  if (wrong === undefined) return asked.filter(isObservedProperty)
  const known = Object.keys(observedProperties).join(', ')
  throw new ConfigError([`--property ${wrong}: there is none; known are ${known}`])
}

/** A date or a time of the town's clocks. */
export function timeOption(
  name: string,
  text: string | undefined,
  { timeZone, otherwise }: { timeZone: string; otherwise: number },
): number {
  if (text === undefined) return otherwise
  const at = createTownText(timeZone).parse(text)
  if (at !== undefined) return at
  throw new ConfigError([`${name} ${text}: write it as 2026-11-22 or 2026-11-22T08:30`])
}

async function orderOf({ config, db }: CommandHouse, asked: ExportOptions): Promise<ExportOrder> {
  const { timeZone } = config
  const key = await loadInstallationKey(config.dataDir)
  const registry = createDeviceRegistry({ db, key, clock, warn: () => {} })
  await registry.reload()
  const wrong = asked.device?.filter((id) => registry.get(id) === undefined) ?? []
  if (wrong.length > 0) throw new ConfigError(wrong.map((id) => `--device ${id}: there is none`))
  const { place = '' } = asked
  const devices = registry
    .all()
    .filter(({ id }) => asked.device?.includes(id) ?? true)
    .filter(({ grid, village }) => isInScope(place, grid ?? village))
  const from = timeOption('--from', asked.from, { timeZone, otherwise: 0 })
  const to = timeOption('--to', asked.to, { timeZone, otherwise: latestMs })
  if (from >= to) throw new ConfigError(['--to must be later than --from'])
  return { devices, properties: propertiesOf(asked.property), from, to }
}

async function openFile(file: string): Promise<FileHandle> {
  return await open(file, 'wx', 0o600).catch((error: Error) => {
    throw new ConfigError([`${file} cannot be made: ${error.message}`])
  })
}

async function writeAll(pieces: AsyncIterable<Uint8Array>, file: string): Promise<number> {
  let bytes = 0
  if (file === '-') {
    for await (const piece of pieces) {
      bytes += piece.length
      await new Promise<void>((done, fail) => {
        process.stdout.write(piece, (error) => (error ? fail(error) : done()))
      })
    }
    return bytes
  }
  const handle = await openFile(file)
  try {
    for await (const piece of pieces) {
      bytes += piece.length
      await handle.writeFile(piece)
    }
    await handle.sync()
    return bytes
  } finally {
    await handle.close()
  }
}

/** Also while the gateway runs. `-` is the standard output. */
export async function runExportSeries(file: string, asked: ExportOptions): Promise<void> {
  const config = cliConfig()
  const format = formatOf(asked.format)
  const line = createProgressLine('Exporting')
  let readings = 0
  const bytes = await withHouse(config, async (house) => {
    const order = await orderOf(house, asked)
    const calibrations = createCalibrationRegistry(house.db)
    await calibrations.reload()
    const side = await readSeries(house)
    try {
      const { timeZone } = config
      const exports = createSeriesExports({ store: side.store, calibrations, timeZone })
      const size = await exports.size(order, format)
      const pieces = exports.write(order, format, (more) => {
        readings += more
        line.show(Math.min(1, readings / Math.max(1, size.readings)), `${readings} readings`)
      })
      const bytes = await writeAll(pieces, file)
      const subject = file === '-' ? 'series:' : `file:${resolve(file)}`
      const detail = `${format}, ${order.devices.length} devices, ${readings} readings`
      await noteCommand(config, house.db, { act: 'exportSeries', subject, detail })
      return bytes
    } finally {
      line.end()
      await side.close()
    }
  })
  if (file === '-') return
  const size = (bytes / 1024 ** 2).toFixed(1)
  say(`${resolve(file)}: ${readings} readings, ${size} MiB.`)
}
