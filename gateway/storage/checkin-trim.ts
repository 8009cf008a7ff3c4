import { type Kysely, type SqlBool, sql } from 'kysely'
import type { Purgeable, Removed } from '../ports/retention.ts'
import type { Tables } from './schema.ts'

/**
 * Takes the person out of old check-ins: who, with which phone, where exactly, what was said and
 * shown. That a team was at a point then, and how well it is proven, stays: figures are made of it.
 * What was refused and did not count is no visit, and goes as a whole.
 */

const stepRows = 500
const rotatingStepMs = 30_000

const isVisit = sql<number>`case when review is null then status = 'accepted'
  else review = 'counts' end`

const bytesOf = sql<number>`100 + length(marks) + coalesce(length(note), 0)
  + coalesce(length(sent), 0) + coalesce(length(problem), 0) + coalesce(length(review_text), 0)`

const nobody = {
  patroller: null,
  monotonic_ms: null,
  clock: null,
  lon: null,
  lat: null,
  accuracy_m: null,
  phone: null,
  photo: null,
  picture: null,
  note: null,
  hash: null,
  previous_hash: null,
  problem: null,
  sent: null,
  reviewed_by: null,
  review_text: null,
}

interface Mark {
  at: number
  id: string
}

/** Along the index of time, also over those that the person was taken from long ago. */
function oldOnes(db: Kysely<Tables>, before: number, { at, id }: Mark) {
  return db
    .selectFrom('checkin')
    .select(['at', 'id', 'patroller', bytesOf.as('bytes'), isVisit.as('isVisit')])
    .where('at', '<', before)
    .where(sql<SqlBool>`(at, id) > (${at}, ${id})`)
    .orderBy('at')
    .orderBy('id')
    .limit(stepRows)
    .execute()
}

async function takeOut(
  db: Kysely<Tables>,
  rows: Awaited<ReturnType<typeof oldOnes>>,
): Promise<Removed> {
  const personal = rows.filter(({ patroller }) => patroller !== null)
  const ids = (visit: number) => personal.filter((row) => row.isVisit === visit).map(({ id }) => id)
  if (personal.length > 0) {
    await db.transaction().execute(async (trx) => {
      await trx.updateTable('checkin').set(nobody).where('id', 'in', ids(1)).execute()
      await trx.deleteFrom('checkin').where('id', 'in', ids(0)).execute()
    })
  }
  return {
    removed: personal.length,
    bytes: personal.reduce((sum, { bytes }) => sum + bytes, 0),
  }
}

/** Who used which code when; an older one is shown by nobody any more. */
async function forgetCodes(db: Kysely<Tables>, before: number): Promise<void> {
  await db
    .deleteFrom('tag_step')
    .where('step', '<', Math.floor(before / rotatingStepMs))
    .execute()
}

export function createCheckinTrim(db: Kysely<Tables>): Purgeable {
  return {
    kind: 'checkins',
    async *remove(before) {
      await forgetCodes(db, before)
      let mark: Mark = { at: -1, id: '' }
      for (;;) {
        const rows = await oldOnes(db, before, mark)
        const last = rows.at(-1)
        if (!last) return
        mark = last
        yield takeOut(db, rows)
      }
    },
  }
}
