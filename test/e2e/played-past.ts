import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { severityRank } from '../../gateway/domain/severity.ts'
import { openDatabase } from '../../gateway/storage/database.ts'
import type { Tables } from '../../gateway/storage/schema.ts'
import { type PlayedMonth, playSampleMonth } from '../gateway/evaluation/played-month.ts'

/** A month behind the town that was really played, for the evaluation to tell of. */

const hourMs = 3_600_000
const tables = ['incident', 'alarm', 'case', 'case_history'] as const
export async function writePlayedPast(dataDir: string): Promise<void> {
  const played = await playSampleMonth(20261001, 180)
  const file = await fileOf(played)
  const db = await openDatabase(join(dataDir, 'lianxun.db'))
  try {
    await sql`attach database ${file} as played`.execute(db)
    await sql`pragma foreign_keys = off`.execute(db)
    for (const table of tables) {
      await sql`insert or ignore into main.${sql.raw(`"${table}"`)} select * from played.${sql.raw(`"${table}"`)}`.execute(
        db,
      )
    }
    const open = db
      .selectFrom('case')
      .select('id')
      .where('state', 'not in', ['closed', 'void', 'merged'])
    await db.deleteFrom('case_history').where('case_id', 'in', open).execute()
    await db.deleteFrom('case').where('state', 'not in', ['closed', 'void', 'merged']).execute()
    // Their sources are gone: an alarm that still stood would stand on every board.
    await sql`update alarm set state = 'cleared' where raised_at < ${Date.now() - 86_400_000}`.execute(
      db,
    )
    await writeLate(db)
  } finally {
    await db.destroy()
    await played.close()
  }
}

async function fileOf({ db }: PlayedMonth): Promise<string> {
  const { rows } = await sql<{ file: string }>`select file from pragma_database_list
    where name = 'main'`.execute(db)
  return rows[0]?.file ?? ''
}

/** One that nobody took on in time: the clocks find it when the gateway starts. */
async function writeLate(db: Kysely<Tables>): Promise<void> {
  const openedAt = Date.now() - 5 * hourMs
  await db
    .insertInto('case')
    .values({
      id: 'late',
      number: '云岭-20261121-0001',
      state: 'handling',
      tier: 'grid',
      hazard: 'flood',
      severity: 'orange',
      severity_rank: severityRank('orange'),
      village: '990101101203',
      grid: '990101101203002',
      title: '红岩村第二网格 水情汛情',
      text: '河道漂来树干，卡在桥墩',
      source: 'resident',
      lon: 106.77,
      lat: 29.19,
      opened_at: openedAt,
      step_since: openedAt + hourMs / 4,
      due_at: openedAt + 4 * hourMs,
      next_timer_at: openedAt + 4 * hourMs,
      holder: JSON.stringify({ kind: 'unit', id: '应急办' }),
      version: 4,
      incident: null,
    })
    .execute()
  const acts = [
    { act: 'opened', from_state: null, to_state: 'reported' },
    { act: 'accept', from_state: 'reported', to_state: 'accepted' },
    { act: 'dispatch', from_state: 'accepted', to_state: 'dispatched' },
    { act: 'sign', from_state: 'dispatched', to_state: 'handling' },
  ]
  const rows = acts.map((one, at) => ({ ...one, case_id: 'late', at: openedAt + at * 300_000 }))
  await db.insertInto('case_history').values(rows).execute()
}
