import { sql } from 'kysely'
import type { Case, CaseState } from '../../../gateway/domain/case.ts'
import { ConflictError, InvalidError, NotFoundError } from '../../../gateway/domain/errors.ts'
import type { Actor } from '../../../gateway/domain/person.ts'
import type { Town } from '../../../gateway/domain/town.ts'
import { createCaseClocks } from '../../../gateway/pipeline/case-clocks.ts'
import type { CaseDeed } from '../../../gateway/pipeline/case-deed.ts'
import { createCaseDesk } from '../../../gateway/pipeline/case-desk.ts'
import { createReportDesk } from '../../../gateway/pipeline/reports.ts'
import { createAuditChain } from '../../../gateway/storage/audit-chain.ts'
import { createCaseStore } from '../../../gateway/storage/case-store.ts'
import { type CorrelationBench, correlationBench } from '../pipeline/correlation-bench.ts'
import { event } from '../pipeline/scenes.ts'

/**
 * A month of the sample town: reports and camera alarms become cases, people take them on early or
 * late or not at all, and the clocks run in between. Everything goes through the real desk, store
 * and clocks; only the time and the dice are ours, so the same seed is the same month.
 */

const minute = 60_000
const day = 1440 * minute
export const monthStart = Date.UTC(2026, 8, 30, 16)
export const monthEnd = Date.UTC(2026, 9, 31, 16)
export const playedMonth = '2026-10'

/** The holiday of October, with one Saturday worked for it. */
const calendar = {
  restDays: ['01', '02', '05', '06', '07'].map((one) => `2026-10-${one}`),
  workDays: ['2026-10-10'],
}

export const workers = [
  { id: 'u-worker-1', username: 'grid01', name: '陈守山' },
  { id: 'u-worker-2', username: 'grid02', name: '罗水生' },
]
const teams = ['红袖标1队', '红袖标2队', '红袖标3队']
const units = ['应急办', '农服中心']
const cameras = ['v1-cam1', 'v2-cam1', 'v3-cam1', 'v5-cam1', 'v8-cam1']

const townCode = '990101101'

function actor(role: Actor['role'], scope: string): Actor {
  return { id: `u-${role}`, username: role, displayName: `某${role}`, role, scope }
}

export interface PlayedMonth {
  bench: CorrelationBench
  town: Town
  refused: number
  close(): Promise<void>
}

type Dice = () => number

