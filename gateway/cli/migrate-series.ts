import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Config } from '../config/config.ts'
import { ConfigError } from '../domain/errors.ts'
import type { SeriesName, SeriesStore } from '../ports/series-store.ts'
import { type Migrated, type MigrationNotes, migrateSeries } from '../series/migrate.ts'
import { createMonths } from '../series/months.ts'
import { timeOption } from './export-series.ts'
import { noteCommand } from './note-command.ts'
import { createProgressLine } from './progress-line.ts'
import {
  type CommandHouse,
  openInflux,
  readFiles,
  type Side,
  withHouse,
  writeFiles,
} from './series-sides.ts'
import { cliConfig, say } from './settings.ts'

export interface MigrateOptions {
  to: string | undefined
  from: string | undefined
  'to-date': string | undefined
}

type Target = 'influx' | 'files'

/** 2100: beyond it there is nothing to look for. */
const latestMs = 4_102_444_800_000
const shown = 20

interface Notes extends MigrationNotes {
  /** Months of a series that were done before. */
  known: number
  close(): Promise<void>
}

/** What it was carried to: notes of another place are worth nothing. */
function headOf(target: Target, { influx }: Config): string {
  const place = target === 'influx' ? { url: influx?.url, bucket: influx?.bucket } : {}
  return JSON.stringify({ target, ...place })
}

function keyOf({ device, property }: SeriesName, month: string): string {
  return JSON.stringify([device, property, month])
}

function parseNotes(text: string, head: string): Map<string, number> {
  const [first, ...lines] = text.split('\n')
  if (first !== head) return new Map()
  return new Map(
    lines.flatMap((line): [string, number][] => {
      try {
        const [device, property, month, readings] = JSON.parse(line) as [
          string,
          never,
          string,
          number,
        ]
        return [[keyOf({ device, property }, month), readings]]
      } catch {
        // The end of a run that was cut off, or of the file.
        return []
      }
    }),
  )
}

/** One line for each month of a series; a run that is cut off loses its last one at most. */
async function openNotes(target: Target, config: Config): Promise<Notes> {
  const file = join(config.dataDir, `series-to-${target}.notes`)
  const head = headOf(target, config)
  const text = await readFile(file, 'utf8').catch(() => '')
  const known = parseNotes(text, head)
  const handle = await open(file, known.size > 0 ? 'a' : 'w', 0o600)
  await handle.appendFile(known.size > 0 ? '\n' : `${head}\n`)
  return {
    known: known.size,
    readings: (series, month) => known.get(keyOf(series, month)),
    async note({ device, property }, month, readings) {
      await handle.appendFile(`${JSON.stringify([device, property, month, readings])}\n`)
    },
    close: () => handle.close(),
  }
}

function targetOf(asked: string | undefined): Target {
  if (asked === 'influx' || asked === 'files') return asked
  throw new ConfigError(['--to must be influx or files'])
}

async function openSides(
  house: CommandHouse,
  target: Target,
): Promise<{
  source: Side<Pick<SeriesStore, 'query' | 'extents' | 'read'>>
  into: Side<SeriesStore>
}> {
  // What the log has more the files take from it themselves.
  const influx = await openInflux(house, { follows: false })
  try {
    if (target === 'influx') return { source: await readFiles(house), into: influx }
    return { source: influx, into: await writeFiles(house) }
  } catch (error) {
    await influx.close()
    throw error
  }
}

function report(result: Migrated, target: Target): boolean {
  const { series, readings, carried, left, lacking, more } = result
  say(`${readings} readings of ${series} series; ${carried} were carried by this run.`)
  for (const { series: name, month, why } of left.slice(0, shown)) {
    say(`Not carried: ${name.device} ${name.property}, ${month}: ${why}`)
  }
  if (left.length > 0) {
    say(`${left.length} months of a series are left: run it again while no gateway runs.`)
  }
  for (const { device, property, month, source, target: there } of lacking.slice(0, shown)) {
    say(`Differs: ${device} ${property}, ${month}: ${source} there, ${there} in ${target}.`)
  }
  if (lacking.length > shown) say(`… and ${lacking.length - shown} more.`)
  if (lacking.length > 0) say('Run it again: what differs is carried anew.')
  if (more > 0) say(`In ${more} months of a series ${target} has more: readings of its own.`)
  if (left.length > 0 || lacking.length > 0) return false
  say(`All of them are in ${target}; nothing was removed where they came from.`)
  return true
}

/** Whole days: readings are counted by them. */
function dateOption(
  name: string,
  text: string | undefined,
  rest: { timeZone: string; otherwise: number },
): number {
  if (text !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(text)) {
    throw new ConfigError([`${name} ${text}: write it as 2026-11-22`])
  }
  return timeOption(name, text, rest)
}

/** False: the target lacks something. */
export async function runMigrateSeries(asked: MigrateOptions): Promise<boolean> {
  const config = cliConfig()
  const { timeZone } = config
  const target = targetOf(asked.to)
  const from = dateOption('--from', asked.from, { timeZone, otherwise: 0 })
  const to = dateOption('--to-date', asked['to-date'], { timeZone, otherwise: latestMs })
  const line = createProgressLine(`Carrying to ${target}`)
  const result = await withHouse(config, async (house) => {
    const { source, into } = await openSides(house, target)
    const notes = await openNotes(target, config)
    if (notes.known > 0) say(`Going on: ${notes.known} months of a series are done.`)
    try {
      const result = await migrateSeries(
        {
          source: source.store,
          target: into.store,
          notes,
          monthsBetween: createMonths(timeZone),
          progress: line.show,
          wait: (ms) => pause(ms),
        },
        { from, to },
      )
      const detail = `${result.readings} readings, ${result.carried} by this run`
      await noteCommand(config, house.db, {
        act: 'migrateSeries',
        subject: `series:${target}`,
        detail,
      })
      return result
    } finally {
      line.end()
      await notes.close()
      await into.close()
      await source.close()
    }
  })
  return report(result, target)
}
