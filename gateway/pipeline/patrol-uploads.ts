import {
  ConflictError,
  InvalidError,
  NotFoundError,
  TooManyError,
  UnavailableError,
} from '../domain/errors.ts'
import type { Clock } from '../ports/clock.ts'
import {
  partKeptMs,
  type Upload,
  type UploadKey,
  type UploadKind,
  type UploadParts,
  type UploadStore,
} from '../ports/patrol-uploads.ts'
import type { Purgeable } from '../ports/retention.ts'
import { createLoop } from './loop.ts'
import type { UploadKeeper } from './upload-keeper.ts'

/**
 * Takes photos and voice notes of phones piece by piece. A piece is acknowledged when it is on the
 * disk; what was acknowledged is there after a crash, and the phone goes on from where it is told.
 * What is whole is checked and kept at once, or by and by when many come together.
 */
export interface PatrolUploads {
  start(): Promise<void>
  stop(): Promise<void>
  /** Says what will come; said again it answers how far it is. */
  announce(key: UploadKey, said: { kind: UploadKind; size: number }): Promise<UploadProgress>
  /** ConflictError with the present state where the piece does not begin where the last one ended. */
  append(key: UploadKey, offset: number, piece: Uint8Array): Promise<UploadProgress>
  /** NotFoundError where nothing was announced. */
  progress(key: UploadKey): Promise<UploadProgress>
  /** Of phones that never came back. */
  purgeable: Purgeable
}

interface UploadProgress {
  sha256: string
  size: number
  received: number
  stored: boolean
}

export interface PatrolUploadsParts {
  store: UploadStore
  parts: UploadParts
  keeper: UploadKeeper
  clock: Clock
  logger: { warn(text: string): void }
  pause?: (ms: number, signal: AbortSignal) => Promise<void>
}

const dayMs = 86_400_000
export const uploadBounds = {
  bytes: 1_048_576,
  /** A week's queue of a busy phone, and once more. */
  aDay: 1000,
  openBytes: 100 * 1_048_576,
  allOpenBytes: 4096 * 1_048_576,
}
/** More than so many are kept one by one behind the answers. */
const mostAwaited = 8
const countedForMs = 5000
const purgedAStep = 100

