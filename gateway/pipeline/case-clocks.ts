import { clockRules } from '../domain/case-clock.ts'
import { fireDue, type HappeningAct } from '../domain/case-timers.ts'
import type { Town } from '../domain/town.ts'
import type { CaseStore, DeskUnit, DueCase } from '../ports/case-store.ts'
import type { Clock } from '../ports/clock.ts'
import { emit } from './case-deed.ts'

/**
 * Lets the clocks of cases do what is due: once a second it asks the database which they are, so
 * that a restart or a stepped clock changes nothing, and settles each in a transaction of its own.
 * A case that cannot be settled waits for the next look and holds up no other.
 */

export interface CaseClocksOptions {
  store: CaseStore
  clock: Clock
  town: () => Town
  /** Told once when work stops succeeding, and once when it succeeds again. */
  warn?: (text: string) => void
  /** Calls `run` again and again; returns how to stop. */
  repeat?: (run: () => void, everyMs: number) => () => void
}

export interface CaseClocks {
  start(): void
  /** Resolves when the case in hand is settled. */
  stop(): Promise<void>
  /** One look; a look that is under way is enough. */
  tick(): Promise<void>
  /** Why deadlines are not kept at present, for the health page; null while they are. */
  trouble(): string | null
  /** How often each thing happened since the start. */
  fired(): ReadonlyMap<HappeningAct, number>
}

const lookEveryMs = 1000
/** So many are asked for at once; each is a transaction, and others write in between. */
const batchSize = 100

export function createCaseClocks(options: CaseClocksOptions): CaseClocks {
  const { store, clock, town } = options
  const repeat = options.repeat ?? repeatBySetInterval
  const counts = new Map<HappeningAct, number>()
  let trouble: string | null = null
  const stopping = new AbortController()
  let looking: Promise<void> | undefined
  let stopRepeating: (() => void) | undefined

  async function settleOne(unit: DeskUnit, id: string): Promise<HappeningAct[]> {
    const present = await unit.caseById(id)
    if (present === undefined) return []
    const now = clock.now()
    const { next, happenings } = fireDue(present, now, clockRules(town(), present.hazard))
    if (happenings.length === 0 && next.nextTimerAt === present.nextTimerAt) return []
    await unit.updateCase(next)
    for (const { act, fromState, toState, facts } of happenings) {
      await unit.addHistory({ caseId: id, at: now, act, fromState, toState, detail: facts })
    }
    if (happenings.length > 0) await emit(unit, 'case', next, now)
    return happenings.map(({ act }) => act)
  }

  async function settle(due: readonly DueCase[]): Promise<string | null> {
    let failure: string | null = null
    for (const { id } of due) {
      if (stopping.signal.aborted) break
      try {
        for (const act of await store.transact((unit) => settleOne(unit, id))) {
          counts.set(act, (counts.get(act) ?? 0) + 1)
        }
      } catch (error) {
        failure = textOf(error)
      }
    }
    return failure
  }

  /** By pages, so that those that fail do not stand before the others. */
  async function look(): Promise<void> {
    let failure: string | null = null
    try {
      const until = clock.now()
      let after: DueCase | undefined
      while (!stopping.signal.aborted) {
        const due = await store.dueCases(until, { after, limit: batchSize })
        failure = (await settle(due)) ?? failure
        after = due.at(-1)
        if (due.length < batchSize) break
      }
    } catch (error) {
      failure = textOf(error)
    }
    tell(failure)
  }

  function tell(failure: string | null): void {
    if (failure !== null && trouble === null) {
      options.warn?.(`Deadlines of cases wait: ${failure}. Trying again.`)
    }
    if (failure === null && trouble !== null) options.warn?.('Deadlines of cases are kept again.')
    trouble = failure
  }

  async function tick(): Promise<void> {
    looking ??= look().finally(() => {
      looking = undefined
    })
    await looking
  }

  return {
    start() {
      stopRepeating = repeat(() => void tick(), lookEveryMs)
    },
    async stop() {
      stopping.abort()
      stopRepeating?.()
      await looking
    },
    tick,
    trouble: () => trouble,
    fired: () => counts,
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function repeatBySetInterval(run: () => void, everyMs: number): () => void {
  const timer = setInterval(run, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}
