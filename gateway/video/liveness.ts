import {
  forgetView,
  judgeView,
  newView,
  type ViewFault,
  type ViewState,
  viewFaults,
} from '../domain/view-hash.ts'
import { createLoop } from '../pipeline/loop.ts'
import type { Ingest } from '../ports/adapter.ts'
import type { CameraBook, CameraLink } from '../ports/cameras.ts'
import type { Clock } from '../ports/clock.ts'
import type { DeviceRegistry } from '../ports/device-registry.ts'
import { viewPixels } from './still-picture.ts'
import type { Stills } from './stills.ts'

/**
 * A camera that answers and shows nothing is worse than one that is away. Each is looked at once a
 * minute, one after the other; what is found becomes events of the camera, like all that it says.
 */
export interface Liveness {
  start(): Promise<void>
  stop(): Promise<void>
  /** Faults of the picture that stand now. */
  faults(camera: string): readonly ViewFault[]
  /** What it shows now is what it ought to show from now on. */
  accept(camera: string): Promise<void>
}

interface ViewStore {
  load(): Promise<Map<string, SavedView>>
  save(camera: string, view: SavedView): Promise<void>
}

/** What outlives a restart. */
export type SavedView = Pick<ViewState, 'references' | 'faults'>

export interface LivenessParts {
  ingest: Pick<Ingest, 'accept'>
  stills: Stills
  views: ViewStore
  devices: DeviceRegistry
  book: Pick<CameraBook, 'get'>
  link: Pick<CameraLink, 'path' | 'position'>
  /** Turned away on purpose. */
  isAway: (camera: string) => boolean
  hourOf: (at: number) => number
  clock: Clock
  logger: { warn(text: string): void }
  pause?: (ms: number, signal: AbortSignal) => Promise<void>
}

const roundMs = 60_000
const youngEnoughMs = 30_000
const atHomeDeg = 2
const believed = 3
const longAgoMs = 3_600_000

/** A fault that stood before the restart stands until a good picture ends it. */
function revive({ references, faults }: SavedView, now: number): ViewState {
  const count = (fault: ViewFault) => (faults.includes(fault) ? believed : 0)
  return {
    ...newView(),
    references,
    faults,
    blackCount: count('pictureBlack'),
    movedCount: count('pictureMoved'),
    sameCount: count('pictureFrozen'),
    sameSince: now - longAgoMs,
  }
}

export function createLiveness(parts: LivenessParts): Liveness {
  const { devices, book, link, stills, clock } = parts
  const states = new Map<string, ViewState>()
  let saved = new Map<string, SavedView>()

  function stateOf(camera: string): ViewState {
    const known = states.get(camera)
    if (known) return known
    const before = saved.get(camera)
    return before ? revive(before, clock.monotonic()) : newView()
  }

  /** One that turns says of its place only what it shows at home. */
  async function isTurned(camera: string): Promise<boolean> {
    if (!book.get(camera)?.abilities?.ptz) return false
    if (parts.isAway(camera)) return true
    const where = await link.position(camera).catch(() => undefined)
    return !where || where.moving || Math.abs(where.panDeg) > atHomeDeg || where.zoom > 0.05
  }

  async function tell(camera: string, fault: ViewFault, stands: boolean): Promise<void> {
    const village = devices.get(camera)?.village ?? ''
    const at = clock.now()
    const state = stands ? 'active' : 'clear'
    const payload = Buffer.from(JSON.stringify({ type: fault, state }))
    const topic = `lianxun/${village}/${camera}/event`
    const times = { observedAt: at, receivedAt: at }
    await parts.ingest.accept({ topic, payload, receivedAt: at }, [
      { kind: 'event', device: camera, type: fault, state, ...times },
    ])
  }

  async function lookAt(camera: string): Promise<void> {
    const still = await stills.take(camera, youngEnoughMs)
    const pixels = await viewPixels(still.jpeg)
    const before = stateOf(camera)
    const sample = { ...pixels, at: clock.monotonic(), hour: parts.hourOf(clock.now()) }
    const next = judgeView(before, sample, { isTurned: await isTurned(camera) })
    for (const fault of viewFaults) {
      const stands = next.faults.includes(fault)
      if (stands !== before.faults.includes(fault)) await tell(camera, fault, stands)
    }
    states.set(camera, next)
    const isNews = next.faults.length !== before.faults.length || isOther(next, before)
    if (isNews) await parts.views.save(camera, next)
  }

  /** Woken more often than a round is due. */
  async function work(): Promise<number> {
    const began = clock.monotonic()
    if (began < nextRoundAt) return nextRoundAt - began
    nextRoundAt = began + roundMs
    const cameras = devices
      .all()
      .filter(({ id, state }) => book.get(id) && state === 'active' && link.path(id).path === 'up')
    for (const { id } of cameras) {
      if (stopping) break
      // One that gives no picture is told of by the way to it.
      await lookAt(id).catch(() => undefined)
    }
    return nextRoundAt - clock.monotonic()
  }

  let stopping = false
  let nextRoundAt = 0
  const loop = createLoop({
    work,
    failed(reason) {
      if (reason !== null) parts.logger.warn(`cameras' pictures are not looked at: ${reason}`)
    },
    ...(parts.pause && { pause: parts.pause }),
  })

  return {
    async start() {
      saved = await parts.views.load()
      loop.start()
    },
    async stop() {
      stopping = true
      await loop.stop()
    },
    faults: (camera) => stateOf(camera).faults,
    async accept(camera) {
      const before = stateOf(camera)
      if (before.faults.includes('pictureMoved')) await tell(camera, 'pictureMoved', false)
      const next = forgetView(before)
      states.set(camera, next)
      await parts.views.save(camera, next)
    },
  }
}

function isOther(a: ViewState, b: ViewState): boolean {
  return a.references.some(
    (reference, slot) => (reference === null) !== (b.references[slot] === null),
  )
}
