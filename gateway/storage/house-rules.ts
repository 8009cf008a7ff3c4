import type { Kysely } from 'kysely'
import { defaultGatewayRules, gatewayHazard } from '../domain/gateway-rules.ts'
import { ensurePatrolRules } from './patrol-rules.ts'
import { ensureRules } from './rule-rows.ts'
import type { Tables } from './schema.ts'

/** What patrols and the gateway itself have to say, beside the rules of the town's own files. */
export async function ensureHouseRules(db: Kysely<Tables>): Promise<void> {
  await ensurePatrolRules(db)
  await ensureGatewayRules(db)
}

/** True when the rules were written now. */
export function ensureGatewayRules(db: Kysely<Tables>): Promise<boolean> {
  return ensureRules(db, {
    mark: 'gateway-defaults',
    hazard: gatewayHazard,
    missing: defaultGatewayRules,
  })
}
