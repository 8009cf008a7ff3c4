import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  applyToMonth,
  carryToMonth,
  flushMonth,
  followedBy,
  type LoggedReading,
  type NumberedBucket,
  type NumberedReading,
  recoverMonth,
  unrolledSince,
  writeToMonth,
} from './series-apply.ts'
import { type MonthFile, openMonth, setWriting } from './series-month.ts'
import type { TownCalendar } from './town-calendar.ts'

/**
 * One file per month in the town's zone: raw readings in the order (series, time), hours and days
 * rolled up. Each file holds the seq of the log that it has seen, so that the same stretch of the
 * log may be applied again, and from which seq on its hours and days may lack something.
 */

export type { LoggedReading } from './series-apply.ts'

/** The files as those see them who read them. */
export interface SeriesMonths {
  /** Months from `first` to `last` that have a file, oldest first. */
  between(first: string, last: string): string[]
  /** Use each before the next but some. */
  month(name: string): MonthFile
  /** Writes what is rolled up in memory only. */
  flush(name: string): void
}

export interface SeriesFiles extends SeriesMonths {
  /** Applies readings of seqs up to `upTo`, in order of seq. */
  apply(readings: readonly LoggedReading[], upTo: number): void
  /** Answers how many are of months that take no single ones any more. */
  write(readings: readonly NumberedReading[]): number
  carry(buckets: readonly NumberedBucket[]): void
  /** As `flush`, where much has been gathered. */
  settle(followed: number): void
  flushAll(): void
  /** Closes it; answers with its file, which may then be put in another's place or go. */
  release(name: string): string
  /** The file is gone. */
  forget(name: string): void
  /** After a crash: `since` gives series and times of the log's readings after a seq. */
  recover(since: (seq: number, upTo: number) => Iterable<readonly [number, number]>): void
  /** The furthest seq that any of the files has seen. */
  furthest(): number
  /** Up to this seq nothing is needed any more from the log, when it has followed so far. */
  kept(followed: number): number
  close(): void
}

/** Three years in one chart; each holds a small cache, see series-month.ts. */
export const openFiles = 40
/** Of these as many as a town writes, and a late batch. */
const writingFiles = 3
/** How much of the log a crash costs to roll up again. */
const unrolledSeqs = 200_000
const unrolledDays = 20_000

function monthsIn(directory: string): string[] {
  return readdirSync(directory).flatMap((name) => {
    const month = /^series-(\d{4}-\d{2})\.db$/.exec(name)?.[1]
    return month === undefined ? [] : [month]
  })
}

/** Most recently used last. */
function use<V>(map: Map<string, V>, name: string, value: V): void {
  map.delete(name)
  map.set(name, value)
}

export function createSeriesFiles(directory: string, calendar: TownCalendar): SeriesFiles {
  const open = new Map<string, MonthFile>()
  const writing = new Map<string, MonthFile>()
  /** Since when hours and days wait, by month. */
  const unrolled = new Map<string, number>()
  const known = new Set(monthsIn(directory))
  const fileOf = (name: string) => join(directory, `series-${name}.db`)

  function month(name: string): MonthFile {
    const found = open.get(name) ?? openMonth(fileOf(name), calendar)
    known.add(name)
    use(open, name, found)
    const oldest = open.keys().next().value
    if (open.size > openFiles && oldest !== undefined) release(oldest)
    return found
  }

  function toWrite(name: string): MonthFile {
    const found = month(name)
    if (!writing.has(name)) setWriting(found, true)
    use(writing, name, found)
    const oldest = writing.keys().next().value
    if (writing.size > writingFiles && oldest !== undefined) {
      setWriting(writing.get(oldest) as MonthFile, false)
      writing.delete(oldest)
    }
    return found
  }

  function flush(name: string): void {
    const found = open.get(name)
    if (found) flushMonth(found)
    unrolled.delete(name)
  }

  function release(name: string): string {
    flush(name)
    open.get(name)?.db.close()
    open.delete(name)
    writing.delete(name)
    return fileOf(name)
  }

  function byMonth<R>(rows: readonly R[], at: (row: R) => number): Map<string, R[]> {
    return Map.groupBy(rows, (row) => calendar.at(at(row)).month)
  }

  return {
    apply(readings, upTo) {
      for (const [name, group] of byMonth(readings, ([, , at]) => at)) {
        const found = toWrite(name)
        applyToMonth(found, group, upTo)
        const since = unrolledSince(found)
        if (since !== null) unrolled.set(name, since)
      }
    },
    write(readings) {
      let tooOld = 0
      for (const [name, group] of byMonth(readings, ([, at]) => at)) {
        tooOld += writeToMonth(toWrite(name), group)
        unrolled.delete(name)
      }
      return tooOld
    },
    carry(buckets) {
      for (const [name, group] of byMonth(buckets, ({ at }) => at)) {
        carryToMonth(toWrite(name), group)
        unrolled.delete(name)
      }
    },
    between: (first, last) => [...known].filter((name) => first <= name && name <= last).toSorted(),
    month,
    settle(followed) {
      for (const [name, since] of unrolled) {
        const days = open.get(name)?.rollup.waiting() ?? 0
        if (followed - since >= unrolledSeqs || days >= unrolledDays) flush(name)
      }
    },
    flush,
    flushAll() {
      for (const name of unrolled.keys()) flush(name)
    },
    release,
    forget: (name) => void known.delete(name),
    recover(since) {
      for (const name of known) {
        const found = month(name)
        const seq = unrolledSince(found)
        if (seq === null) continue
        const isOf = (at: number) => calendar.at(at).month === name
        // A step may have gone beyond the bound before it was looked at.
        recoverMonth(found, since(seq, seq + 2 * unrolledSeqs), { isOf })
      }
    },
    furthest: () => Math.max(0, ...[...known].map((name) => followedBy(month(name)))),
    kept: (followed) => Math.min(followed, ...unrolled.values()),
    close() {
      for (const name of open.keys()) release(name)
    },
  }
}
