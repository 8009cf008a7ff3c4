import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Clock } from '../ports/clock.ts'
import type { Purgeable } from '../ports/retention.ts'
import type { VoiceStore } from '../ports/voice-store.ts'
import type { Tables } from './schema.ts'

/** Old voice notes go with the pictures, unless a case that still asks for work needs them. */

interface VoicePurgeParts {
  db: Kysely<Tables>
  voices: VoiceStore
  clock: Clock
}

/** Ids of the cases that have a voice note: those it was sent with, and those they were merged into. */
export function casesWithVoice(sha256: string): RawBuilder<string> {
  return sql<string>`(
    with recursive told(id) as (
      select case_id from case_voice where sha256 = ${sha256}
      union
      select merged.merged_into from "case" as merged join told on merged.id = told.id
      where merged.merged_into is not null
    )
    select id from told)`
}

async function isNeeded(trx: Kysely<Tables>, sha256: string): Promise<boolean> {
  const open = await trx
    .selectFrom('case')
    .select('id')
    .where('id', 'in', casesWithVoice(sha256))
    .where('state', 'not in', ['closed', 'void', 'merged'])
    .limit(1)
    .executeTakeFirst()
  return open !== undefined
}

export function createVoicePurge({ db, voices, clock }: VoicePurgeParts): Purgeable {
  /** Before the file goes: nothing may offer a voice that is not there; the timeline says so. */
  function release(sha256: string): Promise<boolean> {
    return db.transaction().execute(async (trx) => {
      if (await isNeeded(trx, sha256)) return false
      const rows = await trx
        .deleteFrom('case_voice')
        .where('sha256', '=', sha256)
        .returning('case_id')
        .execute()
      const removedAt = clock.now()
      const detail = sql<string>`json_set(coalesce(detail, '{}'), '$.voiceRemovedAt', ${removedAt})`
      for (const { case_id } of rows) {
        await trx
          .updateTable('case_history')
          .set({ detail })
          .where('case_id', '=', case_id)
          .where('act', '=', 'opened')
          .execute()
      }
      return true
    })
  }

  return {
    kind: 'pictures',
    async *remove(before) {
      for await (const old of voices.older(before)) {
        const bytes = await old.removeIf(() => release(old.sha256))
        if (bytes > 0) yield { removed: 1, bytes }
      }
    },
  }
}
