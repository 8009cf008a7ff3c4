import type { PatrolDay } from '../../gateway/http/schemas/patrol.ts'
import type { PhoneGateway } from './api/gateway.ts'
import type { DoneCheckin, PhonePerson } from './phone.ts'
import type { FixWatch } from './place/fix.ts'
import type { Visit } from './place/walk.ts'
import type { Overflow } from './store/overflow.ts'
import type { People } from './store/people.ts'
import type { PhoneClock } from './store/phone-clock.ts'
import type { Attachment, Queue, UploadShelf } from './store/queue.ts'
import type { DayRow, ItemRow, TakenRow, UploadRow } from './store/tables.ts'

/** What the acts work with. */

export interface PhoneStore {
  queue: Queue
  uploads: UploadShelf
  people: People
  overflow: Overflow
}

/** A copy of what the store holds of this person, for screens and for quick answers. */
export interface Kept {
  items: ItemRow[]
  /** Put aside while the disk is full. */
  overflow: ItemRow[]
  uploads: UploadRow[]
  taken: TakenRow[]
  day: DayRow | null
  others: { username: string; name: string; waiting: number }[]
}

/** What is true of this page and nowhere written down. */
export interface Live {
  person: PhonePerson | null
  done: DoneCheckin | null
  isTagKept: boolean
  isTagWrong: boolean
  wanted: string | null
  isDiskFull: boolean
  isSessionOver: boolean
  /** Somebody chose it; it holds until it is over. */
  chosenRound: string | null
}

export interface Core {
  store: PhoneStore
  gateway: PhoneGateway
  clock: PhoneClock
  fixes: FixWatch
  /** Own address, `https://host`. */
  origin: string
  phone: string
  newId: () => string
  /** A photo as it is sent. */
  shrink: (photo: Blob, text: string) => Promise<Uint8Array>
  kept: () => Kept
  live: () => Live
  change: (live: Partial<Live>) => void
  /** Reads the store again and tells the screens and the other tabs. */
  reload: () => Promise<void>
  /** There is something to send. */
  wake: () => void
}

/** Visits that the phone knows of itself; `item` is null where the gateway has it already. */
export function visitsOf({ items, overflow, taken, day }: Kept, roundOf: RoundOf): Visit[] {
  const queued = [...items, ...overflow]
    .filter(({ kind, state }) => kind === 'checkin' && state !== 'refused')
    .flatMap(({ body, probablePoint, at }) => {
      const point = (body['point'] as string | undefined) ?? probablePoint
      if (point === null) return []
      const round = (body['round'] as string | undefined) ?? (day && roundOf(day.day, point, at))
      return [{ point, at, round: round ?? null }]
    })
  const known = taken.flatMap(({ point, round, at }) =>
    point === null ? [] : [{ point, round, at }],
  )
  return [...queued, ...known]
}

export type RoundOf = (day: PatrolDay, point: string, at: number) => string | null

export type { Attachment }
