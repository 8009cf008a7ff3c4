import { type CaseClocks, createCaseClocks } from '../pipeline/case-clocks.ts'
import { createAuditChain } from '../storage/audit-chain.ts'
import { createCaseStore } from '../storage/case-store.ts'
import type { House } from './house.ts'
import type { Judgement } from './judgement.ts'

/** Deadlines, reminders and escalation of cases. */
export function createClocks({ db, key, clock, logger }: House, { watch }: Judgement): CaseClocks {
  return createCaseClocks({
    store: createCaseStore(db, createAuditChain({ key, clock })),
    clock,
    town: watch.town,
    warn: (text) => logger.warn(text),
  })
}
