import { createPatrolStore } from '../storage/patrol-store.ts'
import type { House, Stores } from './house.ts'
import type { Judgement } from './judgement.ts'
import type { Ways } from './ways.ts'

interface Others {
  watch: Judgement['watch']
}

/** 线上巡 and 点上巡: what plans, takes and judges them; routes find each part under its name. */
export function createPatrols(house: House, _stores: Stores, _ways: Ways, _others: Others) {
  const { db } = house
  const store = createPatrolStore(db)

  return {
    store,
    async start(): Promise<void> {},
    async stop(): Promise<void> {},
  }
}

export type Patrols = ReturnType<typeof createPatrols>
