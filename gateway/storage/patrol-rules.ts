import type { Kysely } from 'kysely'
import { defaultPatrolRules, patrolHazard } from '../domain/patrol-rules.ts'
import { rulesOf, writeRules } from './rule-rows.ts'
import type { Tables } from './schema.ts'

const defaultsMark = 'patrol-defaults'

/**
 * Once per installation, as soon as the town knows missed rounds as a hazard: whoever edits the
 * rules or takes them away afterwards is not overruled. True when they were written now.
 */
export function ensurePatrolRules(db: Kysely<Tables>): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const hazard = await trx
      .selectFrom('hazard')
      .select('id')
      .where('id', '=', patrolHazard)
      .executeTakeFirst()
    if (!hazard) return false
    const marked = await trx
      .insertInto('counter')
      .values({ name: defaultsMark, value: 1 })
      .onConflict((oc) => oc.column('name').doNothing())
      .executeTakeFirst()
    if (marked.numInsertedOrUpdatedRows === 0n) return false
    await writeRules(trx, defaultPatrolRules(await rulesOf(trx)))
    return true
  })
}
