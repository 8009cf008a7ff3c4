import type { Kysely } from 'kysely'
import type { Case } from '../../gateway/domain/case.ts'
import { ConflictError, InvalidError, NotFoundError } from '../../gateway/domain/errors.ts'
import type { Town } from '../../gateway/domain/town.ts'
import { createCaseClocks } from '../../gateway/pipeline/case-clocks.ts'
import { createCaseDesk } from '../../gateway/pipeline/case-desk.ts'
import { createCorrelator } from '../../gateway/pipeline/correlate.ts'
import { createReportDesk } from '../../gateway/pipeline/reports.ts'
import type { DeviceRegistry } from '../../gateway/ports/device-registry.ts'
import type { ObservationLog } from '../../gateway/ports/observation-store.ts'
import { createAuditChain } from '../../gateway/storage/audit-chain.ts'
import { createCaseStore } from '../../gateway/storage/case-store.ts'
import { createCorrelationStore } from '../../gateway/storage/correlation-store.ts'
import { caseFromRow } from '../../gateway/storage/rows.ts'
import type { Tables } from '../../gateway/storage/schema.ts'
import { minuteMs } from '../scenarios/play.ts'
import type { TownDevice } from '../town.ts'
import { type Choice, createDeeds, type Standing } from './deeds.ts'
import { createDice } from './dice.ts'
import { createDevices, nextLookMs } from './observations.ts'
import { type MonthSpan, type Occurrence, occurrencesOf } from './occurrences.ts'
import { loadPeople } from './people.ts'
import type { SteppedClock } from './stepped-clock.ts'

/**
 * A month of a town, as fast as it can be worked through: devices speak, the gateway's own rules
 * make alarms, incidents and cases of it, people report and act by the gateway's own desk, and the
 * gateway's own clocks of the cases run in between. Only the time, the weather and what people
 * decide are made up, and the same seed makes the same month.
 */

export interface MonthParts {
  db: Kysely<Tables>
  /** Under which the audit entries are tied together. */
  key: Buffer
  town: Town
  registry: DeviceRegistry
  devices: readonly TownDevice[]
  log: ObservationLog
  clock: SteppedClock
  span: MonthSpan
  seed: number
  /** Of residents, patrollers, grid workers and the desk. */
  reports: number
  /** Till when people go on working on what is open; three days after the end unless set. */
  untilMs?: number
  say?: (text: string) => void
}

export interface MonthTold {
  observations: number
  acts: number
  /** Acts that were not possible any more when they were done. */
  refused: number
}

const tailMs = 3 * 1440 * minuteMs

interface Plan {
  at: number
  run: () => Promise<void>
}

function createHouse(parts: MonthParts) {
  const { db, key, clock, town, log, registry } = parts
  let made = 0
  const newId = () => `m${parts.seed}-${String(++made).padStart(6, '0')}`
  const store = createCaseStore(db, createAuditChain({ key, clock }))
  const desk = { store, clock, newId, loadTown: async () => town }
  return {
    store,
    correlator: createCorrelator({
      log,
      store: createCorrelationStore(db),
      devices: registry,
      loadTown: desk.loadTown,
      clock,
      newId,
      // Cameras have a line of their own, of which nothing is played here.
      isPathUp: ({ adapter }) => adapter === 'mqtt',
      repeat: () => () => undefined,
    }),
    desk: createCaseDesk(desk),
    reportDesk: createReportDesk(desk),
    clocks: createCaseClocks({ store, clock, town: () => town }),
  }
}

/** Which of the month's mistakes a case came of, if any. */
function isOfMistake(present: Case, occurrences: readonly Occurrence[]): boolean {
  return occurrences.some(
    ({ hazard, village, isFalse, play }) =>
      isFalse &&
      hazard === present.hazard &&
      village === present.village &&
      present.source === 'alarm' &&
      present.openedAt >= play.startMs &&
      present.openedAt <= play.endMs,
  )
}

function isRefusal(error: unknown): boolean {
  return [ConflictError, InvalidError, NotFoundError].some((kind) => error instanceof kind)
}

