import type { Kysely, Selectable } from 'kysely'
import type { Precision } from '../domain/precision.ts'
import type {
  SeriesImportRecord,
  SeriesImportStore,
  WaitingImport,
} from '../ports/series-exchange.ts'
import { displayNames } from './alarm-queries.ts'
import type { Tables } from './schema.ts'

/** The last files that were read in, with what came of each. */

const kept = 200

type Body = Omit<WaitingImport, 'id' | 'name' | 'by' | 'at' | 'state'>

function toRecord(row: Selectable<Tables['series_import']>): WaitingImport {
  const { id, name, by, at } = row
  const body = JSON.parse(row.body) as Body
  return { id, name, by, at, state: row.state as WaitingImport['state'], ...body }
}

function bodyOf(record: SeriesImportRecord, precision: Precision): string {
  const { progress, readings, leftOut, tooOld, errors, errorCount, problem } = record
  const body: Body = { progress, readings, leftOut, tooOld, errors, errorCount, problem, precision }
  return JSON.stringify(body)
}

export function createSeriesImportStore(db: Kysely<Tables>): SeriesImportStore {
  const rows = () => db.selectFrom('series_import').selectAll()

  async function named(records: readonly WaitingImport[]): Promise<WaitingImport[]> {
    const ids = records.map(({ by }) => by)
    const names = await displayNames(db, ids)
    return records.map((one) => ({ ...one, by: names.get(one.by) ?? one.by }))
  }

  async function get(id: string): Promise<WaitingImport | undefined> {
    const found = await rows().where('id', '=', id).execute()
    return (await named(found.map(toRecord)))[0]
  }

  return {
    get,
    async list() {
      const found = await rows().orderBy('at', 'desc').orderBy('id', 'desc').limit(kept).execute()
      return await named(found.map(toRecord))
    },
    async unfinished() {
      const found = await rows().where('state', 'in', ['checking', 'writing']).execute()
      return found.map(toRecord).toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
    },
    async add(record, precision) {
      const { id, name, by, at, state } = record
      await db.transaction().execute(async (trx) => {
        await trx
          .insertInto('series_import')
          .values({ id, name, by, at, state, body: bodyOf(record, precision) })
          .execute()
        const last = trx.selectFrom('series_import').select('id').orderBy('at', 'desc').limit(kept)
        await trx
          .deleteFrom('series_import')
          .where('id', 'not in', last)
          .where('state', 'not in', ['checking', 'writing'])
          .execute()
      })
    },
    async save(record) {
      const known = await get(record.id)
      if (!known) return
      await db
        .updateTable('series_import')
        .set({ state: record.state, body: bodyOf(record, known.precision) })
        .where('id', '=', record.id)
        .execute()
    },
  }
}
