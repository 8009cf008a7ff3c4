import { createFollower } from '../http/follow.ts'
import { createCheckinDesk } from '../pipeline/checkin-desk.ts'
import { createReaderCheckins } from '../pipeline/reader-checkins.ts'
import { createRecentReadings } from '../pipeline/recent-readings.ts'
import type { TagBook } from '../ports/tags.ts'
import { createCheckinStore } from '../storage/checkin-store.ts'
import type { House, Stores } from './house.ts'
import type { Judgement } from './judgement.ts'

interface Others {
  tags: TagBook
  watch: Judgement['watch']
  /** Told how many come in from phones. */
  arrived: (checkins: number) => void
}

/** What takes check-ins, of phones and of readers. */
export function composeCheckins(
  { db, clock, logger }: House,
  { observations, devices, users }: Stores,
  { tags, watch, arrived }: Others,
) {
  const town = () => watch.town().places.find(({ level }) => level === 'town')?.code
  const store = createCheckinStore({ db, town })
  const { log } = observations
  const book = createReaderCheckins({ log, store, devices, users, tags })
  const follower = createFollower({
    changed: () => log.changed(),
    next: () => book.next(),
    handle: (entries) => book.handle(entries),
    failed: (error) => logger.warn(`check-ins of readers wait: ${String(error)}`),
  })
  return {
    checkins: store,
    checkinDesk: createCheckinDesk({
      store,
      tags: createRecentReadings(tags, clock),
      clock,
      arrived,
    }),
    readers: {
      position: () => book.position(),
      async start() {
        await book.start()
        follower.start()
      },
      async stop() {
        await follower.stop()
        await book.stop()
      },
    },
  }
}
