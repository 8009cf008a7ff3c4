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
import { createAnnouncedUploads } from './announced-uploads.ts'
import { createLoop } from './loop.ts'
import type { UploadAdmission } from './upload-admission.ts'
import type { Outcome, UploadKeeper } from './upload-keeper.ts'

/**
 * Takes photos and voice notes of phones piece by piece. A piece is acknowledged when it is on the
 * disk; what was acknowledged is there after a crash, and the phone goes on from where it is told.
 * What is whole is checked and kept at once, or by and by when many come together.
 */
export interface PatrolUploads extends Pick<UploadAdmission, 'checkNew' | 'checkPiece'> {
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
  admission: UploadAdmission
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
const mostAwaited = 64
/** In a rush of check-ins what is on the disk already can wait. */
const rushMs = 1000
const countedForMs = 5000
const purgedAStep = 100

export function createPatrolUploads(options: PatrolUploadsParts): PatrolUploads {
  const { store, parts, keeper, clock, admission } = options
  const turns = createTurns()
  const announced = createAnnouncedUploads()
  const whole = new Map<string, UploadKey>()
  let awaited = 0
  let allOpen = { bytes: 0, countedAt: Number.NEGATIVE_INFINITY }

  async function progressOf(upload: Upload): Promise<UploadProgress> {
    const { sha256, size, stored, refused } = upload
    if (refused !== null) throw new InvalidError(refused)
    if (stored !== null) return { sha256, size, received: size, stored: true }
    const received = announced.find(upload) ? 0 : await parts.received(upload)
    return { sha256, size, received: Math.min(size, received), stored: false }
  }

  const find = async (key: UploadKey) => announced.find(key) ?? (await store.find(key))

  async function present(key: UploadKey): Promise<Upload> {
    const upload = await find(key)
    if (upload) return upload
    throw new NotFoundError(
      'Nothing of this upload is here. Announce it again, from its beginning.',
    )
  }

  /** As often as asked, and once: what is kept or refused stays so. */
  async function keep(key: UploadKey): Promise<UploadProgress> {
    const upload = await present(key)
    const isJudged = upload.stored !== null || upload.refused !== null
    const outcome = isJudged ? null : await keeper.keep({ ...upload, ...addressOf(key) })
    whole.delete(nameOf(key))
    return outcome ? afterwards(upload, outcome) : progressOf(upload)
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
    const own = announced.sum(by)
    if ((await store.countSince(by, clock.now() - dayMs)) + own.files >= uploadBounds.aDay) {
      throw new TooManyError('You sent very many files today. The rest can go tomorrow.')
    }
    if ((await store.openBytes(by)) + own.bytes + size > uploadBounds.openBytes) {
      throw new TooManyError(
        'Too much that you announced is not finished. Finish what was begun, then go on.',
      )
    }
    if (clock.monotonic() - allOpen.countedAt > countedForMs) {
      allOpen = { bytes: await store.openBytes(), countedAt: clock.monotonic() }
    }
    if (allOpen.bytes + announced.sum().bytes + size <= uploadBounds.allOpenBytes) return
    throw new TooManyError('Too many phones upload at the moment. Try again in some minutes.')
  }

  async function announce(key: UploadKey, { kind, size }: { kind: UploadKind; size: number }) {
    const before = await find(key)
    if (before?.size === size && before.kind === kind) return progressOf(before)
    if (before?.stored) return progressOf(before)
    if (before && !announced.find(key)) await keeper.leave(before)
    await checkRoom(key.by, size)
    const upload = { ...key, kind, size, at: clock.now(), stored: null, refused: null }
    announced.add(upload)
    return progressOf(upload)
  }

  /** What comes in one piece need not lie anywhere before it is kept. Null: too many wait. */
  async function keepAtOnce(key: UploadKey, upload: Upload, bytes: Uint8Array) {
    if (awaited >= mostAwaited) return null
    awaited += 1
    try {
      const outcome = await keeper.keep({ ...upload, ...addressOf(key) }, bytes)
      if (outcome.kind !== 'unlike') announced.remove(upload)
      return afterwards(upload, outcome)
    } catch (error) {
      if (error instanceof UnavailableError) return null
      throw error
    } finally {
      awaited -= 1
    }
  }

  async function lay(upload: Upload, offset: number, piece: Uint8Array): Promise<void> {
    if (announced.find(upload)) {
      await store.add(upload)
      announced.remove(upload)
    }
    await parts.append(upload, offset, piece)
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
    const ended = piece.length === size ? await keepAtOnce(key, upload, piece) : null
    if (!ended) await lay(upload, offset, piece)
    if (offset + piece.length < size) return progressOf(upload)
    const now = ended ?? (await keepSoon(key, upload))
    if (now.received === size) return now
    throw new ConflictError(
      'sha256: what arrived is not what was announced. Send it again, from its beginning.',
      now,
    )
  }

  async function progress(key: UploadKey) {
    const upload = await present(key)
    const now = await progressOf(upload)
    return now.received === now.size && !now.stored ? keepSoon(key, upload) : now
  }

  const loop = createLoop({
    async work() {
      if (whole.size > 0 && admission.isRush()) return rushMs
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
    checkNew: () => admission.checkNew(),
    checkPiece: () => admission.checkPiece(),
    announce: (key, said) => turns(nameOf(key), () => announce(key, said)),
    append: (key, offset, piece) =>
      admission.during(() => turns(nameOf(key), () => append(key, offset, piece))),
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

function afterwards({ sha256, size }: Upload, outcome: Outcome): UploadProgress {
  if (outcome.kind === 'refused') throw new InvalidError(outcome.problem)
  const isKept = outcome.kind === 'kept'
  return { sha256, size, received: isKept ? size : 0, stored: isKept }
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
