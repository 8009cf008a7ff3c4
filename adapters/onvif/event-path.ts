import { CameraError } from '../../gateway/ports/cameras.ts'
import type { Clock } from '../../gateway/ports/clock.ts'
import { createBackoff } from './backoff.ts'
import type { OnvifSettings } from './config.ts'
import type { DecodedMessages } from './decode.ts'
import { isReset } from './exchange.ts'
import { createPullPoint, type PullPoint } from './pull-point.ts'
import { createPullTimes } from './pull-times.ts'
import type { CameraSession } from './session.ts'
import { isGone, services, soapFaultOf } from './soap.ts'
import type { Timing } from './timing.ts'

/**
 * The way on which one camera's events come, for as long as it is wanted: log in, subscribe, ask
 * for all states, pull and pull again. One request at a time, one subscription per attempt, a
 * growing pause after each failure, and none at all after a refused password.
 */
export interface EventPath {
  start(): void
  /** Ends the subscription at the camera; no request is under way afterwards. */
  stop(): Promise<void>
}

interface EventPathEvents {
  /** Messages of one pull; rejects when they could not be stored. Answers how many said something new. */
  take(pulled: DecodedMessages, offsetMs: number): Promise<number>
  /** The camera was asked for all that stands and has told it. */
  settled(): Promise<void>
  /** Something stands, so that its end may be lost. */
  holds(): boolean
  /** `null`: it works. Called for changes only. */
  up(trouble: CameraError | null): void
  down(error: CameraError): void
  refused(error: CameraError): void
  /** After the path was proved; may ask the camera more, one request at a time. */
  proved(session: CameraSession, signal: AbortSignal): Promise<void>
  count(name: 'connections' | 'failures'): void
}

export interface EventPathOptions {
  session: CameraSession
  settings: OnvifSettings
  clock: Clock
  timing: Timing
  random: () => number
  on: EventPathEvents
}

/** The camera gets this long to end a subscription when the house stops. */
const farewellMs = 1_500
/** As soon as this follows on each other, a reset is no long poll's usual end. */
const resetsInARow = 4

function asCameraError(error: unknown): CameraError {
  if (error instanceof CameraError) return error
  const text = `What the camera said could not be kept: ${error instanceof Error ? error.message : String(error)}`
  return new CameraError('fault', text, { cause: error })
}

/** It is there, and does not do events. */
function hasNoEvents(error: unknown): boolean {
  if (!(error instanceof CameraError)) return false
  return error.problem === 'noEvents' || error.problem === 'unsupported'
}

function noEvents(): CameraError {
  const text =
    "The camera offers no events: pictures and turning work, its alarms do not arrive. Look for ONVIF events in the camera's settings, or for newer firmware."
  return new CameraError('noEvents', text)
}

async function farewell(point: PullPoint): Promise<void> {
  await point.unsubscribe(AbortSignal.timeout(farewellMs)).catch(() => {})
}

