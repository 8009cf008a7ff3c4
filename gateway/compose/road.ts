import { randomUUID } from 'node:crypto'
import { createCaseDesk } from '../pipeline/case-desk.ts'
import { createPatrolReports } from '../pipeline/patrol-reports.ts'
import { createPatrolVerification } from '../pipeline/patrol-verification.ts'
import { createReportDesk } from '../pipeline/reports.ts'
import type { PatrolStore } from '../ports/patrol-store.ts'
import { createAuditChain } from '../storage/audit-chain.ts'
import { createCaseStore } from '../storage/case-store.ts'
import { createPatrolReportStore } from '../storage/patrol-reports.ts'
import { createPatrolTaskStore } from '../storage/patrol-tasks.ts'
import type { House } from './house.ts'
import type { Judgement } from './judgement.ts'

interface Others {
  watch: Judgement['watch']
  store: PatrolStore
}

/** What people on the road send to the desk, and what the desk asks of them. */
export function composeRoad({ db, key, clock, logger }: House, { watch, store }: Others) {
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
  const verification = createPatrolVerification({
    store: createPatrolTaskStore(db),
    patrols: store,
    desk: createCaseDesk(deskParts),
    wholeTown: () => watch.town().places.find(({ level }) => level === 'town')?.code,
    clock,
    newId: randomUUID,
    logger,
  })
  return { reports, verification }
}
