import type { Kysely } from 'kysely'
import { defaultPatrolRules, patrolHazard } from '../domain/patrol-rules.ts'
import { ensureRules } from './rule-rows.ts'
import type { Tables } from './schema.ts'

/** Late and missed rounds; true when the rules were written now. */
export function ensurePatrolRules(db: Kysely<Tables>): Promise<boolean> {
  return ensureRules(db, {
    mark: 'patrol-defaults',
    hazard: patrolHazard,
    missing: defaultPatrolRules,
  })
}
