import { type ChildProcess, fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import SqliteFile from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LogEntry } from '../../gateway/domain/observation.ts'
import { createCorrelator } from '../../gateway/pipeline/correlate.ts'
import { createCorrelationStore } from '../../gateway/storage/correlation-store.ts'
import { openDatabase } from '../../gateway/storage/database.ts'
import { createDeviceRegistry } from '../../gateway/storage/device-registry.ts'
import { createObservationStore } from '../../gateway/storage/observation-store.ts'
import { loadInstallationKey } from '../../gateway/storage/secrets.ts'
import { createTownRepository } from '../../gateway/storage/town-repository.ts'
import { until } from '../adapters/mqtt/kit.ts'
import { freePort } from '../support/free-port.ts'
import { type GatewayProcess, runCli, type Settings, startGateway } from './gateway-process.ts'
import { type Office, officeCall, officeVillage, openOffice } from './kill-9-office.ts'
import { keysOf, type StreamDevice } from './kill-9-stream.ts'

/**
 * kill -9 in the middle of the ingest, again and again, while devices publish and resend. Afterwards
 * every acknowledged message is in the log, none is there twice, every file is whole, and alarms,
 * incidents and cases are those of a house that was never disturbed. LIANXUN_KILL_ROUNDS sets the
 * number of kills.
 */
const rounds = Number(process.env.LIANXUN_KILL_ROUNDS ?? 20)
const timeZone = 'Asia/Shanghai'
const clock = { now: () => Date.now(), monotonic: () => performance.now() }
const startMs = Math.floor(Date.now() / 1_000) * 1_000 - 25 * 86_400_000
const deviceIds = [
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((village) => `v${village}-smoke1`),
  ...[1, 2, 3, 4, 5].map((station) => `v1-pm${station}`),
  'v2-water1',
  'v4-water1',
  'v7-water1',
  'v1-sos1',
  'v2-sos1',
]

let directory: string
let settings: Settings
let devices: StreamDevice[]
let gateway: GatewayProcess | undefined
let publisher: ChildProcess | undefined
let secrets: { devices: Record<string, string>; users: Record<string, string> }

beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'lianxun-kill-'))
  const killed = path.join(directory, 'killed')
  settings = {
    LIANXUN_DATA_DIR: killed,
    LIANXUN_HTTP_PORT: '0',
    LIANXUN_MQTT_PORT: String(await freePort()),
    LIANXUN_TZ: timeZone,
  }
  const secretsFile = path.join(directory, 'secrets.json')
  await runCli(['import', 'examples/town', '--secrets-out', secretsFile], settings)
  await cp(killed, path.join(directory, 'undisturbed'), { recursive: true })
  devices = await streamDevices(secretsFile)
})

afterAll(async () => {
  publisher?.kill('SIGKILL')
  await gateway?.kill('SIGKILL')
  await rm(directory, { recursive: true, force: true })
})

async function streamDevices(secretsFile: string): Promise<StreamDevice[]> {
  secrets = JSON.parse(await readFile(secretsFile, 'utf8')) as typeof secrets
  const db = await openDatabase(path.join(directory, 'undisturbed', 'lianxun.db'))
  const rows = await db.selectFrom('device').selectAll().where('id', 'in', deviceIds).execute()
  await db.destroy()
  expect(rows.map(({ id }) => id).sort()).toEqual([...deviceIds].sort())
  return rows.map(({ id, village, kind }) => ({
    id,
    village,
    secret: secrets.devices[id] ?? '',
    kind: kind as StreamDevice['kind'],
  }))
}

const officeOptions = () => ({
  http: () => gateway?.http ?? 0,
  mqttPort: Number(settings.LIANXUN_MQTT_PORT),
  password: secrets.users.sup01 ?? '',
  secret: secrets.devices['v3-sos1'] ?? '',
})

