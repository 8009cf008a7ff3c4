import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import type { Device } from '../../../gateway/domain/device.ts'
import type { LogEntry, Observation } from '../../../gateway/domain/observation.ts'
import type { Town } from '../../../gateway/domain/town.ts'
import { type Correlator, createCorrelator } from '../../../gateway/pipeline/correlate.ts'
import type { CorrelationStore } from '../../../gateway/ports/correlation-store.ts'
import type { ObservationLog } from '../../../gateway/ports/observation-store.ts'
import { createCorrelationStore } from '../../../gateway/storage/correlation-store.ts'
import type { Tables } from '../../../gateway/storage/schema.ts'
import { openDatabase } from '../../support/house-file.ts'
import { registryOf, sampleDevices, sampleTown } from './sample-town.ts'

/** A log in memory, a clock that stands until it is moved, and the tables in a temporary file. */

interface TestClock {
  now(): number
  monotonic(): number
  /** Both clocks go on. */
  pass(ms: number): void
  /** The wall clock alone steps. */
  step(ms: number): void
}

function testClock(start: number): TestClock {
  let wall = start
  let monotonic = 1000
  return {
    now: () => wall,
    monotonic: () => monotonic,
    pass(ms) {
      wall += ms
      monotonic += ms
    },
    step(ms) {
      wall += ms
    },
  }
}

export interface MemoryLog extends ObservationLog {
  /** At most this much can be read; for tests that stop between batches. */
  limitTo(seq: number): void
}

export function memoryLog(observations: readonly Observation[] = []): MemoryLog {
  const entries: LogEntry[] = []
  let waiting = Promise.withResolvers<void>()
  let limit = Number.POSITIVE_INFINITY
  const push = (list: readonly Observation[]) => {
    for (const observation of list) entries.push({ seq: entries.length + 1, observation })
  }
  push(observations)
  return {
    async append(list) {
      push(list)
      waiting.resolve()
      waiting = Promise.withResolvers<void>()
      return { stored: list.length }
    },
    read: async (after, count) => entries.slice(after, Math.min(after + count, limit)),
    head: async () => entries.length,
    changed: () => waiting.promise,
    probe: async () => undefined,
    limitTo(seq) {
      limit = seq
    },
  }
}

export interface CorrelationBench {
  db: Kysely<Tables>
  town: Town
  devices: Device[]
  clock: TestClock
  log: MemoryLog
  store: CorrelationStore
  /** Starts a correlator that nobody ticks but the test. */
  correlator(over?: Partial<Parameters<typeof createCorrelator>[0]>): Promise<Correlator>
  /** Appends, and resolves when all of it is evaluated and kept. */
  feed(correlator: Correlator, observations: readonly Observation[]): Promise<void>
  rows(): Promise<Derived>
  close(): Promise<void>
}

/** 21 November 2026, 14:00 in Shanghai: fire season, no burn ban, a Saturday. */
export const noon = Date.UTC(2026, 10, 21, 6)

export async function correlationBench(start = noon): Promise<CorrelationBench> {
  const directory = await mkdtemp(join(tmpdir(), 'lianxun-correlate-'))
  const db = await openDatabase(join(directory, 'lianxun.db'))
  const town = sampleTown()
  const devices = sampleDevices(town)
  const clock = testClock(start)
  const log = memoryLog()
  const store = createCorrelationStore(db)
  const running = new Set<Correlator>()
  return {
    db,
    town,
    devices,
    clock,
    log,
    store,
    async correlator(over) {
      const made = createCorrelator({
        log,
        store,
        clock,
        devices: registryOf(devices),
        loadTown: async () => town,
        newId: () => crypto.randomUUID(),
        repeat: () => () => undefined,
        ...over,
      })
      await made.start()
      running.add(made)
      return made
    },
    async feed(correlator, observations) {
      await log.append(observations)
      await correlator.tick()
    },
    rows: () => derived(db),
    async close() {
      for (const correlator of running) await correlator.stop()
      await db.destroy()
      await rm(directory, { recursive: true })
    },
  }
}

export type Derived = Awaited<ReturnType<typeof derived>>

/** Alarms, incidents and cases without ids and wall-clock times, for comparing runs. */
async function derived(db: Kysely<Tables>) {
  const incidents = await db
    .selectFrom('incident')
    .selectAll()
    .orderBy('opened_at')
    .orderBy('cell')
    .execute()
  const keyOf = new Map(incidents.map((row) => [row.id, `${row.hazard} ${row.cell}`]))
  const alarms = await db.selectFrom('alarm').selectAll().orderBy('raised_at').execute()
  const alarmKey = new Map(alarms.map((row) => [row.id, `${row.rule} ${row.device}`]))
  const cases = await db.selectFrom('case').selectAll().orderBy('number').execute()
  const history = await db.selectFrom('case_history').selectAll().orderBy('id').execute()
  return {
    incidents: incidents.map(({ id: _id, closed_at, ...row }) => ({
      ...row,
      isClosed: closed_at !== null,
    })),
    alarms: alarms
      .map(({ id: _id, incident, ...row }) => ({ ...row, incident: keyOf.get(incident ?? '') }))
      .sort((a, b) => `${a.rule}${a.device}`.localeCompare(`${b.rule}${b.device}`)),
    cases: cases.map(({ id, incident, opened_at: _o, step_since: _s, due_at: _d, ...row }) => ({
      ...row,
      incident: keyOf.get(incident ?? ''),
      timeline: history
        .filter((entry) => entry.case_id === id)
        .map((entry) => `${entry.act} ${alarmKey.get(entry.alarm ?? '') ?? ''}`.trim()),
    })),
  }
}
