import type { CameraEvent } from './events.ts'
import type { Timing } from './timing.ts'

/** Subscriptions and what waits in them, without any wire. */
export interface PullPoint {
  readonly id: string
  terminationMs: number
  readonly accepts: (event: CameraEvent) => boolean
  /** Wants no word of states it did not ask for. */
  readonly changedOnly: boolean
  readonly waiting: CameraEvent[]
  pending: PendingPull | undefined
}

interface PendingPull {
  /** Something waits, or time is up. */
  answer: () => void
  /** The point is gone. */
  fail: () => void
}

export interface PullPoints {
  create: (
    wanted: Pick<PullPoint, 'terminationMs' | 'accepts' | 'changedOnly'>,
  ) => PullPoint | undefined
  find: (id: string) => PullPoint | undefined
  remove: (point: PullPoint) => void
  /** Into the queue of everyone who wants it. */
  publish: (event: CameraEvent) => void
  synchronise: (point: PullPoint) => void
  /** Resolves when there is something, after the time, or when the point ends (`gone`). */
  wait: (point: PullPoint, timeoutMs: number, signal: AbortSignal) => Promise<PullResult>
  removeAll: () => void
  open: () => PullPoint[]
}

type PullResult = 'ready' | 'gone' | 'givenUp'

export interface PullPointsOptions {
  timing: Timing
  most: number
  properties: () => CameraEvent[]
}

/** A device's memory is small: the oldest goes when nobody fetches. */
const waitingMost = 1000

export function createPullPoints({ timing, most, properties }: PullPointsOptions): PullPoints {
  const points = new Map<string, PullPoint>()
  let made = 0

  function put(point: PullPoint, event: CameraEvent) {
    if (!point.accepts(event)) return
    point.waiting.push(event)
    if (point.waiting.length > waitingMost) point.waiting.shift()
    point.pending?.answer()
  }

  function remove(point: PullPoint) {
    points.delete(point.id)
    point.pending?.fail()
  }

  function expire() {
    for (const point of points.values()) {
      if (!point.pending && point.terminationMs <= timing.now()) remove(point)
    }
  }

  return {
    create(wanted) {
      expire()
      if (points.size >= most) return undefined
      const point: PullPoint = { ...wanted, id: `${++made}`, waiting: [], pending: undefined }
      points.set(point.id, point)
      if (!point.changedOnly) for (const event of properties()) put(point, event)
      return point
    },
    find(id) {
      expire()
      return points.get(id)
    },
    remove,
    publish(event) {
      expire()
      for (const point of points.values()) put(point, event)
    },
    synchronise(point) {
      for (const event of properties()) put(point, event)
    },
    wait(point, timeoutMs, signal) {
      if (point.waiting.length > 0) return Promise.resolve('ready')
      return new Promise((resolve) => {
        const end = (result: PullResult) => {
          callOff()
          signal.removeEventListener('abort', abandon)
          point.pending = undefined
          resolve(result)
        }
        const abandon = () => end('givenUp')
        const callOff = timing.after(timeoutMs, () => end('ready'))
        point.pending = { answer: () => end('ready'), fail: () => end('gone') }
        signal.addEventListener('abort', abandon)
      })
    },
    removeAll() {
      for (const point of points.values()) remove(point)
    },
    open() {
      expire()
      return [...points.values()]
    },
  }
}
