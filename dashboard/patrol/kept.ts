import type { Kept, PhoneStore } from './core.ts'

export const nothingKept: Kept = {
  items: [],
  overflow: [],
  uploads: [],
  taken: [],
  day: null,
  others: [],
}

async function othersOf(person: string | null, { queue, people }: PhoneStore) {
  const [counts, all] = await Promise.all([queue.counts(), people.all()])
  return all
    .filter(({ username }) => username !== person)
    .map(({ username, name }) => ({ username, name, waiting: counts.get(username) ?? 0 }))
}

/** All that the store has of one person; without one, only that others have something waiting. */
export async function readKept(person: string | null, store: PhoneStore): Promise<Kept> {
  if (person === null) return { ...nothingKept, others: await othersOf(person, store) }
  const [others, items, uploads, taken, day] = await Promise.all([
    othersOf(person, store),
    store.queue.items(person),
    store.uploads.list(person),
    store.people.taken(person),
    store.people.day(person),
  ])
  const overflow = store.overflow.rows().filter((row) => row.person === person)
  return { items, overflow, uploads, taken, day, others }
}
