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

/** As the index of those that have a person has it. */
const hasPerson = sql<SqlBool>`patroller is not null`
const isVisit = sql<boolean>`case when review is null then status = 'accepted'
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

function oldOnes(db: Kysely<Tables>, before: number) {
  return db
    .selectFrom('checkin')
    .select(['id', bytesOf.as('bytes'), isVisit.as('isVisit')])
    .where(hasPerson)
    .where('at', '<', before)
    .orderBy('at')
    .limit(stepRows)
    .execute()
}

async function step(db: Kysely<Tables>, before: number): Promise<Removed> {
  const rows = await oldOnes(db, before)
  if (rows.length === 0) return { removed: 0, bytes: 0 }
  const ids = (some: typeof rows) => some.map(({ id }) => id)
  const [visits, others] = [rows.filter((row) => row.isVisit), rows.filter((row) => !row.isVisit)]
  await db.transaction().execute(async (trx) => {
    await trx.updateTable('checkin').set(nobody).where('id', 'in', ids(visits)).execute()
    await trx.deleteFrom('checkin').where('id', 'in', ids(others)).execute()
  })
  return { removed: rows.length, bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0) }
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
      for (;;) {
        const removed = await step(db, before)
        if (removed.removed === 0) return
        yield removed
      }
    },
  }
}
