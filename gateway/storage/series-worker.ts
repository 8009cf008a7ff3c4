import { workerData } from 'node:worker_threads'
import Database from 'better-sqlite3'
import { createSeriesFiles, type LoggedReading } from './series-files.ts'
import { createSeriesQuery } from './series-query.ts'
import { runStorageThread } from './storage-thread.ts'
import { createTownCalendar } from './town-calendar.ts'
import type { SeriesRequests } from './worker-messages.ts'

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
  let followed = Math.max(0, files.furthest() - stepSeqs)

  function follow(upTo: number) {
    while (followed < upTo) {
      const end = Math.min(upTo, followed + stepSeqs)
      const readings = step.all(followed, end).filter(([, , , value]) => value !== null)
      files.apply(readings, end)
      followed = end
    }
    return followed
  }

  function answer(request: SeriesRequest) {
    if (request.type === 'follow') return follow(request.upTo)
    if (request.type === 'thin') return files.thin(request.before)
    follow(request.upTo)
    return query(request)
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