function startPublisher(): ChildProcess {
  const child = fork(path.join(import.meta.dirname, 'kill-9-publisher.ts'))
  const port = Number(settings.LIANXUN_MQTT_PORT)
  child.send({ port, startMs, window: 5, devices })
  return child
}

async function acknowledgedBy(child: ChildProcess): Promise<number> {
  child.send('progress')
  const [answer] = (await once(child, 'message')) as [{ progress: number }]
  return answer.progress
}

/** Publishing goes on until the number of acknowledgements grew by so many. */
async function progress(child: ChildProcess, by: number): Promise<void> {
  const before = await acknowledgedBy(child)
  const grew = async () => (await acknowledgedBy(child)) >= before + by
  await until(`${by} more acknowledgements`, grew, 30_000)
}

async function readLog(dataDir: string): Promise<LogEntry[]> {
  const store = createObservationStore({ directory: dataDir, clock })
  await store.start()
  const entries: LogEntry[] = []
  for (;;) {
    const more = await store.log.read(entries.at(-1)?.seq ?? 0, 5_000)
    if (more.length === 0) break
    entries.push(...more)
  }
  await store.stop()
  return entries
}

/** The same observations in the same order, through the same parts, without a death. */
async function runUndisturbed(dataDir: string, entries: readonly LogEntry[]): Promise<void> {
  const db = await openDatabase(path.join(dataDir, 'lianxun.db'))
  const repository = createTownRepository({ db, timeZone })
  const key = await loadInstallationKey(dataDir)
  const registry = createDeviceRegistry({ db, key, clock, warn: () => undefined })
  await registry.reload()
  const store = createObservationStore({ directory: dataDir, clock })
  const { log } = store
  await store.start()
  const correlator = createCorrelator({
    log,
    clock,
    newId: randomUUID,
    devices: registry,
    store: createCorrelationStore(db),
    loadTown: () => repository.load(),
  })
  await correlator.start()
  for (let i = 0; i < entries.length; i += 500) {
    await log.append(entries.slice(i, i + 500).map(({ observation }) => observation))
  }
  const head = await log.head()
  await until('the evaluation of it all', () => correlator.position() >= head, 120_000)
  await correlator.stop()
  await store.stop()
  await db.destroy()
}

function keyOf({ observation }: LogEntry): string | undefined {
  const { device, observedAt } = observation
  if (observation.kind === 'reading') {
    return `${device} ${observation.property} ${observedAt} ${observation.value}`
  }
  return observation.kind === 'event' ? `${device} event ${observation.senderId}` : undefined
}

async function integrityOf(dataDir: string): Promise<Record<string, unknown>> {
  const names = (await readdir(dataDir)).filter((name) => name.endsWith('.db'))
  return Object.fromEntries(
    names.map((name) => {
      const file = new SqliteFile(path.join(dataDir, name))
      const answer = file.pragma('integrity_check', { simple: true })
      file.close()
      return [name, answer]
    }),
  )
}

const sorted = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).sort()

/** Alarms, incidents and cases without what a second run must differ in: ids and the gateway's times. */
async function outcomeOf(dataDir: string) {
  const db = await openDatabase(path.join(dataDir, 'lianxun.db'))
  const alarms = await db.selectFrom('alarm').selectAll().execute()
  const incidents = await db.selectFrom('incident').selectAll().execute()
  // What people did about the office's case only the disturbed house knows.
  const cases = (await db.selectFrom('case').selectAll().execute()).filter(
    ({ village }) => village !== officeVillage,
  )
  const history = await db.selectFrom('case_history').selectAll().orderBy('id').execute()
  const latest = await db
    .selectFrom('latest_reading')
    .selectAll()
    .orderBy('device')
    .orderBy('property')
    .execute()
  await db.destroy()

  const nameOf = new Map(alarms.map((a) => [a.id, `${a.rule} ${a.device} ${a.raised_at}`]))
  const membersOf = (incident: string | null) =>
    alarms
      .filter((alarm) => alarm.incident === incident)
      .map(({ id }) => nameOf.get(id) ?? '')
      .sort()
  return {
    alarms: sorted(
      alarms.map(({ id: _id, incident, ...alarm }) => ({ ...alarm, with: membersOf(incident) })),
    ),
    incidents: sorted(
      incidents.map(({ id, closed_at, ...incident }) => ({
        ...incident,
        isClosed: closed_at !== null,
        with: membersOf(id),
      })),
    ),
    cases: sorted(
      cases.map((one) => ({
        state: one.state,
        tier: one.tier,
        hazard: one.hazard,
        severity: one.severity,
        village: one.village,
        grid: one.grid,
        title: one.title,
        lon: one.lon,
        lat: one.lat,
        with: membersOf(one.incident),
        history: history
          .filter(({ case_id }) => case_id === one.id)
          .map(({ act, to_state, alarm }) => [act, to_state, nameOf.get(alarm ?? '') ?? null]),
      })),
    ),
    latest,
  }
}

