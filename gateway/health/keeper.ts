import type { DiskSpace } from '../domain/disk.ts'
import type { Health, HealthItem } from '../http/schemas/trust.ts'
import type { Clock } from '../ports/clock.ts'
import { type Finding, type HealthFigures, judgeHealth } from './conditions.ts'

/**
 * Looks at the house every two seconds and tells who listens when something changed. What is in
 * memory is read each time, what must be asked of a disk or table less often, and nothing waits
 * for a disk that hangs. A full disk cannot be written down on itself: it stands here, on every
 * screen, and in the log once when it begins and once when it is over.
 */

/** Figures that cost nothing. */
export type QuickFigures = Omit<
  HealthFigures,
  | 'now'
  | 'disk'
  | 'clockStepMs'
  | 'devices'
  | 'quarantineWaiting'
  | 'administratorsWithOneFactor'
  | 'notices'
  | 'audit'
>

export type SlowFigures = Pick<
  HealthFigures,
  'devices' | 'quarantineWaiting' | 'administratorsWithOneFactor' | 'notices'
>

export interface HealthSources {
  quick(): QuickFigures
  slow(): Promise<SlowFigures>
  disk(): Promise<DiskSpace>
  verifyAudit(): Promise<{ brokenAt: number | null }>
}

export interface HealthKeeper {
  start(): Promise<void>
  /** Resolves when no look is under way. */
  stop(): Promise<void>
  current(): Health
  /** Calls `listener` when an item comes, goes or says something else; returns how to stop. */
  onChange(listener: (health: Health) => void): () => void
  figures(): HealthFigures
  /** One look; also made every two seconds by itself. */
  look(): Promise<void>
}

export interface HealthKeeperParts {
  sources: HealthSources
  clock: Clock
  log: { info(text: string): void; warn(text: string): void; error(text: string): void }
  /** Calls `run` again and again; returns how to stop. */
  repeat?: (run: () => void, everyMs: number) => () => void
  /** Longest time a look waits for a figure; one that is late keeps its former value. */
  waitMs?: number
}

const lookEveryMs = 2000
const slowEveryMs = 10_000
const auditEveryMs = 86_400_000
/** After the start the disk has other things to do. */
const firstAuditMs = 60_000
const stepMs = 5000
const stepShownMs = 3_600_000

/** Told in the log: by these nothing can be stored. */
const loud = new Set(['store', 'disk'])

export function createHealthKeeper(parts: HealthKeeperParts): HealthKeeper {
  const { sources, clock, log, waitMs = 1000 } = parts
  const listeners = new Set<(health: Health) => void>()
  const since = new Map<string, { level: string; at: number }>()
  const steps = createStepWatch(clock)
  let kept: Pick<HealthFigures, 'disk' | 'audit'> & SlowFigures = {
    disk: null,
    audit: null,
    devices: null,
    quarantineWaiting: null,
    administratorsWithOneFactor: null,
    notices: null,
  }
  let health: Health = { at: clock.now(), items: [] }
  let signature = ''
  let slowAt = Number.NEGATIVE_INFINITY
  let auditAt = Number.NEGATIVE_INFINITY
  let looking: Promise<void> | undefined
  let verifying: Promise<void> | undefined
  let stopRepeating: (() => void) | undefined

  async function soon<T>(figure: Promise<T>): Promise<T | undefined> {
    const late = Promise.withResolvers<undefined>()
    const timer = setTimeout(() => late.resolve(undefined), waitMs)
    try {
      return await Promise.race([figure.catch(() => undefined), late.promise])
    } finally {
      clearTimeout(timer)
    }
  }

  async function refresh(): Promise<void> {
    const monotonic = clock.monotonic()
    const disk = await soon(sources.disk())
    if (disk) kept.disk = disk
    if (monotonic - slowAt >= slowEveryMs) {
      slowAt = monotonic
      const slow = await soon(sources.slow())
      if (slow) kept = { ...kept, ...slow }
    }
    if (!verifying && monotonic - auditAt >= auditEveryMs) verifying = verifyAudit(monotonic)
  }

  async function verifyAudit(monotonic: number): Promise<void> {
    auditAt = monotonic
    try {
      const { brokenAt } = await sources.verifyAudit()
      kept.audit = { brokenAt }
    } catch {
      // What keeps it from being read is an item of its own.
      auditAt = Number.NEGATIVE_INFINITY
    } finally {
      verifying = undefined
    }
  }

  function figures(): HealthFigures {
    return { ...sources.quick(), ...kept, now: clock.now(), clockStepMs: steps.last() }
  }

  function toItem(finding: Finding): HealthItem {
    const known = since.get(finding.id)
    const isNew = known?.level !== finding.level
    const at = isNew || !known ? clock.now() : known.at
    if (isNew) since.set(finding.id, { level: finding.level, at })
    if (isNew && loud.has(finding.id)) say(finding, known?.level)
    return { ...finding, since: finding.level === 'ok' ? null : at }
  }

  function say({ id, level, text }: Finding, before: string | undefined): void {
    if (level === 'bad') log.error(`${id}: ${text}`)
    else if (before === 'bad') log.info(`${id}: works again`)
  }

  function judge(): void {
    const items = judgeHealth(figures()).map(toItem)
    health = { at: clock.now(), items }
    const now = items.map(({ id, level, text }) => `${id} ${level} ${text}`).join('\n')
    if (now === signature) return
    signature = now
    for (const listener of listeners) listener(health)
  }

  function look(): Promise<void> {
    looking ??= refresh()
      .then(judge)
      .finally(() => {
        looking = undefined
      })
    return looking
  }

  return {
    look,
    figures,
    current: () => health,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async start() {
      auditAt = clock.monotonic() - auditEveryMs + firstAuditMs
      await look()
      const run = () => {
        steps.tick()
        look().catch((error: Error) => log.warn(`health: ${error.message}`))
      }
      stopRepeating = (parts.repeat ?? repeatBySetInterval)(run, lookEveryMs)
    },
    async stop() {
      stopRepeating?.()
      await looking?.catch(() => undefined)
    },
  }
}

/** The wall clock against the monotonic one. */
function createStepWatch(clock: Clock) {
  let ahead = clock.now() - clock.monotonic()
  let step: { ms: number; at: number } | undefined
  return {
    tick() {
      const now = clock.now() - clock.monotonic()
      if (Math.abs(now - ahead) >= stepMs) step = { ms: now - ahead, at: clock.monotonic() }
      ahead = now
    },
    last(): number | null {
      if (!step || clock.monotonic() - step.at > stepShownMs) return null
      return step.ms
    },
  }
}

function repeatBySetInterval(run: () => void, everyMs: number): () => void {
  const timer = setInterval(run, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}
