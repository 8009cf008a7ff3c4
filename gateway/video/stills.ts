import { type CameraBook, CameraError, type CameraLink } from '../ports/cameras.ts'
import type { Clock } from '../ports/clock.ts'
import { cleanStill } from './still-picture.ts'

/** A camera's picture of now: masked, shared by all who ask at once, never asked for in a crowd. */
export interface Stills {
  /** Takes one unless the last is younger; rejects with CameraError. */
  take(device: string, maxAgeMs: number): Promise<Still>
  /** The last one taken, however old. */
  last(device: string): Still | undefined
  /** Gives up what is under way. */
  stop(): Promise<void>
}

export interface Still {
  jpeg: Uint8Array
  /** Wall clock, ms. */
  at: number
}

export interface StillsParts {
  link: Pick<CameraLink, 'still'>
  /** One frame of the stream. */
  grab: (device: string, signal: AbortSignal) => Promise<Uint8Array>
  book: Pick<CameraBook, 'get'>
  clock: Clock
}

interface Kept extends Still {
  takenAt: number
}

const timeoutMs = 15_000
const mostAtOnce = 4
const mostWaiting = 64

export function createStills({ link, grab, book, clock }: StillsParts): Stills {
  const kept = new Map<string, Kept>()
  const underWay = new Map<string, Promise<Still>>()
  const stopping = new AbortController()
  const queue: (() => void)[] = []
  let running = 0

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running >= mostAtOnce) {
      if (queue.length >= mostWaiting) {
        throw new CameraError('timeout', 'Too many pictures are asked for at once; try again.')
      }
      await new Promise<void>((resolve) => queue.push(resolve))
    } else running += 1
    try {
      return await work()
    } finally {
      const next = queue.shift()
      if (next) next()
      else running -= 1
    }
  }

  /** Its own snapshot first: that costs the camera least. */
  async function rawPicture(device: string, signal: AbortSignal): Promise<Uint8Array> {
    try {
      return await link.still(device, signal)
    } catch (error) {
      const isNone =
        error instanceof CameraError && ['unsupported', 'fault'].includes(error.problem)
      if (!isNone) throw error
      return grab(device, signal)
    }
  }

  async function takeNow(device: string): Promise<Still> {
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(timeoutMs)])
    const raw = await rawPicture(device, signal)
    const at = clock.now()
    const jpeg = await cleanStill(raw, book.get(device)?.masks ?? [])
    const still = { jpeg, at, takenAt: clock.monotonic() }
    kept.set(device, still)
    return still
  }

  return {
    take(device, maxAgeMs) {
      const last = kept.get(device)
      if (last && clock.monotonic() - last.takenAt < maxAgeMs) return Promise.resolve(last)
      const known = underWay.get(device)
      if (known) return known
      const taking = inTurn(() => takeNow(device)).finally(() => underWay.delete(device))
      underWay.set(device, taking)
      return taking
    },
    last: (device) => kept.get(device),
    async stop() {
      stopping.abort(new CameraError('timeout', 'The gateway stops.'))
      await Promise.allSettled(underWay.values())
    },
  }
}
