import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { ConfigError } from '../domain/errors.ts'
import type { ObservedProperty } from '../domain/observation.ts'
import type { SeriesExtent, SeriesName, SeriesStore } from '../ports/series-store.ts'
import { unrolledSince } from './series-apply.ts'
import type { SeriesFiles } from './series-files.ts'
import { type Carried, type MonthFile, monthVersion } from './series-month.ts'
import { lastOf, partOf } from './series-parts.ts'
import { unpackPoints } from './series-points.ts'
import { createSeriesQuery } from './series-query.ts'
import { createSeriesRead } from './series-read.ts'
import { createSeriesRollup } from './series-rollup.ts'
import { createSeriesSurvey } from './series-survey.ts'
import { createTownCalendar, type TownCalendar } from './town-calendar.ts'

/**
 * The files of the time series as a command reads them beside a gateway that writes them: nothing is
 * followed, rolled up or written. What the gateway holds in memory only is made of the single
 * readings, which are on the disk.
 */

export interface SeriesBeside extends Pick<SeriesStore, 'query' | 'extents' | 'read'> {
  close(): void
}

const openFiles = 40

function notHere(): never {
  throw new Error('The files of the time series are only read here.')
}

interface BesideParts {
  directory: string
  calendar: TownCalendar
  log: Database.Database
}

function monthIn(db: Database.Database, calendar: TownCalendar): MonthFile {
  const statements = new Map<string, Database.Statement>()
  function statement<P extends unknown[], R>(sql: string) {
    let found = statements.get(sql)
    if (!found) statements.set(sql, (found = db.prepare(sql)))
    return found as unknown as Database.Statement<P, R>
  }
  const carried: Carried = new Map()
  return { db, statement, carried, rollup: createSeriesRollup({ statement, carried, calendar }) }
}

function openMonths({ directory, calendar, log }: BesideParts): SeriesFiles {
  const open = new Map<string, MonthFile>()
  const since = log
    .prepare<[number], [number, number]>(
      'SELECT series, observed_at FROM log WHERE seq > ? AND value IS NOT NULL',
    )
    .raw()

  function openOne(name: string): MonthFile {
    const file = join(directory, `series-${name}.db`)
    const db = new Database(file, { readonly: true, timeout: 5000 })
    if (db.pragma('user_version', { simple: true }) !== monthVersion) {
      db.close()
      throw new ConfigError([`${file} is of another version; start the gateway of this one first`])
    }
    const month = monthIn(db, calendar)
    const seq = unrolledSince(month)
    for (const [series, at] of seq === null ? [] : since.iterate(seq)) {
      const isOf = calendar.at(at).month === name && !month.carried.get(series)?.closed
      if (isOf) month.rollup.doubt(series, at)
    }
    return month
  }

  function release(name: string): string {
    open.get(name)?.db.close()
    open.delete(name)
    return name
  }

  return {
    between(first, last) {
      const names = readdirSync(directory).flatMap((name) => {
        const month = /^series-(\d{4}-\d{2})\.db$/.exec(name)?.[1]
        return month === undefined ? [] : [month]
      })
      return names.filter((name) => first <= name && name <= last).toSorted()
    },
    month(name) {
      const found = open.get(name) ?? openOne(name)
      open.delete(name)
      open.set(name, found)
      const oldest = open.keys().next().value
      if (open.size > openFiles && oldest !== undefined) release(oldest)
      return found
    },
    release,
    close() {
      for (const { db } of open.values()) db.close()
      open.clear()
    },
    flush: () => {},
    flushAll: () => {},
    settle: () => {},
    apply: notHere,
    write: notHere,
    carry: notHere,
    forget: notHere,
    recover: notHere,
    furthest: notHere,
    kept: notHere,
  }
}

/** The numbers of all series of readings, as the log lists them now. */
function numbersOf(log: Database.Database): Map<string, { id: number } & SeriesName> {
  const rows = log
    .prepare<[], { id: number; device: string; name: string }>(
      "SELECT id, device, name FROM series WHERE kind = 'reading'",
    )
    .all()
  return new Map(
    rows.map(({ id, device, name }) => [
      keyOf({ device, property: name as ObservedProperty }),
      { id, device, property: name as ObservedProperty },
    ]),
  )
}

function keyOf({ device, property }: SeriesName): string {
  return `${property} ${device}`
}

export function openSeriesBeside(directory: string, timeZone: string): SeriesBeside {
  const logFile = join(directory, 'observations.db')
  if (!existsSync(logFile)) {
    throw new ConfigError([`${logFile} is not there; set LIANXUN_DATA_DIR to the data directory`])
  }
  const log = new Database(logFile, { readonly: true, timeout: 5000 })
  const calendar = createTownCalendar(timeZone)
  const files = openMonths({ directory, calendar, log })
  const ask = createSeriesQuery(files, calendar)
  const readPart = createSeriesRead(files, calendar)
  const survey = createSeriesSurvey(files, () => undefined)
  const names = numbersOf(log)

  return {
    async query({ series, from, to, resolution }) {
      const ids = series.map((name) => names.get(keyOf(name))?.id ?? 0)
      const answer = ask({ type: 'query', series: ids, from, to, resolution, upTo: 0 })
      return { resolution: answer.resolution, points: unpackPoints(answer.resolution, answer) }
    },
    async extents(devices) {
      const asked = [...names.values()].filter(({ device }) => devices?.includes(device) ?? true)
      const byId = new Map(asked.map(({ id, device, property }) => [id, { device, property }]))
      return survey.extents([...byId.keys()]).map(({ series, ...extent }): SeriesExtent => {
        return { ...(byId.get(series) as SeriesName), ...extent }
      })
    },
    async *read(name, from, to) {
      const series = names.get(keyOf(name))?.id ?? 0
      const place = { readingsFrom: from, bucketsFrom: from }
      for (;;) {
        const answer = readPart({ type: 'read', series, ...place, to, upTo: 0 })
        if (!answer) return
        const part = partOf(name, answer)
        const last = lastOf(part)
        place.readingsFrom =
          part.kind === 'readings' ? last + 1 : Math.max(place.readingsFrom, last)
        place.bucketsFrom = last + 1
        yield part
      }
    },
    close() {
      files.close()
      log.close()
    },
  }
}
