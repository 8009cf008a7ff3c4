import { workerData } from 'node:worker_threads'
import Database from 'better-sqlite3'
import type { ObservedProperty } from '../domain/observation.ts'
import { classOf, type PropertyClass } from '../domain/property-class.ts'
import type { LoggedReading, NumberedBucket, NumberedReading } from './series-apply.ts'
import { createCompaction } from './series-compact.ts'
import { createSeriesFiles } from './series-files.ts'
import { createSeriesQuery } from './series-query.ts'
import { createSeriesRead } from './series-read.ts'
import { createSeriesSurvey } from './series-survey.ts'
import { runStorageThread } from './storage-thread.ts'
import { createTownCalendar } from './town-calendar.ts'
import type { SeriesRequests, SeriesWriteRequest } from './worker-messages.ts'

/**
 * The thread that keeps the time series. It follows the log file as any other consumer would, so
 * that a slow or full series disk never holds up a commit. Each month's file holds its own
 * position. A step never spans more than `stepSeqs` of the log and begins where the whole has got
 * to: after a crash, what any file lacks lies within that many seqs of the furthest one.
 */

const stepSeqs = 20_000

type SeriesRequest = SeriesRequests[keyof SeriesRequests]['request']

export interface SeriesWorkerSettings {
  directory: string
  logFile: string
  timeZone: string
}

/** The class of a series' property, as the log lists it. */
function createClasses(log: Database.Database) {
  const known = new Map<number, PropertyClass | undefined>()
  const nameOf = log.prepare<[number], string>('SELECT name FROM series WHERE id = ?').pluck()
  return (series: number): PropertyClass | undefined => {
    if (!known.has(series)) {
      try {
        known.set(series, classOf(nameOf.get(series) as ObservedProperty))
      } catch {
        // A property of another version.
        known.set(series, undefined)
      }
    }
    return known.get(series)
  }
}

function rowsOf(numbers: Float64Array, width: number): number[][] {
  return Array.from({ length: numbers.length / width }, (_, n) => [
    ...numbers.subarray(n * width, (n + 1) * width),
  ])
}

function bucketOf([series, day, at, min, max, sum, count]: number[]): NumberedBucket {
  const numbers = { series, at, min, max, sum, count } as Omit<NumberedBucket, 'resolution'>
  return { ...numbers, resolution: day === 1 ? 'day' : 'hour' }
}

runStorageThread(() => {
  const { directory, logFile, timeZone } = workerData as SeriesWorkerSettings
  const log = new Database(logFile, { readonly: true, fileMustExist: true })
  const step = log
    .prepare(
      'SELECT seq, series, observed_at, value FROM log WHERE seq > ? AND seq <= ? ORDER BY seq',
    )
    .raw() as unknown as Database.Statement<[number, number], LoggedReading>
  const calendar = createTownCalendar(timeZone)
  const files = createSeriesFiles(directory, calendar)
  const query = createSeriesQuery(files, calendar)
  const read = createSeriesRead(files, calendar)
  const classes = createClasses(log)
  const survey = createSeriesSurvey(files, classes)
  const compact = createCompaction({ files, calendar, classOf: classes })
  files.recover((seq, upTo) =>
    readingsBetween(seq, upTo).map(([, series, at]) => [series, at] as const),
  )
  let followed = Math.max(0, files.furthest() - stepSeqs)

  function readingsBetween(after: number, upTo: number): LoggedReading[] {
    return step.all(after, upTo).filter(([, , , value]) => value !== null)
  }

  function follow(upTo: number) {
    while (followed < upTo) {
      const end = Math.min(upTo, followed + stepSeqs)
      files.apply(readingsBetween(followed, end), end)
      followed = end
      files.settle(followed)
    }
  }

  function write({ kind, numbers }: SeriesWriteRequest): number {
    if (kind === 'readings') return files.write(rowsOf(numbers, 3) as NumberedReading[])
    files.carry(rowsOf(numbers, 7).map(bucketOf))
    return 0
  }

  function answer(request: SeriesRequest): unknown {
    if ('upTo' in request) follow(request.upTo)
    switch (request.type) {
      case 'follow':
        if (request.settle) files.flushAll()
        return { followed, kept: files.kept(followed) }
      case 'query':
        return query(request)
      case 'read':
        return read(request)
      case 'write':
        return write(request)
      case 'extents':
        return survey.extents(request.series)
      case 'compact':
        return compact(request.bounds)
      case 'months':
        return files.between('0000-00', '9999-99')
      case 'size':
        return survey.size(request.month)
    }
  }

  return {
    ready: undefined,
    answer: (request) => answer(request as SeriesRequest),
    close() {
      files.close()
      log.close()
    },
  }
})
