import { createHash, randomUUID } from 'node:crypto'
import type { Fix } from '../../gateway/domain/checkin.ts'
import type { CheckinResult, NewCheckin } from '../../gateway/http/schemas/patrol.ts'
import { checkinHash } from './chain.ts'
import { type PhoneApi, RefusedError } from './phone-api.ts'

/**
 * A phone with the patrol page open: check-ins wait in a queue, chained by their hashes, until there
 * is a signal; photos follow in pieces. What the gateway has not confirmed stays.
 */

/** What the scanner gave, or the words of a person. */
export interface Shown {
  tag: string
  url?: string
  point?: string
}

interface Visit extends Shown {
  /** Real time, epoch ms. */
  at: number
  /** Null: no satellites. */
  fix: Fix | null
  round?: string
  photo?: Uint8Array
  note?: string
  findings?: string[]
  task?: string
  verdict?: 'settled' | 'unsettled'
}

export interface Phone {
  id: string
  /** Into the queue. Answers what will be sent. */
  checkIn(visit: Visit): NewCheckin
  /**
   * Check-ins first, then photos; whatever fails stays in the queue, and so do photos that are put
   * off. `at` is real time, epoch ms.
   */
  sync(at: number): Promise<CheckinResult[]>
  waiting(): { checkins: number; photos: number }
}

export interface PhoneOptions {
  api: Pick<PhoneApi, 'sendCheckins' | 'uploadState' | 'announce' | 'sendPiece'>
  id?: string
  /** How far its wall clock is ahead. */
  wrongByMs?: number
  newId?: () => string
  uploads?: UploadOptions
}

export interface UploadOptions {
  pieceBytes?: number
  /** Waits for the gateway to look at what is whole; resolves when to ask again, the nth time. */
  pause?: (asked: number) => Promise<void>
}

const batchSize = 50
const usualPieceBytes = 64 * 1024
/** How often a phone asks about a photo that is whole and not yet stored. */
const askedAgain = 600
const firstPauseMs = 100
const longestPauseMs = 3000

export const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

interface Queued {
  checkin: NewCheckin
  photo: Uint8Array | undefined
}

/** Less and less often: many phones may wait for the same gateway. */
const pauseBySetTimeout = (asked: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, Math.min(longestPauseMs, firstPauseMs * 2 ** asked))
  })

/** Goes on from where the gateway is. Resolves when the phone may forget the photo. */
export async function uploadPhoto(
  api: Pick<PhoneApi, 'uploadState' | 'announce' | 'sendPiece'>,
  photo: Uint8Array,
  { pieceBytes = usualPieceBytes, pause = pauseBySetTimeout }: UploadOptions = {},
): Promise<void> {
  const sha256 = sha256Of(photo)
  const said = { kind: 'photo', size: photo.length } as const
  // What was announced before is answered with how far it is.
  let state = await api.announce(sha256, said)
  for (let asked = 0; !state.stored; asked++) {
    if (asked > askedAgain) throw new Error(`the photo ${sha256} was sent and is not stored`)
    const { received } = state
    if (received < photo.length) {
      const piece = photo.subarray(received, received + pieceBytes)
      state = await api.sendPiece(sha256, received, piece)
    } else {
      await pause(asked)
      state = (await api.uploadState(sha256)) ?? (await api.announce(sha256, said))
    }
  }
}

export function createPhone(options: PhoneOptions): Phone {
  const { api, id = randomUUID(), wrongByMs = 0, newId = randomUUID, uploads } = options
  const clock = newId()
  let bootedAt: number | undefined
  let previousHash: string | undefined
  const queue: Queued[] = []
  const photos: Uint8Array[] = []
  let putOffUntil = Number.NEGATIVE_INFINITY

  function clocksAt(at: number) {
    bootedAt ??= at - 60_000
    return { wall: Math.round(at + wrongByMs), monotonicMs: Math.max(0, Math.round(at - bootedAt)) }
  }

  async function sendBatch(at: number): Promise<CheckinResult[]> {
    const batch = queue.slice(0, batchSize)
    const { wall, monotonicMs } = clocksAt(at)
    const sent = { sentAt: wall, sentMonotonicMs: monotonicMs, clock }
    const results = await api.sendCheckins(
      batch.map(({ checkin }) => checkin),
      sent,
    )
    const answered = new Set(results.map((result) => result.id))
    for (const { checkin, photo } of batch) {
      if (!answered.has(checkin.id)) throw new Error(`no answer about check-in ${checkin.id}`)
      if (photo) photos.push(photo)
    }
    queue.splice(0, batch.length)
    return results
  }

  /** Where the gateway has more urgent things to do, nothing failed: the rest waits. */
  async function sendPhotos(at: number): Promise<void> {
    for (let photo = photos[0]; photo; photo = photos[0]) {
      try {
        await uploadPhoto(api, photo, uploads)
      } catch (error) {
        if (!(error instanceof RefusedError) || !error.isPutOff) throw error
        putOffUntil = at + (error.retryAfterMs ?? 0)
        return
      }
      photos.shift()
    }
  }

  return {
    id,
    checkIn({ at, fix, photo, ...said }) {
      const { wall, monotonicMs } = clocksAt(at)
      const checkin: NewCheckin = {
        id: newId(),
        at: wall,
        monotonicMs,
        clock,
        phone: id,
        ...said,
        ...(fix && { lon: fix.position[0], lat: fix.position[1], accuracyM: fix.accuracyM }),
        ...(photo && { photo: sha256Of(photo) }),
        ...(previousHash !== undefined && { previousHash }),
      }
      previousHash = checkinHash(checkin)
      queue.push({ checkin, photo })
      return checkin
    },
    async sync(at) {
      const results: CheckinResult[] = []
      while (queue.length > 0) results.push(...(await sendBatch(at)))
      if (at >= putOffUntil) await sendPhotos(at)
      return results
    },
    waiting: () => ({
      checkins: queue.length,
      photos: photos.length + queue.filter(({ photo }) => photo !== undefined).length,
    }),
  }
}