export function createPatrolUploads(options: PatrolUploadsParts): PatrolUploads {
  const { store, parts, keeper, clock } = options
  const turns = createTurns()
  const whole = new Map<string, UploadKey>()
  let awaited = 0
  let allOpen = { bytes: 0, countedAt: Number.NEGATIVE_INFINITY }

  async function progressOf(upload: Upload): Promise<UploadProgress> {
    const { sha256, size, stored, refused } = upload
    if (refused !== null) throw new InvalidError(refused)
    if (stored !== null) return { sha256, size, received: size, stored: true }
    return { sha256, size, received: Math.min(size, await parts.received(upload)), stored: false }
  }

  async function present(key: UploadKey): Promise<Upload> {
    const upload = await store.find(key)
    if (upload) return upload
    throw new NotFoundError(
      'Nothing of this upload is here. Announce it again, from its beginning.',
    )
  }

  /** As often as asked, and once: what is kept or refused stays so. */
  async function keep(key: UploadKey): Promise<UploadProgress> {
    const before = await present(key)
    if (before.stored === null && before.refused === null)
      await keeper.keep({ ...before, ...addressOf(key) })
    whole.delete(nameOf(key))
    return progressOf(await present(key))
  }

  async function keepSoon(key: UploadKey, upload: Upload): Promise<UploadProgress> {
    whole.set(nameOf(key), key)
    if (awaited >= mostAwaited) {
      loop.wake()
      return progressOf(upload)
    }
    awaited += 1
    try {
      return await keep(key)
    } catch (error) {
      // Too many pictures wait: then it comes by and by.
      if (!(error instanceof UnavailableError)) throw error
      loop.wake()
      return progressOf(upload)
    } finally {
      awaited -= 1
    }
  }

  async function checkRoom(by: string, size: number): Promise<void> {
    if ((await store.countSince(by, clock.now() - dayMs)) >= uploadBounds.aDay) {
      throw new TooManyError('You sent very many files today. The rest can go tomorrow.')
    }
    if ((await store.openBytes(by)) + size > uploadBounds.openBytes) {
      throw new TooManyError(
        'Too much that you announced is not finished. Finish what was begun, then go on.',
      )
    }
    if (clock.monotonic() - allOpen.countedAt > countedForMs) {
      allOpen = { bytes: await store.openBytes(), countedAt: clock.monotonic() }
    }
    allOpen.bytes += size
    if (allOpen.bytes <= uploadBounds.allOpenBytes) return
    throw new TooManyError('Too many phones upload at the moment. Try again in some minutes.')
  }

  async function announce(key: UploadKey, { kind, size }: { kind: UploadKind; size: number }) {
    const before = await store.find(key)
    if (before?.size === size && before.kind === kind) return progressOf(before)
    if (before?.stored) return progressOf(before)
    if (before) await keeper.leave(before)
    await checkRoom(key.by, size)
    const upload = { ...key, kind, size, at: clock.now(), stored: null, refused: null }
    await store.add(upload)
    return progressOf(upload)
  }

  async function append(key: UploadKey, offset: number, piece: Uint8Array) {
    const upload = await present(key)
    const progress = await progressOf(upload)
    if (progress.stored) return progress
    const { received, size } = progress
    if (received === size) return keepSoon(key, upload)
    if (offset !== received) {
      throw new ConflictError(`offset: the next piece begins at ${received}.`, progress)
    }
    if (piece.length === 0) throw new InvalidError('The piece is empty. Send bytes as the body.')
    if (offset + piece.length > size) {
      throw new InvalidError(`The piece ends after the ${size} bytes that were announced.`)
    }
    await parts.append(key, offset, piece)
    if (offset + piece.length < size) return progressOf(upload)
    const ended = await keepSoon(key, upload)
    if (ended.received === size) return ended
    throw new ConflictError(
      'sha256: what arrived is not what was announced. Send it again, from its beginning.',
      ended,
    )
  }

  async function progress(key: UploadKey) {
    const upload = await present(key)
    const now = await progressOf(upload)
    return now.received === now.size && !now.stored ? keepSoon(key, upload) : now
  }

  const loop = createLoop({
    async work() {
      const next = whole.values().next().value
      if (next === undefined) return null
      await turns(nameOf(next), () => keep(next)).catch((error: unknown) => {
        // Its phone is told when it asks next.
        if (!(error instanceof InvalidError || error instanceof NotFoundError)) throw error
        whole.delete(nameOf(next))
      })
      return whole.size > 0 ? 0 : null
    },
    failed(reason) {
      if (reason !== null) options.logger.warn(`uploads of phones wait: ${reason}`)
    },
    ...(options.pause && { pause: options.pause }),
  })

  return {
    announce: (key, said) => turns(nameOf(key), () => announce(key, said)),
    append: (key, offset, piece) => turns(nameOf(key), () => append(key, offset, piece)),
    progress: (key) => turns(nameOf(key), () => progress(key)),
    async start() {
      const open = await store.open()
      // Of uploads that were kept when the gateway was killed, just before their pieces went.
      await parts.keepOnly(open)
      // What was whole when the gateway stopped: its phone may never ask again.
      for (const upload of open) {
        if ((await parts.received(upload)) >= upload.size) whole.set(nameOf(upload), upload)
      }
      loop.start()
    },
    stop: () => loop.stop(),
    purgeable: {
      kind: 'pictures',
      async *remove() {
        const before = clock.now() - partKeptMs
        for (;;) {
          const old = await store.before(before, purgedAStep)
          if (old.length === 0) break
          let bytes = 0
          for (const upload of old) {
            bytes += await turns(nameOf(upload), () => keeper.leave(upload))
          }
          yield { removed: old.length, bytes }
        }
        const lost = await parts.removeOlder(before)
        if (lost.removed > 0) yield lost
      },
    },
  }
}

function addressOf({ address }: UploadKey) {
  return address === undefined ? {} : { address }
}

function nameOf({ sha256, by }: UploadKey): string {
  return `${by} ${sha256}`
}

/** One after the other for each upload, however many phones send it. */
function createTurns() {
  const last = new Map<string, Promise<unknown>>()
  return async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const before = last.get(name)
    const mine = before ? before.then(work, work) : work()
    last.set(name, mine)
    try {
      return await mine
    } finally {
      if (last.get(name) === mine) last.delete(name)
    }
  }
}
