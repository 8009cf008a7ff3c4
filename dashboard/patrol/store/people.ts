import type { PatrolReportView } from '../../../gateway/http/schemas/patrol.ts'
import type { PhonePerson } from '../phone.ts'
import type { DayRow, PersonRow, PhoneDatabase, TakenRow } from './tables.ts'

/** Who uses this phone, what each was told last, and what the gateway took of theirs. */

/** A tag that was opened while nobody was signed in. */
interface KeptTag {
  url: string
  at: number
  monotonicMs: number
  clock: string
}

export interface People {
  phoneId(newId: () => string): Promise<string>
  /** Who used it last. */
  last(): Promise<PersonRow | null>
  all(): Promise<PersonRow[]>
  use(person: PhonePerson): Promise<void>
  /** Nobody uses it; handed over: the session at the gateway may go on, and is not to be used. */
  leave(isHandedOver: boolean): Promise<void>
  handedOverBy(): Promise<string | null>
  day(person: string): Promise<DayRow | null>
  keepDay(row: DayRow): Promise<void>
  /** Newest first. */
  taken(person: string): Promise<TakenRow[]>
  keepTaken(rows: readonly TakenRow[]): Promise<void>
  /** A round that somebody chose, until it is over. */
  chosenRound(person: string): Promise<string | null>
  chooseRound(person: string, round: string): Promise<void>
  /** A report or help call that the gateway has taken. */
  keepReport(person: string, report: PatrolReportView): Promise<void>
  keptTag(): Promise<KeptTag | null>
  keepTag(tag: KeptTag | null): Promise<void>
}

const keptAtMost = 50
const lastKey = 'lastPerson'
const handedOverKey = 'handedOver'
const phoneKey = 'phone'
const tagKey = 'keptTag'
const roundKey = (person: string) => `chosenRound:${person}`

export function createPeople(database: PhoneDatabase): People {
  const takenOf = async (person: string) =>
    (await database.getAllFromIndex('taken', 'person', person)).sort(
      (one, other) => other.at - one.at,
    )

  return {
    async phoneId(newId) {
      const before = (await database.get('setting', phoneKey)) as string | undefined
      if (before) return before
      const writing = database.transaction('setting', 'readwrite')
      const known = (await writing.store.get(phoneKey)) as string | undefined
      const id = known ?? newId()
      if (!known) await writing.store.put(id, phoneKey)
      await writing.done
      return id
    },
    async last() {
      const username = (await database.get('setting', lastKey)) as string | undefined
      return username === undefined ? null : ((await database.get('person', username)) ?? null)
    },
    all: () => database.getAll('person'),
    async use(person) {
      const writing = database.transaction(['setting', 'person'], 'readwrite')
      const known = await writing.objectStore('person').get(person.username)
      await writing.objectStore('person').put({ ...person, lastHash: known?.lastHash ?? null })
      await writing.objectStore('setting').put(person.username, lastKey)
      await writing.objectStore('setting').delete(handedOverKey)
      await writing.done
    },
    async leave(isHandedOver) {
      const writing = database.transaction('setting', 'readwrite')
      const person = await writing.store.get(lastKey)
      await writing.store.delete(lastKey)
      if (isHandedOver && person !== undefined) await writing.store.put(person, handedOverKey)
      await writing.done
    },
    handedOverBy: async () =>
      ((await database.get('setting', handedOverKey)) as string | undefined) ?? null,
    day: async (person) => (await database.get('day', person)) ?? null,
    keepDay: async (row) => void (await database.put('day', row)),
    taken: takenOf,
    async keepTaken(rows) {
      const [first] = rows
      if (!first) return
      const writing = database.transaction('taken', 'readwrite')
      for (const row of rows) await writing.store.put(row)
      await writing.done
      for (const { id } of (await takenOf(first.person)).slice(keptAtMost)) {
        await database.delete('taken', id)
      }
    },
    chosenRound: async (person) =>
      ((await database.get('setting', roundKey(person))) as string | undefined) ?? null,
    async chooseRound(person, round) {
      await database.put('setting', round, roundKey(person))
    },
    async keepReport(person, report) {
      const writing = database.transaction('day', 'readwrite')
      const row = await writing.store.get(person)
      const others = row?.reports.filter(({ id }) => id !== report.id) ?? []
      if (row) await writing.store.put({ ...row, reports: [report, ...others] })
      await writing.done
    },
    keptTag: async () => ((await database.get('setting', tagKey)) as KeptTag | undefined) ?? null,
    async keepTag(tag) {
      if (tag) await database.put('setting', tag, tagKey)
      else await database.delete('setting', tagKey)
    },
  }
}
