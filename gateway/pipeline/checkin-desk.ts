import { setImmediate as breathe } from 'node:timers/promises'
import { InvalidError, NotFoundError, UnavailableError } from '../domain/errors.ts'
import type { Actor } from '../domain/person.ts'
import type {
  BookedCheckin,
  CheckinStore,
  ListedCheckin,
  NewReview,
} from '../ports/checkin-store.ts'
import type { Clock } from '../ports/clock.ts'
import type { TagBook } from '../ports/tags.ts'
import { bookAll } from './checkin-book.ts'
import { createCheckinBound } from './checkin-bound.ts'
import { type Candidate, prepareSent, type SentCheckin, senderOf } from './checkin-prepare.ts'

/**
 * Takes the check-ins of phones. Many come back in the same minute, when a shift ends or a mast is
 * mended: batches that wait are booked together, one fsync for all of them.
 */
export interface CheckinDesk {
  /** One answer for each that was sent, in the order of sending, after all are on the disk. */
  book(actor: Actor, batch: SentBatch): Promise<BookedCheckin[]>
  review(checkin: ListedCheckin, review: Omit<NewReview, 'at'>): Promise<void>
  /** The patroller's own word on an own check-in. */
  say(actor: Actor, id: string, text: string): Promise<void>
}

export interface SentBatch {
  checkins: readonly SentCheckin[]
  /** The phone's clocks when it sent; null: it did not say. */
  sentAt: number | null
  sentMonotonicMs: number | null
  clock: string | null
}

export interface CheckinDeskParts {
  store: CheckinStore
  tags: Pick<TagBook, 'read'>
  clock: Clock
  /** Check-ins. */
  mostWaiting?: number
  /** Told of each batch how many it has, before they are looked at. */
  arrived?: (checkins: number) => void
}

interface Waiting {
  batch: SentBatch
  actor: Actor
  receivedAt: number
  answer: PromiseWithResolvers<BookedCheckin[]>
}

/** Check-ins of one transaction: as long as others can wait for the one thread. */
const togetherRows = 1000
/** Two thousand phones that were away for a day; each is some hundred bytes. */
const mostWaitingRows = 100_000

export function createCheckinDesk(parts: CheckinDeskParts): CheckinDesk {
  const { store, tags, clock, mostWaiting = mostWaitingRows, arrived } = parts
  const bound = createCheckinBound(clock)
  const waiting: Waiting[] = []
  let waitingRows = 0
  let working: Promise<void> | undefined

  function takeTogether(): Waiting[] {
    let rows = 0
    const end = waiting.findIndex(({ batch }) => {
      const isFull = rows > 0 && rows + batch.checkins.length > togetherRows
      rows += batch.checkins.length
      return isFull
    })
    return waiting.splice(0, end < 0 ? waiting.length : end)
  }

  async function prepared({ batch, actor, receivedAt }: Waiting): Promise<Candidate[]> {
    const { checkins, ...clocks } = batch
    const context = { sender: senderOf(actor), time: { receivedAt, ...clocks }, tags }
    const candidates: Candidate[] = []
    for (const sent of checkins) candidates.push(await prepareSent(sent, context))
    return candidates
  }

  async function bookTogether(batches: readonly Waiting[]): Promise<void> {
    const all: Candidate[] = []
    for (const one of batches) all.push(...(await prepared(one)))
    const answers = await store.book((unit) => bookAll(unit, all))
    let from = 0
    for (const { batch, answer } of batches) {
      answer.resolve(answers.slice(from, from + batch.checkins.length))
      from += batch.checkins.length
    }
  }

  /** What fails together is tried each by itself: one phone must not hold up the others. */
  async function settle(batches: readonly Waiting[]): Promise<void> {
    try {
      await bookTogether(batches)
    } catch (error) {
      const [first] = batches
      if (batches.length === 1) return first?.answer.reject(error)
      for (const one of batches) await settle([one])
    }
  }

  async function work(): Promise<void> {
    while (waiting.length > 0) {
      const batches = takeTogether()
      await settle(batches)
      for (const { batch } of batches) waitingRows -= batch.checkins.length
      await breathe()
    }
    working = undefined
  }

  return {
    async book(actor, batch) {
      arrived?.(batch.checkins.length)
      if (waitingRows + batch.checkins.length > mostWaiting) {
        throw new UnavailableError('Very many check-ins wait to be written.')
      }
      bound.take(actor.id, batch.checkins.length)
      waitingRows += batch.checkins.length
      const answer = Promise.withResolvers<BookedCheckin[]>()
      waiting.push({ batch, actor, receivedAt: clock.now(), answer })
      working ??= work()
      return answer.promise
    },
    async review(checkin, review) {
      if (checkin.patrollerId === review.by) {
        throw new InvalidError('verdict: it is your own; somebody else looks at it.')
      }
      if (review.verdict === 'counts' && checkin.point === null) {
        throw new InvalidError(
          'verdict: it is of no point of this town, and cannot count as a visit.',
        )
      }
      await store.review(checkin.id, { ...review, at: clock.now() })
    },
    async say(actor, id, text) {
      const isOwn = await store.addWord(id, actor.id, text)
      if (!isOwn) throw new NotFoundError('There is no such check-in of yours.')
    },
  }
}
