import type { Transaction } from 'kysely'
import type { Rule } from '../domain/rule.ts'
import type { Tables } from './schema.ts'
import { raiseRevision } from './town-repository.ts'

/** Rules that the house itself adds to the town's. */

export async function rulesOf(trx: Transaction<Tables>): Promise<Rule[]> {
  const rows = await trx.selectFrom('rule').select('body').execute()
  return rows.map(({ body }) => JSON.parse(body) as Rule)
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
