import { randomBytes } from 'node:crypto'
import { createPatrolKeyRing, secretBytes } from '../patrol/patrol-keys.ts'
import { createTagBook } from '../patrol/tag-book.ts'
import { createPatrolCoverage } from '../pipeline/patrol-coverage.ts'
import { createPatrolRecords } from '../storage/patrol-coverage.ts'
import { loadPatrolSecret } from '../storage/patrol-secret.ts'
import { createPatrolStore } from '../storage/patrol-store.ts'
import { createTagPoints } from '../storage/tag-points.ts'
import type { House, Stores } from './house.ts'
import type { Judgement } from './judgement.ts'
import type { Ways } from './ways.ts'

interface Others {
  watch: Judgement['watch']
}

/** 线上巡 and 点上巡: what plans, takes and judges them; routes find each part under its name. */
export function createPatrols(house: House, stores: Stores, _ways: Ways, others: Others) {
  const { db, clock } = house
  const store = createPatrolStore(db)
  const coverage = createPatrolCoverage({
    records: createPatrolRecords(db),
    clock,
    timeZone: () => others.watch.town().timeZone,
  })
  const { vault } = stores
  const keys = createPatrolKeyRing(() =>
    loadPatrolSecret({ db, vault, generate: () => randomBytes(secretBytes) }),
  )
  const tagBook = createTagBook({ keys, points: createTagPoints(db) })

  return {
    store,
    coverage,
    tagBook,
    async start(): Promise<void> {},
    async stop(): Promise<void> {},
  }
}

export type Patrols = ReturnType<typeof createPatrols>
