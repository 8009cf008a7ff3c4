import type { RolledUp } from '../ports/series-store.ts'
import type { MonthFile } from './series-month.ts'

/** Writes into the file of one month, each a transaction. */

/** seq, series, observedAt, value */
export type LoggedReading = [number, number, number, number]

/** series, at, value */
export type NumberedReading = [number, number, number]

export type NumberedBucket = Omit<RolledUp, 'device' | 'property'> & { series: number }

const insertRaw = 'INSERT OR IGNORE INTO raw (series, at, value) VALUES (?, ?, ?)'

export function followedBy(month: MonthFile): number {
  return month.statement<[], number>('SELECT seq FROM followed').pluck().get() ?? 0
}

/** From this seq on hours and days may lack something; null: they do not. */
export function unrolledSince(month: MonthFile): number | null {
  return month.statement<[], number | null>('SELECT seq FROM unrolled').pluck().get() ?? null
}

function inTransaction(month: MonthFile, work: () => void): void {
  const { db } = month
  db.exec('BEGIN IMMEDIATE')
  try {
    work()
    db.exec('COMMIT')
  } catch (cause) {
    if (db.inTransaction) db.exec('ROLLBACK')
    month.rollup.doubtAll()
    throw cause
  }
}

/** Writes hours and days as they are now; within a transaction. */
function rollUp(month: MonthFile): void {
  month.rollup.flush()
  month.statement('UPDATE unrolled SET seq = NULL').run()
}

export function flushMonth(month: MonthFile): void {
  if (month.rollup.waiting() === 0 && unrolledSince(month) === null) return
  inTransaction(month, () => rollUp(month))
  month.rollup.written()
}

/** False: what of a closed month was counted already nobody can tell any more. */
function put(month: MonthFile, series: number, at: number, value: number): boolean {
  if (month.carried.get(series)?.closed) return false
  const insert = month.statement<number[], unknown>(insertRaw)
  if (insert.run(series, at, value).changes === 1) {
    month.rollup.add(series, at, value)
    return true
  }
  const key = 'WHERE series = ? AND at = ?'
  const stands = month.statement<number[], number>(`SELECT value FROM raw ${key}`).pluck()
  if (stands.get(series, at) === value) return true
  month.statement<number[], unknown>(`UPDATE raw SET value = ? ${key}`).run(value, series, at)
  month.rollup.changed(series, at)
  return true
}

/** In the order of the file, which is several times faster; of one time the last one stands. */
function inOrder(a: LoggedReading, b: LoggedReading): number {
  return a[1] - b[1] || a[2] - b[2] || a[0] - b[0]
}

export function applyToMonth(month: MonthFile, readings: LoggedReading[], upTo: number): void {
  inTransaction(month, () => {
    const followed = followedBy(month)
    const fresh = readings.filter(([seq]) => seq > followed)
    const [oldest] = fresh
    if (oldest && unrolledSince(month) === null) {
      month.statement<number[], unknown>('UPDATE unrolled SET seq = ?').run(oldest[0] - 1)
    }
    for (const [, series, at, value] of fresh.sort(inOrder)) put(month, series, at, value)
    month.statement<number[], unknown>('UPDATE followed SET seq = max(seq, ?)').run(upTo)
  })
}

/** Answers how many the month does not take any more. */
export function writeToMonth(month: MonthFile, readings: readonly NumberedReading[]): number {
  let tooOld = 0
  inTransaction(month, () => {
    for (const [series, at, value] of readings) if (!put(month, series, at, value)) tooOld += 1
    rollUp(month)
  })
  month.rollup.written()
  return tooOld
}

/** Days before their hours make no difference. */
export function carryToMonth(month: MonthFile, buckets: readonly NumberedBucket[]): void {
  inTransaction(month, () => {
    for (const { series, ...bucket } of buckets) month.rollup.carry(series, bucket)
    rollUp(month)
  })
  month.rollup.written()
}

/** After a crash: makes anew what these readings, which are in `raw` already, are rolled up in. */
export function recoverMonth(
  month: MonthFile,
  readings: Iterable<readonly [series: number, at: number]>,
  { isOf }: { isOf: (at: number) => boolean },
): void {
  for (const [series, at] of readings) {
    if (isOf(at) && !month.carried.get(series)?.closed) month.rollup.doubt(series, at)
  }
  inTransaction(month, () => rollUp(month))
  month.rollup.written()
}
