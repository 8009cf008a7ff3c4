import { createCheckinDesk } from '../pipeline/checkin-desk.ts'
import type { TagBook } from '../ports/tags.ts'
import { createCheckinStore } from '../storage/checkin-store.ts'
import type { House } from './house.ts'
import type { Judgement } from './judgement.ts'

interface Others {
  tags: TagBook
  watch: Judgement['watch']
}

/** What takes check-ins, of phones and of readers. */
export function composeCheckins({ db, clock }: House, { tags, watch }: Others) {
  const town = () => watch.town().places.find(({ level }) => level === 'town')?.code
  const checkins = createCheckinStore({ db, town })
  return { checkins, checkinDesk: createCheckinDesk({ store: checkins, tags, clock }) }
}
