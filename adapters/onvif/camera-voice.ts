import { createHash } from 'node:crypto'
import { eventPathLost } from '../../gateway/domain/camera-event-defaults.ts'
import {
  type CameraStates,
  expire,
  heldTypes,
  initialStates,
  losePath,
  nextEnd,
  type StateChange,
  settle,
  takeMessage,
} from '../../gateway/domain/camera-event-state.ts'
import { identityOf } from '../../gateway/domain/camera-message.ts'
import type { DeviceEvent, Observation } from '../../gateway/domain/observation.ts'
import type { CameraContext } from '../../gateway/ports/adapter.ts'
import type { OnvifSettings } from './config.ts'
import type { DecodedMessages, ReadMessage } from './decode.ts'
import type { Timing } from './timing.ts'

/**
 * What one camera says, as observations: the changes of its states, whether it is there, and that
 * its path is lost. What was not stored was not said, so it is said again. The types that stand are
 * kept in the camera book too: after a restart of the house they are unknown until the camera has
 * told its states, so nothing is raised twice and no end is lost.
 */
export interface CameraVoice {
  take(pulled: DecodedMessages, offsetMs: number): Promise<number>
  settled(): Promise<void>
  holds(): boolean
  /** From now on the path is up or down; told as soon as it can be stored. */
  setPath(isUp: boolean): void
  stop(): Promise<void>
}

export interface CameraVoiceParts {
  device: string
  context: Pick<
    CameraContext,
    'ingest' | 'devices' | 'cameras' | 'mappings' | 'clock' | 'meter' | 'log'
  >
  settings: OnvifSettings
  timing: Timing
}

/** Pulses of one type follow each other no faster. */
const pulseGapMs = 1_000
const retryMs = 5_000
const maxItems = 16
const maxItemChars = 64

