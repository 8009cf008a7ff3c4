import type { Kysely, Transaction } from 'kysely'
import type { Rule } from '../domain/rule.ts'
import type { Tables } from './schema.ts'
import { raiseRevision } from './town-repository.ts'

/** Rules that the house itself adds to the town's. */

export async function rulesOf(trx: Transaction<Tables>): Promise<Rule[]> {
  const rows = await trx.selectFrom('rule').select('body').execute()
  return rows.map(({ body }) => JSON.parse(body) as Rule)
}

interface HouseRules {
  /** Name of the counter that says they were written. */
  mark: string
  /** The hazard that they are of. */
  hazard: string
  /** What of them is missing beside the town's own. */
  missing: (rules: readonly Rule[]) => Rule[]
}

/**
 * Once per installation, as soon as the town knows their hazard: whoever edits the rules or takes
 * them away afterwards is not overruled. True when they were written now.
 */
export function ensureRules(db: Kysely<Tables>, rules: HouseRules): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const hazard = await trx
      .selectFrom('hazard')
      .select('id')
      .where('id', '=', rules.hazard)
      .executeTakeFirst()
    if (!hazard) return false
    const marked = await trx
      .insertInto('counter')
      .values({ name: rules.mark, value: 1 })
      .onConflict((oc) => oc.column('name').doNothing())
      .executeTakeFirst()
    if (marked.numInsertedOrUpdatedRows === 0n) return false
    await writeRules(trx, rules.missing(await rulesOf(trx)))
    return true
  })
}

/** New ones come behind those that are there. */
export async function writeRules(trx: Transaction<Tables>, rules: readonly Rule[]): Promise<void> {
  const last = await trx
    .selectFrom('rule')
    .select((eb) => eb.fn.max('position').as('position'))
    .executeTakeFirst()
  let position = last?.position ?? -1
  for (const rule of rules) {
    position += 1
    const body = JSON.stringify(rule)
    await trx
      .insertInto('rule')
      .values({ id: rule.id, position, body })
      .onConflict((oc) => oc.column('id').doUpdateSet({ body }))
      .execute()
  }
  if (rules.length > 0) await raiseRevision(trx)
}
