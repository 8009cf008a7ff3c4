import type { Clock } from '../ports/clock.ts'

/**
 * The pulse: every few seconds a message of the gateway's own takes the way of the devices, from
 * the wire to the disk. Only what comes through says that devices are heard; a socket that listens
 * does not.
 */
export interface Probe {
  start(): void
  /** Resolves when none is under way. */
  stop(): Promise<void>
  state(): ProbeState
}

export interface ProbeState {
  /** Epoch ms; null: none came through yet. */
  lastOkAt: number | null
  roundTripMs: number | null
  /** Why several in a row did not come through; null while they do. */
  failing: string | null
}

export interface ProbeParts {
  /** Sends one, and resolves when it was committed; gives up when the signal says so. */
  send: (signal: AbortSignal) => Promise<void>
  clock: Clock
  log: { info(text: string): void; warn(text: string): void }
  everyMs?: number
  timeoutMs?: number
  missesToFail?: number
}

export function createProbe(parts: ProbeParts): Probe {
  const { send, clock, log, everyMs = 10_000, timeoutMs = 8_000, missesToFail = 3 } = parts
  const state: ProbeState = { lastOkAt: null, roundTripMs: null, failing: null }
  let misses = 0
  let timer: NodeJS.Timeout | undefined
  let giveUp: AbortController | undefined
  let underWay: Promise<void> = Promise.resolve()

  function succeeded(roundTripMs: number): void {
    if (state.failing !== null) log.info('the probe comes through again')
    misses = 0
    state.lastOkAt = clock.now()
    state.roundTripMs = Math.round(roundTripMs)
    state.failing = null
  }

  function failed(error: unknown): void {
    misses += 1
    if (misses < missesToFail) return
    const why = error instanceof Error ? error.message : String(error)
    const first = state.failing === null
    state.failing = `${misses} of the gateway's own messages in a row did not come through (${why})`
    if (first) log.warn(`probe: ${state.failing}`)
  }

  async function beat(controller: AbortController): Promise<void> {
    const begun = clock.monotonic()
    const late = setTimeout(() => {
      controller.abort(new Error(`it did not come back within ${timeoutMs} ms`))
    }, timeoutMs)
    try {
      await send(controller.signal)
      succeeded(clock.monotonic() - begun)
    } catch (error) {
      if (giveUp !== undefined) failed(error)
    } finally {
      clearTimeout(late)
    }
  }

  function next(): void {
    giveUp = new AbortController()
    underWay = beat(giveUp)
    timer = setTimeout(next, everyMs)
  }

  return {
    start: next,
    async stop() {
      clearTimeout(timer)
      const stopping = giveUp
      giveUp = undefined
      stopping?.abort(new Error('the gateway stops'))
      await underWay
    },
    state: () => ({ ...state }),
  }
}
