import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { spoolFolder } from '../compose/exchange.ts'
import { ConfigError } from '../domain/errors.ts'
import { type Precision, precisions } from '../domain/precision.ts'
import type { SeriesImportRecord, SeriesImportStore } from '../ports/series-exchange.ts'
import { createImportKeeper, newRecord } from '../series/imports.ts'
import { createSpool } from '../series/spool.ts'
import { createDeviceRegistry } from '../storage/device-registry.ts'
import { lockHouse } from '../storage/house-lock.ts'
import { loadInstallationKey } from '../storage/secrets.ts'
import { createSeriesImportStore } from '../storage/series-imports.ts'
import { noteCommand } from './note-command.ts'
import { createProgressLine } from './progress-line.ts'
import { type CommandHouse, withHouse, writeSeries } from './series-sides.ts'
import { cliConfig, clock, say } from './settings.ts'

/**
 * Beside a running gateway the command leaves its file in the gateway's spool, with its record in
 * the table, and looks on: one process writes series, and the same work is done in both cases.
 */

const mostBytes = 1_073_741_824
const lookEveryMs = 300
/** So often nothing changed, whether the gateway is still there is looked at. */
const looksUntilDoubt = 20
const command = 'lianxun import-series'

interface Ordered {
  file: string
  precision: Precision
}

function precisionOf(asked: string | undefined): Precision {
  const found = precisions.find((one) => one === (asked ?? 'ms'))
  if (found) return found
  throw new ConfigError([`--precision must be one of ${precisions.join(', ')}`])
}

async function checkFile(file: string): Promise<void> {
  const { size } = await stat(file).catch((error: Error) => {
    throw new ConfigError([`${file} cannot be read: ${error.message}`])
  })
  if (size > mostBytes) {
    throw new ConfigError([`${file} is larger than 1 GB; send it in parts, such as a file a year`])
  }
}

type Show = (record: SeriesImportRecord) => void

async function importAlone(
  house: CommandHouse,
  { file, precision }: Ordered,
  show: Show,
): Promise<SeriesImportRecord> {
  const { config, db } = house
  const key = await loadInstallationKey(config.dataDir)
  const registry = createDeviceRegistry({ db, key, clock, warn: () => {} })
  await registry.reload()
  const side = await writeSeries(house)
  try {
    const { promise, resolve } = Promise.withResolvers<SeriesImportRecord>()
    const store = createSeriesImportStore(db)
    const keeper = createImportKeeper({
      store: { ...store, save: async (record) => (show(record), await store.save(record)) },
      series: side.store,
      spool: createSpool(join(config.dataDir, spoolFolder)),
      devices: () => registry.all().map(({ id }) => id),
      timeZone: config.timeZone,
      clock,
      newId: randomUUID,
      log: { info: () => {}, warn: () => {} },
      ended: async (record) => resolve(record),
      repeat: () => () => {},
    })
    await keeper.start()
    const order = { name: basename(file), by: command, precision }
    await keeper.begin(order, createReadStream(file))
    const record = await promise
    await keeper.stop()
    return record
  } finally {
    await side.close()
  }
}

function isAway(dataDir: string): boolean {
  try {
    lockHouse(dataDir, '').release()
    return true
  } catch {
    return false
  }
}

async function follow(
  store: SeriesImportStore,
  { id, dataDir, show }: { id: string; dataDir: string; show: Show },
): Promise<SeriesImportRecord> {
  let last = ''
  let unchanged = 0
  for (;;) {
    const record = await store.get(id)
    if (!record) throw new ConfigError(['the record of this file is gone; run the command again'])
    if (record.state !== 'checking' && record.state !== 'writing') return record
    show(record)
    const now = `${record.state} ${record.progress}`
    unchanged = now === last ? unchanged + 1 : 0
    last = now
    if (unchanged >= looksUntilDoubt && isAway(dataDir)) {
      const problem =
        'The gateway ended in the middle. Run the command again: what is written already is not doubled.'
      return { ...record, state: 'failed', problem }
    }
    await pause(lookEveryMs)
  }
}

async function handOver(
  { config, db }: CommandHouse,
  { file, precision }: Ordered,
  show: Show,
): Promise<SeriesImportRecord> {
  const store = createSeriesImportStore(db)
  const { dataDir } = config
  const id = randomUUID()
  const spool = createSpool(join(dataDir, spoolFolder))
  await spool.keep(id, createReadStream(file))
  await store.add(newRecord({ id, name: basename(file), by: command, at: clock.now() }), precision)
  const record = await follow(store, { id, dataDir, show })
  if (record.state === 'failed') {
    await spool.remove(id)
    await store.save(record)
  }
  return record
}

function report(record: SeriesImportRecord): boolean {
  const { state, errors, errorCount, readings, leftOut, tooOld, name, problem } = record
  if (state === 'done') {
    say(`${name}: ${readings - tooOld} readings are written.`)
    if (tooOld > 0) {
      say(`${tooOld} readings are of months kept as hours and days only; nothing is added there.`)
    }
    if (leftOut > 0) {
      say(`${leftOut} rows are hours without their single readings; such go by line protocol.`)
    }
    return true
  }
  for (const { row, column, text } of errors) {
    say(`row ${row}${column === null ? '' : `, column ${column}`}: ${text}`)
  }
  const more = errorCount - errors.length
  if (more > 0) say(`… and ${more} more.`)
  say(problem ?? `${name}: nothing is written; mend ${errorCount} rows and run the command again.`)
  return false
}

/** Also while the gateway runs. False: nothing, or not all of it, is written. */
export async function runImportSeries(
  file: string,
  asked: { precision: string | undefined },
): Promise<boolean> {
  const config = cliConfig()
  const ordered = { file, precision: precisionOf(asked.precision) }
  await checkFile(file)
  const lines = { checking: createProgressLine('Checking'), writing: createProgressLine('Writing') }
  const show: Show = ({ state, progress, readings }) => {
    if (state === 'checking' || state === 'writing') {
      lines[state].show(progress, `${readings} readings`)
    }
  }
  const record = await withHouse(config, async (house) => {
    const work = house.alone ? importAlone : handOver
    const record = await work(house, ordered, show).finally(() => lines.writing.end())
    await noteCommand(config, house.db, {
      act: 'importSeries',
      subject: `seriesImport:${record.id}`,
      detail: `${record.name}: ${record.state}, ${record.readings} readings`,
    })
    return record
  })
  return report(record)
}
