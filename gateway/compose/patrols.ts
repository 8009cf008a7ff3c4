import { randomBytes, randomUUID } from 'node:crypto'
import { createPatrolKeyRing, secretBytes } from '../patrol/patrol-keys.ts'
import { createTagBook } from '../patrol/tag-book.ts'
import { createTagWriter } from '../patrol/tag-writer.ts'
import { createPatrolCoverage } from '../pipeline/patrol-coverage.ts'
import { createPatrolDesk } from '../pipeline/patrol-desk.ts'
import { createPatrolPlanner } from '../pipeline/patrol-planner.ts'
import { createUploadAdmission } from '../pipeline/upload-admission.ts'
import { createPatrolRecords } from '../storage/patrol-coverage.ts'
import { loadPatrolSecret } from '../storage/patrol-secret.ts'
import { createPatrolStore } from '../storage/patrol-store.ts'
import { createPointScreens } from '../storage/point-screens.ts'
import { createTagPoints } from '../storage/tag-points.ts'
import { composeCheckins } from './checkins.ts'
import type { House, Stores } from './house.ts'
import type { Judgement } from './judgement.ts'
import { composeRoad } from './road.ts'
import { composeUploads } from './uploads.ts'
import type { Ways } from './ways.ts'

interface Others {
  watch: Judgement['watch']
}

/** 线上巡 and 点上巡: what plans, takes and judges them; routes find each part under its name. */
export function createPatrols(house: House, stores: Stores, ways: Ways, others: Others) {
  const { db, key, clock, logger } = house
  const store = createPatrolStore(db)
  const planner = createPatrolPlanner({
    store,
    ingest: ways.ingest,
    devices: stores.devices,
    town: others.watch.town,
    clock,
    newId: randomUUID,
    random: Math.random,
    logger,
  })
  const desk = createPatrolDesk({
    ...stores,
    store,
    planner,
    town: others.watch.town,
    clock,
    reload: () => others.watch.look(),
  })
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

  const admission = createUploadAdmission({ clock, random: Math.random })
  const checkins = composeCheckins(house, stores, {
    tags: tagBook,
    watch: others.watch,
    arrived: (checkins) => admission.arrived(checkins),
  })
  const uploads = composeUploads(house, stores, admission)
  const road = composeRoad(house, { watch: others.watch, store })

  return {
    ...checkins,
    store,
    desk,
    ...road,
    uploads,
    coverage,
    tags: createTagWriter(keys),
    screens: createPointScreens({ db, key, clock }),
    planner,
    async start(): Promise<void> {
      planner.start()
      await uploads.start()
      road.verification.start()
    },
    async stop(): Promise<void> {
      await planner.stop()
      await uploads.stop()
      await road.verification.stop()
    },
  }
}

export type Patrols = ReturnType<typeof createPatrols>