export function createCameraVoice({
  device,
  context,
  settings,
  timing,
}: CameraVoiceParts): CameraVoice {
  const { ingest, devices, cameras, mappings, clock, meter, log } = context
  const before = cameras.held(device)
  let states = initialStates(before.filter((type) => type !== eventPathLost))
  let stored: readonly string[] = before
  let lastAt = 0
  let isUp: boolean | null = null
  let told: boolean | null = null
  let isLost = before.includes(eventPathLost)
  let lossIsDue = false
  let stopped = false
  const pulses = new Map<string, number>()
  let turn: Promise<unknown> = Promise.resolve()
  const timers = createTimers(timing)

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = turn.then(work)
    turn = next.catch(() => {})
    return next
  }

  async function keepHeld(types: readonly string[]): Promise<void> {
    const sorted = [...new Set(types)].sort()
    if (sorted.join() === [...stored].sort().join()) return
    await cameras.setHeld(device, sorted)
    stored = sorted
  }

  function event({ type, state }: StateChange, at: number, senderId?: string): DeviceEvent {
    const receivedAt = clock.now()
    // An end that seems older than its beginning would not count.
    lastAt = Math.max(lastAt, at)
    const id = senderId === undefined ? {} : { senderId }
    return { kind: 'event', device, type, state, observedAt: lastAt, receivedAt, ...id }
  }

  function status(online: boolean): Observation {
    const now = clock.now()
    return { kind: 'status', device, online, observedAt: now, receivedAt: now }
  }

  /** Kept as standing before it is said, and as over after: a crash between forgets no end. */
  async function say(said: Observation[], next: CameraStates, lost: boolean): Promise<void> {
    const types = [...heldTypes(next), ...(lost ? [eventPathLost] : [])]
    if (said.length > 0) {
      await keepHeld([...stored, ...types])
      const village = devices.get(device)?.village ?? '-'
      await ingest.accept(
        {
          topic: `lianxun/${village}/${device}/onvif`,
          payload: Buffer.from(JSON.stringify(said)),
          receivedAt: clock.now(),
        },
        said,
      )
    }
    states = next
    isLost = lost
    await keepHeld(types).catch((error: unknown) => {
      log.warn(`onvif: what stands at ${device} could not be kept: ${String(error)}`)
    })
    planEnd()
  }

  function planEnd(): void {
    const next = nextEnd(states)
    if (next === null || stopped) return timers.cancel('end')
    timers.set('end', Math.max(50, next - clock.now()), () => {
      inTurn(async () => {
        const step = expire(states, clock.now())
        await say(
          step.changes.map((change) => event(change, clock.now())),
          step.states,
          isLost,
        )
      }).catch(() => timers.set('end', retryMs, planEnd))
    })
  }

  function isRepeat(change: StateChange): boolean {
    if (change.state !== 'pulse') return false
    const now = clock.monotonic()
    const isSoon = now - (pulses.get(change.type) ?? Number.NEGATIVE_INFINITY) < pulseGapMs
    if (!isSoon) pulses.set(change.type, now)
    return isSoon
  }

  function noteUnmapped(message: ReadMessage): void {
    if (message.isCut || message.operation === 'deleted') return
    const items = message.content
      .slice(0, maxItems)
      .map(([name, value]) => [name.slice(0, maxItemChars), value.slice(0, maxItemChars)])
    const { topic } = message
    mappings.noteUnmapped({
      topic,
      items: Object.fromEntries(items),
      devices: [device],
      at: clock.now(),
    })
  }

  async function take({ messages, personal }: DecodedMessages, offsetMs: number): Promise<number> {
    if (messages.length + personal === 0) return 0
    meter.count('messages', messages.length)
    if (personal > 0) meter.count('refused', personal)
    const now = clock.now()
    let next = states
    const said: Observation[] = []
    for (const message of messages) {
      const taken = takeMessage(next, message, { mappings: mappings.current(), now })
      next = taken.states
      if (taken.isUnmapped) noteUnmapped(message)
      const own = ownTime(message, { offsetMs, now, plausibleMs: settings.plausibleTimeMs })
      for (const change of taken.changes.filter((one) => !isRepeat(one))) {
        const id = change.state === 'pulse' && own !== null ? senderIdOf(message) : undefined
        said.push(event(change, own ?? now, id))
      }
    }
    await say(said, next, isLost)
    return said.length
  }

  /** Says what the path is, once it can be stored. */
  async function tellPath(): Promise<void> {
    if (stopped || isUp === null) return
    const said: Observation[] = []
    let next = states
    if (isUp) {
      said.push(status(true))
      if (isLost) said.push(event({ type: eventPathLost, state: 'clear' }, clock.now()))
    } else {
      const step = losePath(states)
      next = step.states
      said.push(...step.changes.map((change) => event(change, clock.now())))
      if (lossIsDue && !isLost)
        said.push(event({ type: eventPathLost, state: 'active' }, clock.now()))
      if (told !== false) said.push(status(false))
    }
    const lost = !isUp && (isLost || lossIsDue)
    await say(said, next, lost)
    told = isUp
  }

  function announce(): void {
    inTurn(tellPath).then(
      () => {
        if (isUp && !stopped) timers.set('status', settings.statusEveryMs, announce)
      },
      () => timers.set('status', retryMs, announce),
    )
  }

  return {
    take: (pulled, offsetMs) => inTurn(() => take(pulled, offsetMs)),
    settled: () =>
      inTurn(async () => {
        const step = settle(states)
        await say(
          step.changes.map((change) => event(change, clock.now())),
          step.states,
          isLost,
        )
      }),
    holds: () => states.held.size > 0,
    setPath(nowUp) {
      if (isUp === nowUp) return
      const isFirst = isUp === null
      isUp = nowUp
      if (nowUp) {
        lossIsDue = false
        timers.cancel('loss')
      } else {
        timers.cancel('status')
        timers.set('loss', settings.pathLostAfterMs, () => {
          lossIsDue = true
          announce()
        })
      }
      if (isFirst) planEnd()
      announce()
    },
    async stop() {
      stopped = true
      timers.cancelAll()
      await turn
      timers.cancelAll()
    },
  }
}

/** The camera's own time of what it saw, corrected by its clock's error; null: it means nothing. */
function ownTime(
  { at, operation }: ReadMessage,
  { offsetMs, now, plausibleMs }: { offsetMs: number; now: number; plausibleMs: number },
): number | null {
  // A state that is told again may be of any age; it stands now.
  if (at === null || operation === 'initialized') return null
  const corrected = at - offsetMs
  if (Math.abs(corrected - now) > plausibleMs) return null
  return Math.min(corrected, now)
}

/** The same message fetched twice is one. */
function senderIdOf(message: ReadMessage): string {
  const text = JSON.stringify([identityOf(message), message.at, message.content])
  return `onvif-${createHash('sha256').update(text).digest('base64url').slice(0, 22)}`
}

/** Timers by name: setting one again replaces it. */
function createTimers(timing: Timing) {
  const running = new Map<string, () => void>()
  function cancel(name: string): void {
    running.get(name)?.()
    running.delete(name)
  }
  return {
    cancel,
    set(name: string, ms: number, run: () => void) {
      cancel(name)
      // Node's timers end at 2³¹ ms.
      running.set(name, timing.after(Math.min(ms, 2_000_000_000), run))
    },
    cancelAll() {
      for (const name of running.keys()) cancel(name)
    },
  }
}