describe('kill -9 during ingest, 20 times', { timeout: 120_000 + rounds * 15_000 }, () => {
  test('nothing acknowledged is lost or doubled, every file is whole, ready again within 5 s', async () => {
    const readyMs: number[] = []
    const alone: number[] = []
    const note = (started: GatewayProcess) => {
      readyMs.push(started.readyMs)
      alone.push(started.readyMs - started.crowdedMs)
    }
    let office: Office | undefined
    publisher = startPublisher()
    for (let round = 0; round < rounds; round++) {
      gateway = await startGateway(settings)
      if (round > 0) note(gateway)
      office ??= await openOffice(officeOptions(), startMs)
      const working = office.work()
      await progress(publisher, 100)
      await delay(Math.random() * 500)
      await gateway.kill('SIGKILL')
      await working
    }
    gateway = await startGateway(settings)
    note(gateway)
    await office?.expectKept()
    await progress(publisher, 200)
    const finished = once(publisher, 'message') as Promise<[{ done: Record<string, number> }]>
    publisher.send('finish')
    const [{ done }] = await finished
    await gateway.kill('SIGTERM')
    gateway = undefined

    const killed = settings.LIANXUN_DATA_DIR as string
    const undisturbed = path.join(directory, 'undisturbed')
    const entries = await readLog(killed)
    const keys = entries.map(keyOf).filter((key) => key !== undefined)
    const expected = devices.flatMap((device) =>
      Array.from({ length: done[device.id] ?? 0 }, (_, i) => keysOf(device, i, startMs)).flat(),
    )
    expected.push(officeCall)
    expect(expected.length).toBeGreaterThan(rounds * 100)
    expect(new Set(keys).size).toBe(keys.length)
    expect(keys.sort()).toEqual(expected.sort())

    const integrity = await integrityOf(killed)
    expect(Object.keys(integrity).length).toBeGreaterThanOrEqual(3)
    expect(new Set(Object.values(integrity))).toEqual(new Set(['ok']))

    await runUndisturbed(undisturbed, entries)
    const outcome = await outcomeOf(killed)
    expect(outcome.alarms.length).toBeGreaterThan(10)
    expect(outcome.cases.length).toBeGreaterThan(0)
    expect(outcome).toEqual(await outcomeOf(undisturbed))
    const ready = readyMs.map((ms) => Math.round(ms)).toSorted((a, b) => a - b)
    console.log(
      `kill -9: ${rounds} rounds, ${expected.length} acknowledged observations, ` +
        `${office?.acknowledged()} acts on a case, ` +
        `${outcome.alarms.length} alarms, ${outcome.cases.length} cases; ` +
        `ready again after ${ready[0]} to ${ready.at(-1)} ms, mostly ${ready[ready.length >> 1]} ms`,
    )
    // A machine that does other things meanwhile says nothing about the gateway.
    expect(Math.max(...alone)).toBeLessThan(5_000)
  })
})
