import type { PrivacyMask } from '../domain/camera.ts'
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

interface Still {
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
  masks: readonly PrivacyMask[]
}

const noMasks: readonly PrivacyMask[] = []

const timeoutMs = 15_000
const mostAtOnce = 4
const mostWaiting = 64

export function createStills({ link, grab, book, clock }: StillsParts): Stills {
  const kept = new Map<string, Kept>()
  const underWay = new Map<string, Promise<Still>>()
  const stopping = new AbortController()
  const queue: (() => void)[] = []
  let running = 0

  function masksOf(device: string): readonly PrivacyMask[] {
    return book.get(device)?.masks ?? noMasks
  }

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
    const raw = await rawPicture(device, signal).catch((error: unknown) => {
      const isLate = signal.aborted && !(error instanceof CameraError)
      throw isLate ? new CameraError('timeout', 'The camera gave no picture in time.') : error
    })
    const at = clock.now()
    const masks = masksOf(device)
    const jpeg = await cleanStill(raw, masks)
    const still = { jpeg, at, takenAt: clock.monotonic(), masks }
    kept.set(device, still)
    return still
  }

  /** With the masks of now; one that was under way when they were drawn is not shown either. */
  async function takeMasked(device: string): Promise<Still> {
    const still = await takeNow(device)
    return kept.get(device)?.masks === masksOf(device) ? still : takeNow(device)
  }

  return {
    take(device, maxAgeMs) {
      const last = kept.get(device)
      const isYoung = last !== undefined && clock.monotonic() - last.takenAt < maxAgeMs
      if (isYoung && last.masks === masksOf(device)) return Promise.resolve(last)
      const known = underWay.get(device)
      if (known) return known
      const taking = inTurn(() => takeMasked(device)).finally(() => underWay.delete(device))
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
