import { UnavailableError } from '../domain/errors.ts'
import type { Clock } from '../ports/clock.ts'

/**
 * When a thousand phones come back in the same minute, check-ins go first: what was walked is known
 * before what it looked like. New uploads are put off while check-ins pour in, but for a few, so that
 * a day full of check-ins holds up no photo for ever; and at any time only so many are worked on at
 * once. A phone that is put off is told when to come again, each another time.
 */
export interface UploadAdmission {
  /** Check-ins came in. */
  arrived(checkins: number): void
  /** Check-ins pour in. */
  isRush(): boolean
  /** UnavailableError with the seconds to wait where a new upload has to. */
  checkNew(): void
  /** The same for the next piece of one that was let in. */
  checkPiece(): void
  /** Counts as worked on until it ends. */
  during<T>(work: () => Promise<T>): Promise<T>
}

export interface UploadAdmissionParts {
  clock: Pick<Clock, 'monotonic'>
  random: () => number
}

export const admissionBounds = {
  /** Check-ins; a busy town makes some a second. */
  rush: 1000,
  /** So soon a third of those that came is left in the count. */
  forgottenMs: 3000,
  newAtOnce: 32,
  piecesAtOnce: 64,
  piecesAtOnceInRush: 4,
  /** In a rush. */
  oneNewEveryMs: 500,
  retryS: { least: 5, most: 20 },
}

export function createUploadAdmission({ clock, random }: UploadAdmissionParts): UploadAdmission {
  const bounds = admissionBounds
  let recent = { checkins: 0, at: clock.monotonic() }
  let atWork = 0
  let lastNewAt = Number.NEGATIVE_INFINITY

  function recentCheckins(): number {
    return recent.checkins * Math.exp((recent.at - clock.monotonic()) / bounds.forgottenMs)
  }

  const isRush = () => recentCheckins() >= bounds.rush

  function putOff(text: string): UnavailableError {
    const { least, most } = bounds.retryS
    return new UnavailableError(text, { retryAfterS: least + random() * (most - least) })
  }

  return {
    isRush,
    arrived(checkins) {
      recent = { checkins: recentCheckins() + checkins, at: clock.monotonic() }
    },
    checkNew() {
      if (isRush() && clock.monotonic() - lastNewAt < bounds.oneNewEveryMs) {
        throw putOff('Many check-ins come in, and they go first. Send photos later.')
      }
      if (atWork >= bounds.newAtOnce) {
        throw putOff('Many photos come in at the moment. Send yours later.')
      }
      lastNewAt = clock.monotonic()
    },
    checkPiece() {
      const most = isRush() ? bounds.piecesAtOnceInRush : bounds.piecesAtOnce
      if (atWork >= most) throw putOff('Many photos come in at the moment. Send the rest later.')
    },
    async during(work) {
      atWork += 1
      try {
        return await work()
      } finally {
        atWork -= 1
      }
    },
  }
}
