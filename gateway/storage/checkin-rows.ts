import { CompiledQuery, type Kysely } from 'kysely'
import type { NewKeptCheckin } from '../ports/checkin-store.ts'
import type { Tables } from './schema.ts'

/** Writes many check-ins with few statements: a thousand come in one transaction. */

/** Rows in one statement; few sizes, so that each is prepared once. */
const insertSizes = [100, 10, 1]

function insertText(rows: number): string {
  const columns = Object.keys(columnsOf)
  const row = `(${columns.map(() => '?').join(', ')})`
  const values = Array.from({ length: rows }, () => row).join(', ')
  return `insert into checkin (${columns.map((column) => `"${column}"`).join(', ')}) values ${values}`
}

export async function insertCheckins(
  db: Kysely<Tables>,
  checkins: readonly NewKeptCheckin[],
): Promise<void> {
  const values = Object.values(columnsOf)
  for (let from = 0; from < checkins.length; ) {
    const size = insertSizes.find((rows) => rows <= checkins.length - from) ?? 1
    const some = checkins.slice(from, from + size)
    const parameters = some.flatMap((one) => values.map((of) => of(one)))
    await db.executeQuery(CompiledQuery.raw(insertText(size), parameters))
    from += size
  }
}

type Value = string | number | null

const columnsOf: Record<string, (one: NewKeptCheckin) => Value> = {
  id: (one) => one.id,
  status: (one) => one.status,
  refusal: (one) => one.refusal,
  problem: (one) => one.problem,
  sent: (one) => one.sent,
  grade: (one) => one.grade,
  marks: (one) => JSON.stringify(one.marks),
  point: (one) => one.point,
  round: (one) => one.round,
  village: (one) => one.village,
  grid: (one) => one.grid,
  patroller: (one) => one.patroller,
  team: (one) => one.team,
  at: (one) => one.at,
  said_at: (one) => one.saidAt,
  received_at: (one) => one.receivedAt,
  monotonic_ms: (one) => one.monotonicMs,
  clock: (one) => one.clock,
  lon: (one) => one.lon,
  lat: (one) => one.lat,
  accuracy_m: (one) => one.accuracyM,
  phone: (one) => one.phone,
  photo: (one) => one.photo,
  findings: (one) => JSON.stringify(one.findings),
  note: (one) => one.note,
  hash: (one) => one.hash,
  previous_hash: (one) => one.previousHash,
  task: (one) => one.task,
  verdict: (one) => one.verdict,
}