/** Mulberry32: small, and the same everywhere. */
function diceOf(seed: number): Dice {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

function pick<T>(dice: Dice, list: readonly T[]): T {
  return list[Math.floor(dice() * list.length)] as T
}

interface Plan {
  at: number
  run: () => Promise<void>
}

export async function playMonth(seed: number, reports: number): Promise<PlayedMonth> {
  const bench = await correlationBench(monthStart)
  await sql`pragma synchronous = off`.execute(bench.db)
  const town = { ...bench.town, calendar }
  const stage = await setUp(bench, town)
  const dice = diceOf(seed)
  const plans: Plan[] = []
  const play = { ...stage, bench, town, dice, plans, refused: 0 }
  for (let report = 0; report < reports; report++) {
    const at = monthStart + Math.floor(dice() * 31 * day)
    plans.push({ at, run: () => reportOne(play) })
  }
  for (let alarm = 0; alarm < reports / 10; alarm++) {
    const at = monthStart + Math.floor(dice() * 31 * day)
    plans.push({ at, run: () => seeFire(play, pick(dice, cameras)) })
  }
  await runUntil(play, monthEnd + 3 * day)
  return { bench, town, refused: play.refused, close: () => bench.close() }
}

async function setUp(bench: CorrelationBench, town: Town) {
  const { db, clock } = bench
  const store = createCaseStore(db, createAuditChain({ key: Buffer.alloc(32, 1), clock }))
  const loadTown = async () => town
  let made = 0
  const newId = () => `id-${String(++made).padStart(6, '0')}`
  const parts = { store, clock, newId, loadTown }
  for (const { id, username, name } of workers) {
    const person = { id, username, display_name: name, role: 'gridWorker', scope: townCode }
    await db
      .insertInto('user')
      .values({ ...person, password_hash: '-' })
      .execute()
  }
  return {
    correlator: await bench.correlator({ loadTown, newId }),
    desk: createCaseDesk(parts),
    reportDesk: createReportDesk(parts),
    clocks: createCaseClocks({ store, clock, town: () => town }),
    store,
  }
}

type Play = Awaited<ReturnType<typeof setUp>> & {
  bench: CorrelationBench
  town: Town
  dice: Dice
  plans: Plan[]
  refused: number
}

/** Whatever comes first: what somebody does, or what a clock does by itself. */
async function runUntil(play: Play, end: number): Promise<void> {
  const { bench, clocks, plans, store } = play
  const goTo = (at: number) => bench.clock.pass(Math.max(0, at - bench.clock.now()))
  for (;;) {
    plans.sort((a, b) => a.at - b.at)
    const next = plans[0]?.at ?? Number.POSITIVE_INFINITY
    const [due] = await store.dueCases(Math.min(next, end), { limit: 1 })
    if (due !== undefined) {
      goTo(due.nextTimerAt)
      await clocks.tick()
      continue
    }
    if (next > end) break
    goTo(next)
    await plans.shift()?.run()
  }
  goTo(end)
}

async function reportOne(play: Play): Promise<void> {
  const { dice, town, reportDesk } = play
  const grid = pick(
    dice,
    play.bench.devices.filter((device) => device.grid !== null),
  )
  const [lon, lat] = grid.position
  const hazard = pick(dice, town.hazards).id
  const report = {
    hazard,
    text: '群众反映',
    lon,
    lat,
    severity: 'yellow',
    source: 'resident',
  } as const
  const { caseId } = await reportDesk.report(actor('townAdmin', townCode), report)
  planNext(play, caseId)
}

async function seeFire(play: Play, camera: string): Promise<void> {
  const { bench, correlator } = play
  const at = bench.clock.now()
  const before = await openIds(bench)
  await bench.feed(correlator, [event(camera, at - 20_000), event(camera, at)])
  for (const id of await openIds(bench)) if (!before.includes(id)) planNext(play, id)
}

async function openIds({ db }: CorrelationBench): Promise<string[]> {
  const rows = await db.selectFrom('case').select('id').where('incident', 'is not', null).execute()
  return rows.map(({ id }) => id)
}

/** Mostly in time, at times much too late; nobody acts at the very instant of a deadline. */
function planNext(play: Play, id: string): void {
  const { dice, bench } = play
  const now = bench.clock.now()
  const delayMs = dice() < 0.7 ? dice() * 20 * minute : dice() * 1200 * minute
  play.plans.push({ at: now + 1 + Math.floor(delayMs), run: () => actOn(play, id) })
}

async function actOn(play: Play, id: string): Promise<void> {
  const present = await play.bench.db
    .selectFrom('case')
    .select(['state', 'village', 'tier', 'due_at', 'incident'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const deed = await chooseDeed(play, id, present)
  if (deed === null) return
  const who =
    deed.action === 'passUp' ? actor('villageCadre', present.village) : actor('townAdmin', townCode)
  try {
    await play.desk.act(who, id, deed)
  } catch (error) {
    const isRefusal =
      error instanceof ConflictError ||
      error instanceof InvalidError ||
      error instanceof NotFoundError
    if (!isRefusal) throw error
    play.refused += 1
  }
  if (deed.action === 'extend' && play.dice() < 0.8) {
    await play.desk
      .act(actor('townAdmin', townCode), id, { action: 'grantExtension' })
      .catch(() => undefined)
  }
  planNext(play, id)
}

interface Present {
  state: string
  village: string
  tier: string
  due_at: number | null
  incident: string | null
}

async function chooseDeed(play: Play, id: string, present: Present): Promise<CaseDeed | null> {
  const { dice, bench } = play
  const now = bench.clock.now()
  const roll = dice()
  const reason = '按规定办理'
  const passUp: CaseDeed = { action: 'passUp', reason }
  switch (present.state as CaseState) {
    case 'reported':
      if (roll < 0.05) return { action: 'void', reason }
      if (roll < 0.4 && present.incident !== null) {
        return { action: 'void', reason, falseAlarm: true }
      }
      if (roll < 0.16) return mergeDeed(play, id)
      return roll < 0.26 ? passUp : { action: 'accept' }
    case 'accepted':
      return { action: 'dispatch', to: holder(dice) }
    case 'dispatched':
      if (roll < 0.15) return { action: 'sendBack', reason }
      return roll < 0.25 ? passUp : { action: 'sign' }
    case 'handling': {
      if (roll < 0.1) return { action: 'sendBack', reason }
      const until = now + Math.floor((1 + dice() * 600) * minute)
      if (roll < 0.25) return { action: 'suspend', reason, until }
      const later = Math.max(now, present.due_at ?? 0) + Math.floor((1 + dice() * 600) * minute)
      if (roll < 0.4) return { action: 'extend', reason, until: later }
      return roll < 0.48 ? passUp : { action: 'feedback', text: '已处置' }
    }
    case 'suspended':
      return roll < 0.6 ? { action: 'resume' } : { action: 'note', text: '等材料' }
    case 'verifying':
      return roll < 0.2 ? { action: 'rework', reason } : { action: 'verify', text: '现场核查' }
    case 'closed':
      if (roll < 0.5) return { action: 'evaluate', score: 1 + Math.floor(dice() * 5) }
      return roll < 0.6 ? { action: 'reopen', reason } : null
    case 'void':
    case 'merged':
      return null
  }
}

function holder(dice: Dice): NonNullable<CaseDeed['to']> {
  const roll = dice()
  if (roll < 0.4) return { team: pick(dice, teams) }
  if (roll < 0.6) return { unit: pick(dice, units) }
  return { user: pick(dice, workers).username }
}

async function mergeDeed({ bench }: Play, id: string): Promise<CaseDeed> {
  const other = await bench.db
    .selectFrom('case')
    .select('id')
    .where('id', '!=', id)
    .where('state', 'in', [
      'reported',
      'accepted',
      'dispatched',
      'handling',
    ] satisfies Case['state'][])
    .orderBy('opened_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return other === undefined ? { action: 'accept' } : { action: 'merge', into: other.id }
}
