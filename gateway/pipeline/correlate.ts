import type { Speaker } from '../domain/device.ts'
import type { Town } from '../domain/town.ts'
import type { Calibrations } from '../ports/calibrations.ts'
import type { Clock, NewId } from '../ports/clock.ts'
import type { CorrelationStore } from '../ports/correlation-store.ts'
import type { DeviceRegistry } from '../ports/device-registry.ts'
import type { ObservationLog } from '../ports/observation-store.ts'
import { keepEffects } from './alarm-keeper.ts'
import { createRuleEngine, type RuleEngine } from './rule-engine.ts'

/**
 * The consumer of the observation log: evaluates it in order and keeps alarms, incidents and cases
 * in one transaction with its position, so that after a crash it goes on from there and nothing is
 * lost or done twice. Where nothing notable happened the position is kept now and then only:
 * reading those entries again gives the same states.
 */

export interface CorrelatorOptions {
  /** Calibrated. */
  log: ObservationLog
  store: CorrelationStore
  devices: DeviceRegistry
  /** Those of the log; left out: there are none. */
  calibrations?: Calibrations
  loadTown: () => Promise<Town>
  clock: Clock
  newId: NewId
  /** False while nothing can be heard of this device's adapter: then nobody is silent. */
  isPathUp?: (device: Speaker) => boolean
  /** Told once when work stops succeeding, and once when it succeeds again. */
  warn?: (text: string) => void
  /** Calls `run` again and again; returns how to stop. */
  repeat?: (run: () => void, everyMs: number) => () => void
  /** Resolves after that long, or as soon as `signal` is aborted. */
  pause?: (ms: number, signal: AbortSignal) => Promise<void>
}

export interface Correlator {
  start(): Promise<void>
  /** Resolves when what was read is kept. */
  stop(): Promise<void>
  /** To be called after the town or its devices were edited. */
  reloadTown(): Promise<void>
  /** Seq of the last entry that was evaluated and whose alarms are kept. */
  position(): number
  /** Why work does not succeed at present, for the health page; null while it does. */
  trouble(): string | null
  /** One look at who is silent; also called every few seconds by itself. */
  tick(): Promise<void>
}

const batchSize = 2000
const tickMs = 5000
const checkpointEveryMs = 5000
/** Read again after a crash in a tenth of a second; more often costs the ingest. */
const checkpointEveryEntries = 100_000
const firstRetryMs = 100
const lastRetryMs = 10_000