export function createEventPath(options: EventPathOptions): EventPath {
  const { session, settings, clock, timing, random, on } = options
  const ending = new AbortController()
  const { signal } = ending
  const backoff = createBackoff({
    firstMs: settings.firstBackoffMs,
    longestMs: settings.longestBackoffMs,
    random,
  })
  const pullTimes = createPullTimes(settings)
  let isUp = false
  let provedAt: number | undefined
  let running: Promise<void> = Promise.resolve()

  function prove(trouble: CameraError | null): void {
    provedAt ??= clock.monotonic()
    if (!isUp) on.up(trouble)
    isUp = true
  }

  async function logIn(): Promise<void> {
    session.renew()
    await session.readClock(signal).catch((error: unknown) => {
      // Some do not know even this.
      if (!soapFaultOf(error)) throw error
    })
    const body = `<GetDeviceInformation xmlns="${services.device}"/>`
    const action = `${services.device}/GetDeviceInformation`
    await session.call({ to: 'device', action, body, signal }).catch((error: unknown) => {
      if (!soapFaultOf(error)) throw error
    })
  }

  /** Until it fails; a camera without events is only asked whether it is there. */
  async function watchAlive(): Promise<never> {
    prove(noEvents())
    await on.proved(session, signal)
    for (;;) {
      await timing.pause(settings.aliveEveryMs, signal)
      signal.throwIfAborted()
      await session.readClock(signal)
    }
  }

  async function synchronise(point: PullPoint): Promise<boolean> {
    try {
      await point.synchronise(signal)
      return true
    } catch (error) {
      // Not all know it; then what stands is known from what changes.
      if (soapFaultOf(error) && !isGone(error)) return false
      throw error
    }
  }

  async function pullAll(point: PullPoint): Promise<never> {
    const life = createLife(point, { settings, clock })
    let isFirst = true
    let resets = 0
    let asksSettling = await synchronise(point)
    let askedAt = clock.monotonic()
    for (;;) {
      if (life.isDue()) await life.renew(signal)
      if (on.holds() && clock.monotonic() - askedAt >= settings.resyncEveryMs) {
        asksSettling = await synchronise(point)
        askedAt = clock.monotonic()
      }
      const timeoutMs = isFirst ? settings.firstPullTimeoutMs : pullTimes.timeoutMs()
      const began = clock.monotonic()
      const took = () => clock.monotonic() - began
      try {
        const pulled = await point.pull({
          timeoutMs,
          graceMs: settings.pullGraceMs,
          limit: settings.messageLimit,
          signal,
        })
        resets = 0
        const tookMs = took()
        life.note(pulled)
        if (pulled.currentMs !== null) session.noteOffset(pulled.currentMs - clock.now())
        prove(null)
        const news = await on.take(pulled, session.offsetMs())
        if (asksSettling && clock.monotonic() - askedAt >= settings.settleMs) {
          asksSettling = false
          await on.settled()
        }
        if (isFirst) await on.proved(session, signal)
        isFirst = false
        await timing.pause(pullTimes.gapMs({ pulled, news, tookMs, timeoutMs }), signal)
      } catch (error) {
        resets += 1
        const isUsual = isReset(error) && resets < resetsInARow
        if (!isUsual || !pullTimes.isLongPoll(took(), timeoutMs)) throw error
        if (resets > 1) pullTimes.shorten(took())
        await timing.pause(settings.emptyPullGapMs, signal)
      }
      signal.throwIfAborted()
    }
  }

  async function watch(): Promise<void> {
    await logIn()
    on.count('connections')
    let point: PullPoint
    try {
      point = await createPullPoint(session, { lifeMs: settings.subscriptionMs, signal })
    } catch (error) {
      if (!hasNoEvents(error)) throw error
      return await watchAlive()
    }
    try {
      await pullAll(point)
    } catch (error) {
      // A camera that answers is spared a subscription that nobody pulls from.
      if (signal.aborted || (soapFaultOf(error) && !isGone(error))) await farewell(point)
      throw error
    }
  }

  function note(error: CameraError): void {
    const provedForMs = provedAt === undefined ? 0 : clock.monotonic() - provedAt
    const wasSound = provedAt !== undefined && provedForMs >= settings.longestBackoffMs
    if (wasSound) backoff.reset()
    provedAt = undefined
    const isDead = error.problem === 'timeout' || error.problem === 'unreachable'
    // What worked for long may break once: the next attempt tells.
    if (isUp && wasSound && (!isDead || isReset(error))) return
    isUp = false
    on.down(error)
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      try {
        await watch()
      } catch (error) {
        if (signal.aborted) return
        const known = asCameraError(error)
        on.count('failures')
        if (known.problem === 'wrongPassword' || known.problem === 'locked') {
          on.refused(known)
          return
        }
        note(known)
      }
      await timing.pause(backoff.next(), signal)
    }
  }

  return {
    start() {
      running = run()
    },
    async stop() {
      ending.abort(new Error('the event path is stopped'))
      await running
    },
  }
}

/** When a subscription must be renewed; a camera that cannot is kept by pulling. */
function createLife(
  point: PullPoint,
  { settings, clock }: { settings: OnvifSettings; clock: Clock },
) {
  let endsAt = clock.monotonic() + (point.times.leftMs ?? settings.subscriptionMs)
  let canRenew = true

  function note({ leftMs }: { leftMs: number | null }): void {
    if (leftMs !== null && leftMs > 0) endsAt = clock.monotonic() + leftMs
  }

  return {
    note,
    isDue: () => canRenew && endsAt - clock.monotonic() < settings.renewBeforeMs,
    async renew(signal: AbortSignal): Promise<void> {
      try {
        note(await point.renew(signal))
        // One that grants less than is asked for would be renewed without end.
        if (endsAt - clock.monotonic() < settings.renewBeforeMs) canRenew = false
      } catch (error) {
        if (!soapFaultOf(error) || isGone(error)) throw error
        canRenew = false
      }
    },
  }
}
