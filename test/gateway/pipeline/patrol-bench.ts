import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Town } from '../../../gateway/domain/town.ts'
import { createIngest } from '../../../gateway/pipeline/accept.ts'
import { createCorrelator } from '../../../gateway/pipeline/correlate.ts'
import { createPatrolDesk } from '../../../gateway/pipeline/patrol-desk.ts'
import { createPatrolPlanner } from '../../../gateway/pipeline/patrol-planner.ts'
import type { PatrolStore } from '../../../gateway/ports/patrol-store.ts'
import { createCorrelationStore } from '../../../gateway/storage/correlation-store.ts'
import { createDeviceRegistry } from '../../../gateway/storage/device-registry.ts'
import { createObservationStore } from '../../../gateway/storage/observation-store.ts'
import { ensurePatrolRules } from '../../../gateway/storage/patrol-rules.ts'
import { createPatrolStore } from '../../../gateway/storage/patrol-store.ts'
import { createPlannedEventStore } from '../../../gateway/storage/planned-event-store.ts'
import { readTownFolder } from '../../../gateway/storage/town-files/town-files.ts'
import { importTown } from '../../../gateway/storage/town-import.ts'
import { createTownRepository } from '../../../gateway/storage/town-repository.ts'
import { createUserStore } from '../../../gateway/storage/user-store.ts'
import { openDatabase } from '../../support/house-file.ts'
import { copyTemplate } from '../../support/templates.ts'

/**
 * The sample town with its routes, and all that turns a missed round into a case: planner, ingest,
 * log, rules, cases, on a clock that stands until it is moved.
 */

const sample = join(import.meta.dirname, '../../../examples/town')
const fileName = 'lianxun.db'
const timeZone = 'Asia/Shanghai'
const key = Buffer.alloc(32, 7)

export const minute = 60_000
export const hour = 60 * minute
/** Saturday, 2026-11-21, 08:00 in Shanghai. */
export const start = Date.UTC(2026, 10, 21)
const town = '990101101'
export const village = `${town}201`

export type PatrolBench = Awaited<ReturnType<typeof patrolBench>>

async function importSample(directory: string): Promise<void> {
  const db = await openDatabase(join(directory, fileName))
  // Passwords and secrets are slow to hash, and nobody signs in here.
  const { users: _users, devices, ...files } = await readTownFolder(sample)
  const readers = (devices ?? []).filter(({ value }) => value.kind === 'tagReader')
  const options = { db, key, newId: randomUUID, secretlessDevices: true }
  await importTown(options, { ...files, devices: readers }, async () => {})
  await ensurePatrolRules(db)
  await db.destroy()
}

export async function patrolBench() {
  const directory = await mkdtemp(join(tmpdir(), 'lianxun-patrols-'))
  await copyTemplate('patrol-bench', importSample, directory)
  const db = await openDatabase(join(directory, fileName))
  let now = start
  let chance = 0
  const clock = { now: () => now, monotonic: () => now }
  const warnings: string[] = []
  const warn = (text: string) => void warnings.push(text)
  const towns = createTownRepository({ db, timeZone })
  // Seasons are in the way of hours; tests that want one put it in.
  let present: Town = { ...(await towns.load()), seasons: [] }
  const registry = createDeviceRegistry({ db, key, clock, warn })
  await registry.reload()
  const observations = createObservationStore({ directory, clock })
  await observations.start()
  const store = createPatrolStore(db)
  const ingest = createIngest({ ...observations, devices: registry, clock })

  function makePlanner(over: Partial<PatrolStore> = {}) {
    const idle: (() => void)[] = []
    const planner = createPatrolPlanner({
      store: { ...store, ...over },
      ingest,
      devices: registry,
      town: () => present,
      clock,
      newId: randomUUID,
      random: () => chance,
      logger: { warn },
      async pause(_ms, signal) {
        for (const one of idle.splice(0)) one()
        if (signal.aborted) return
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
      },
    })
    let isRunning = false
    return {
      ...planner,
      /** It works once, as it does each quarter of a minute. */
      async turn() {
        const worked = new Promise<void>((resolve) => idle.push(resolve))
        if (isRunning) planner.wake()
        else planner.start()
        isRunning = true
        await worked
      },
    }
  }

  async function makeCorrelator() {
    const correlator = createCorrelator({
      log: observations.log,
      store: createCorrelationStore(db),
      loadTown: async () => present,
      devices: registry,
      clock,
      newId: randomUUID,
      repeat: () => () => undefined,
      warn,
    })
    await correlator.start()
    return correlator
  }

  let planner = makePlanner()
  let correlator = await makeCorrelator()

  async function reload(): Promise<void> {
    present = { ...(await towns.load()), seasons: present.seasons }
    await registry.reload()
    await correlator.reloadTown()
  }

  const desk = createPatrolDesk({
    store,
    planner: {
      change: (work) => planner.change(work),
      planUntil: (place, until) => planner.planUntil(place, until),
      wake: () => planner.wake(),
    },
    devices: registry,
    plannedEvents: createPlannedEventStore(db),
    users: createUserStore({ db, newId: randomUUID }),
    town: () => present,
    clock,
    reload,
  })

  return {
    db,
    store,
    registry,
    clock,
    desk,
    warnings,
    log: observations.log,
    pass: (ms: number) => (now += ms),
    at: (ms: number) => (now = ms),
    random: (to: number) => (chance = to),
    inSeason(patrolFactor: number) {
      const season = {
        id: 's',
        name: '防火期',
        from: '01-01',
        to: '12-31',
        raise: {},
        patrolFactor,
      }
      present = { ...present, seasons: [season] }
    },
    rules: () => present.rules,
    /** Planner, then rules: whatever was to be told is an alarm afterwards. */
    async turn() {
      await planner.turn()
      await correlator.tick()
    },
    planner: () => planner,
    /** As after a crash: nothing in memory is left; `over` breaks the next planner's store. */
    async restart(over: Partial<PatrolStore> = {}) {
      await planner.stop()
      await correlator.stop()
      planner = makePlanner(over)
      correlator = await makeCorrelator()
    },
    async rounds(route: string) {
      const rounds = await store.rounds({ scope: town, from: 0, to: 1e15 })
      return rounds.filter((one) => one.route === route)
    },
    /** Somebody is at these points of the round. */
    async walk(round: string, points: readonly string[], status = 'accepted') {
      for (const point of points) {
        await db
          .insertInto('checkin')
          .values({
            id: randomUUID(),
            status,
            grade: 'cryptographic',
            marks: '[]',
            point,
            round,
            village,
            at: now,
            said_at: now,
            received_at: now,
            findings: '[]',
          })
          .execute()
      }
    },
    alarms: () =>
      db
        .selectFrom('alarm')
        .select(['rule', 'device', 'severity', 'village', 'raised_at', 'cleared_at'])
        .orderBy('raised_at')
        .orderBy('rule')
        .execute(),
    async cases() {
      const cases = await db.selectFrom('case').selectAll().orderBy('number').execute()
      const history = await db
        .selectFrom('case_history')
        .leftJoin('alarm', 'alarm.id', 'case_history.alarm')
        .select(['case_id', 'act', 'rule'])
        .orderBy('case_history.id')
        .execute()
      return cases.map((one) => ({
        ...one,
        timeline: history
          .filter((entry) => entry.case_id === one.id)
          .map(({ act, rule }) => `${act} ${rule ?? ''}`.trim()),
      }))
    },
    async close() {
      await planner.stop()
      await correlator.stop()
      await observations.stop()
      await db.destroy()
      await rm(directory, { recursive: true })
    },
  }
}