export function createCorrelator(options: CorrelatorOptions): Correlator {
  const { log, store, devices, clock } = options
  const repeat = options.repeat ?? repeatBySetInterval
  const pause = options.pause ?? pauseBySetTimeout
  const heard = new Map<string, number>()
  const stopping = new AbortController()
  let state: { engine: RuleEngine; town: Town } | undefined
  let listeningSince: number | undefined
  let position = 0
  let uncommitted = 0
  let committedAt = 0
  let failures = 0
  let trouble: string | null = null
  /** Everything that touches the engine waits here for its turn. */
  let turn: Promise<unknown> = Promise.resolve()
  let following: Promise<void> = Promise.resolve()
  let stopRepeating: (() => void) | undefined

  /** After a failure the memory may be ahead of what is kept: the next turn starts from the store. */
  function inTurn(work: () => Promise<unknown>): Promise<void> {
    const mine = turn.then(async () => {
      try {
        await work()
      } catch (error) {
        state = undefined
        throw error
      }
    })
    turn = mine.catch(() => undefined)
    return mine
  }

  async function load(): Promise<void> {
    const [checkpoint, town] = [await store.load(), await options.loadTown()]
    listeningSince ??= clock.monotonic()
    const { calibrations } = options
    const known = { town, devices, calibrations }
    const engine = createRuleEngine({ ...known, checkpoint, heard, listeningSince })
    // No device at all means that none were loaded, not that all were deleted.
    if (devices.all().length > 0) engine.clearOrphans(await store.openAlarms(), clock.now())
    position = checkpoint.position
    uncommitted = 0
    committedAt = clock.monotonic()
    state = { engine, town }
    if (engine.effects().length > 0) await commit(position)
  }

  async function loaded() {
    if (state === undefined) await load()
    if (state === undefined) throw new Error('correlate: loading left no state')
    return state
  }

  async function commit(to: number): Promise<void> {
    const { engine, town } = await loaded()
    const effects = engine.effects()
    const changes = engine.takeChanges()
    const context = { town, newId: options.newId, now: clock.now(), logTime: changes.logTime }
    await store.commit({ position: to, ...changes }, (unit) => keepEffects(unit, effects, context))
    uncommitted = 0
    committedAt = clock.monotonic()
    worksAgain()
  }

  /** At the first commit already: under load the end of what waits may be far. */
  function worksAgain(): void {
    if (failures > 0) options.warn?.('Rules are evaluated again.')
    failures = 0
    trouble = null
  }

  function isCheckpointDue(): boolean {
    if (uncommitted >= checkpointEveryEntries) return true
    return uncommitted > 0 && clock.monotonic() - committedAt >= checkpointEveryMs
  }

  /** Takes one batch; true when there may be more. */
  async function takeBatch(): Promise<boolean> {
    const { engine } = await loaded()
    const entries = await log.read(position, batchSize)
    const monotonic = clock.monotonic()
    for (const entry of entries) engine.observe(entry.observation, monotonic)
    const to = entries.at(-1)?.seq ?? position
    uncommitted += entries.length
    if (engine.effects().length > 0 || isCheckpointDue()) await commit(to)
    position = to
    return entries.length === batchSize
  }

  async function drain(): Promise<void> {
    while (!stopping.signal.aborted && (await takeBatch())) {
      // The next batch follows at once.
    }
  }

  async function attempt(work: () => Promise<void>): Promise<boolean> {
    try {
      await inTurn(work)
      worksAgain()
      return true
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      trouble = reason
      if (failures++ === 0) options.warn?.(`Rules wait: ${reason}. Trying again.`)
      return false
    }
  }

  async function follow(): Promise<void> {
    while (!stopping.signal.aborted) {
      const changed = log.changed().catch(() => undefined)
      if (await attempt(drain)) await untilStopOr(changed)
      else await pause(Math.min(lastRetryMs, firstRetryMs * 2 ** failures), stopping.signal)
    }
  }

  async function untilStopOr(changed: Promise<void>): Promise<void> {
    const woken = Promise.withResolvers<void>()
    const wake = () => woken.resolve()
    stopping.signal.addEventListener('abort', wake, { once: true })
    if (stopping.signal.aborted) wake()
    void changed.then(wake)
    await woken.promise
    stopping.signal.removeEventListener('abort', wake)
  }

  async function lookForSilence(): Promise<void> {
    await drain()
    const { engine } = await loaded()
    const at = { monotonic: clock.monotonic(), now: clock.now() }
    engine.findSilent(at, options.isPathUp ?? (() => true))
    if (engine.effects().length > 0 || isCheckpointDue()) await commit(position)
  }

  let ticking: Promise<unknown> | undefined

  /** A look that still waits for its turn is enough. */
  async function tick(): Promise<void> {
    ticking ??= attempt(lookForSilence).finally(() => {
      ticking = undefined
    })
    await ticking
  }

  return {
    async start() {
      await inTurn(load)
      following = follow()
      stopRepeating = repeat(() => void tick(), tickMs)
    },
    async stop() {
      stopRepeating?.()
      stopping.abort()
      await following
      if (state?.engine.hasChanges()) await attempt(() => commit(position))
      await turn
    },
    async reloadTown() {
      await inTurn(async () => {
        if (state?.engine.hasChanges()) await commit(position)
        await load()
      })
    },
    position: () => position,
    trouble: () => trouble,
    tick,
  }
}

function repeatBySetInterval(run: () => void, everyMs: number): () => void {
  const timer = setInterval(run, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}

function pauseBySetTimeout(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  signal.addEventListener(
    'abort',
    () => {
      clearTimeout(timer)
      resolve()
    },
    { once: true },
  )
  return promise
}
