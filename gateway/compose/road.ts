import { randomUUID } from 'node:crypto'
import { createPatrolReports } from '../pipeline/patrol-reports.ts'
import { createReportDesk } from '../pipeline/reports.ts'
import type { PatrolStore } from '../ports/patrol-store.ts'
import { createAuditChain } from '../storage/audit-chain.ts'
import { createCaseStore } from '../storage/case-store.ts'
import { createPatrolReportStore } from '../storage/patrol-reports.ts'
import type { House } from './house.ts'
import type { Judgement } from './judgement.ts'

interface Others {
  watch: Judgement['watch']
  store: PatrolStore
}

/** What people on the road send to the desk, and what the desk asks of them. */
export function composeRoad({ db, key, clock }: House, { watch, store }: Others) {
  const deskParts = {
    store: createCaseStore(db, createAuditChain({ key, clock })),
    loadTown: async () => watch.town(),
    newId: randomUUID,
    clock,
  }
  const reports = createPatrolReports({
    reportDesk: createReportDesk(deskParts),
    store: createPatrolReportStore(db),
    patrols: store,
    town: watch.town,
    clock,
  })
  return { parts: { reports } }
}
