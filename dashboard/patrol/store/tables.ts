import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import type { PatrolDay, PatrolReportView } from '../../../gateway/http/schemas/patrol.ts'
import type { PhonePerson, QueueKind, TakenCheckin } from '../phone.ts'

/** What the phone keeps, each thing under the person it belongs to. */

export interface PersonRow extends PhonePerson {
  /** SHA-256 of the last check-in of this person on this phone. */
  lastHash: string | null
}

type ItemKind = Exclude<QueueKind, 'photo' | 'voice'>

export interface ItemRow {
  /** In the order in which they were made. */
  seq?: number
  id: string
  person: string
  kind: ItemKind
  /** `open`: a fix or words may still come to it. */
  state: 'open' | 'waiting' | 'refused'
  at: number
  /** Open until then, at the latest. */
  sealAt: number
  /** For the list of what waits. */
  text: string
  /** As it is sent. */
  body: Record<string, unknown>
  /** Of a word: the check-in it is about. */
  about: string | null
  /** The point that it seems to be, where only the gateway can tell. */
  probablePoint: string | null
  reason: string | null
  detail: string | null
}

export interface UploadRow {
  /** Person and hash. */
  key: string
  person: string
  sha256: string
  kind: 'photo' | 'voice'
  size: number
  sent: number
  at: number
  text: string
  /** Id of the check-in or report that goes first. */
  item: string
  state: 'waiting' | 'refused'
  reason: string | null
  detail: string | null
}

export interface DayRow {
  person: string
  day: PatrolDay
  at: number
  reports: PatrolReportView[]
}

export interface TakenRow extends TakenCheckin {
  person: string
}

interface PhoneTables extends DBSchema {
  person: { key: string; value: PersonRow }
  setting: { key: string; value: unknown }
  day: { key: string; value: DayRow }
  item: { key: number; value: ItemRow; indexes: { person: string; id: string } }
  upload: { key: string; value: UploadRow; indexes: { person: string } }
  /** Apart from `upload`, so that a list of what waits reads no pictures. */
  bytes: { key: string; value: Uint8Array }
  taken: { key: string; value: TakenRow; indexes: { person: string } }
}

export type PhoneDatabase = IDBPDatabase<PhoneTables>

export function openTables(name = 'lianxun-patrol'): Promise<PhoneDatabase> {
  return openDB<PhoneTables>(name, 1, {
    upgrade(database) {
      database.createObjectStore('person', { keyPath: 'username' })
      database.createObjectStore('setting')
      database.createObjectStore('day', { keyPath: 'person' })
      const item = database.createObjectStore('item', { keyPath: 'seq', autoIncrement: true })
      item.createIndex('person', 'person')
      item.createIndex('id', 'id', { unique: true })
      database.createObjectStore('upload', { keyPath: 'key' }).createIndex('person', 'person')
      database.createObjectStore('bytes')
      database.createObjectStore('taken', { keyPath: 'id' }).createIndex('person', 'person')
    },
    // A newer version in another tab must not wait for this one.
    blocking: (_from, _to, event) => (event.target as IDBDatabase).close(),
  })
}