export async function playMonth(parts: MonthParts): Promise<MonthTold> {
  const { db, clock, town, span, seed, log } = parts
  const house = createHouse(parts)
  const dice = createDice(seed, 'people')
  const people = await loadPeople(db, dice)
  const deeds = createDeeds({ dice, people, town })
  const occurrences = occurrencesOf(parts.devices, span, seed)
  const speaking = createDevices(parts.devices, occurrences, seed)
  const plans: Plan[] = []
  const told: MonthTold = { observations: 0, acts: 0, refused: 0 }
  let heardUntil = span.startMs

  async function caseById(id: string): Promise<Case> {
    const row = db.selectFrom('case').selectAll().where('id', '=', id)
    return caseFromRow(await row.executeTakeFirstOrThrow())
  }

  function planNext(present: Case): void {
    const at = clock.now() + deeds.delayMs(present)
    plans.push({ at, run: () => actOn(present.id) })
  }

  async function otherOf({ id, hazard, village }: Case): Promise<string | undefined> {
    const found = await db
      .selectFrom('case')
      .select('id')
      .where('id', '!=', id)
      .where('hazard', '=', hazard)
      .where('village', '=', village)
      .where('state', 'in', ['reported', 'accepted', 'dispatched', 'handling'])
      .orderBy('opened_at', 'desc')
      .limit(1)
      .executeTakeFirst()
    return found?.id
  }

  async function standingOf(id: string): Promise<Standing> {
    const present = await caseById(id)
    const isFalse = isOfMistake(present, occurrences)
    return { present, isFalse, other: await otherOf(present), now: clock.now() }
  }

  async function take(id: string, { actor, deed }: Choice): Promise<void> {
    try {
      await house.desk.act(actor, id, deed)
      told.acts += 1
    } catch (error) {
      if (!isRefusal(error)) throw error
      told.refused += 1
    }
  }

  async function actOn(id: string): Promise<void> {
    const standing = await standingOf(id)
    const choice = deeds.choose(standing)
    if (choice === undefined) return
    await take(id, choice)
    const after = await standingOf(id)
    const answer = deeds.answerTo(choice, after)
    if (answer) {
      const at = clock.now() + 1 + dice.upTo(20 * minuteMs)
      plans.push({ at, run: () => take(id, answer) })
    }
    if (choice.deed.action !== 'evaluate') planNext(await caseById(id))
  }

  async function report(): Promise<void> {
    const device = dice.pick(parts.devices)
    const role = dice.pick(['operator', 'operator', 'gridWorker', 'patroller'] as const)
    const actor = people.of(role, device.village)
    const [lon, lat] = device.position
    const hazard = dice.pick(town.hazards.filter(({ sources }) => sources.includes('person'))).id
    const severity = dice.pick(['blue', 'yellow', 'yellow', 'orange'] as const)
    const source = role === 'operator' ? { source: 'resident' as const } : {}
    const text = { hazard, text: '路边发现情况', lon, lat, severity, ...source }
    const { caseId } = await house.reportDesk.report(actor, text)
    planNext(await caseById(caseId))
  }

  async function listen(untilMs: number): Promise<void> {
    const since = heardUntil
    clock.goTo(untilMs)
    heardUntil = untilMs
    const observations = speaking.observe(since, untilMs)
    told.observations += observations.length
    if (observations.length > 0) await log.append(observations)
    await house.correlator.tick()
    const opened = await db
      .selectFrom('case')
      .selectAll()
      .where('opened_at', '>', since)
      .where('incident', 'is not', null)
      .orderBy('id')
      .execute()
    for (const row of opened) planNext(caseFromRow(row))
  }

  for (let made = 0; made < parts.reports; made++) {
    const at = span.startMs + 1 + dice.upTo(span.endMs - span.startMs - 1)
    plans.push({ at, run: report })
  }
  await house.correlator.start()
  try {
    await untilEnd()
  } finally {
    await house.correlator.stop()
  }
  return told

  /** Whatever comes first: what devices say, what somebody does, or what a clock does by itself. */
  async function untilEnd(): Promise<void> {
    const endMs = parts.untilMs ?? span.endMs + tailMs
    for (;;) {
      plans.sort((a, b) => a.at - b.at)
      const [plan] = plans
      const lookMs =
        heardUntil < span.endMs
          ? Math.min(nextLookMs(occurrences, heardUntil), span.endMs)
          : Number.POSITIVE_INFINITY
      const next = Math.min(plan?.at ?? Number.POSITIVE_INFINITY, lookMs)
      const [due] = await house.store.dueCases(Math.min(next, endMs), { limit: 1 })
      if (due !== undefined) {
        clock.goTo(due.nextTimerAt)
        await house.clocks.tick()
      } else if (next > endMs) {
        break
      } else if (plan !== undefined && plan.at <= lookMs) {
        clock.goTo(plan.at)
        plans.shift()
        await plan.run()
      } else {
        sayDay(lookMs)
        await listen(lookMs)
      }
    }
    clock.goTo(endMs)
  }

  function sayDay(lookMs: number): void {
    const dayMs = 1440 * minuteMs
    const day = Math.floor((lookMs - span.startMs) / dayMs)
    const before = Math.floor((heardUntil - span.startMs) / dayMs)
    if (day > before)
      parts.say?.(`day ${day}: ${told.observations} observations, ${told.acts} acts`)
  }
}
