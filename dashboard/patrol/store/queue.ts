import { linked } from './chain.ts'
import type { ItemRow, PhoneDatabase, UploadRow } from './tables.ts'

/** What waits to be sent, in the order in which it was made. Nothing here asks the network. */

/** A picture or a voice that goes after the item it belongs to. */
export interface Attachment {
  sha256: string
  kind: UploadRow['kind']
  bytes: Uint8Array
  text: string
}

type Changed = (row: ItemRow) => ItemRow | null

export interface Queue {
  /** Of one person, oldest first. */
  items(person: string): Promise<ItemRow[]>
  byId(id: string): Promise<ItemRow | null>
  /** A new check-in closes the one before it. */
  add(row: ItemRow, attachments?: readonly Attachment[]): Promise<void>
  /** Changes an item that is still open; false: it is not. */
  amend(id: string, change: Changed, attachments?: readonly Attachment[]): Promise<boolean>
  /** Closes what is due by `now`: a check-in gets its place in the chain then. */
  seal(person: string, now: number): Promise<void>
  refuse(id: string, reason: string, detail: string | null): Promise<void>
  remove(id: string): Promise<void>
  /** How many items and uploads wait, by person. */
  counts(): Promise<Map<string, number>>
}

const stores = ['item', 'person', 'upload', 'bytes'] as const
const uploadKey = (person: string, sha256: string) => `${person}:${sha256}`

function openWriting(database: PhoneDatabase) {
  return database.transaction(stores, 'readwrite')
}

type Writing = ReturnType<typeof openWriting>

/** One writing transaction; whatever goes wrong, nothing of it is kept. */
async function write<T>(
  database: PhoneDatabase,
  act: (writing: Writing) => Promise<T>,
): Promise<T> {
  const writing = openWriting(database)
  try {
    const result = await act(writing)
    await writing.done
    return result
  } catch (error) {
    try {
      writing.abort()
    } catch {
      // It has ended by itself.
    }
    await writing.done.catch(() => undefined)
    // A full disk ends the transaction, and only it says so.
    throw writing.error ?? error
  }
}

async function sealOne(writing: Writing, row: ItemRow): Promise<void> {
  if (row.kind !== 'checkin') {
    await writing.objectStore('item').put({ ...row, state: 'waiting' })
    return
  }
  const people = writing.objectStore('person')
  const person = await people.get(row.person)
  const { body, hash } = linked(row.body, person?.lastHash ?? null)
  await writing.objectStore('item').put({ ...row, body, state: 'waiting' })
  if (person) await people.put({ ...person, lastHash: hash })
}

async function rowsOf(writing: Writing, person: string): Promise<ItemRow[]> {
  return writing.objectStore('item').index('person').getAll(person)
}

async function attach(
  writing: Writing,
  row: ItemRow,
  attachments: readonly Attachment[],
): Promise<void> {
  for (const { sha256, kind, bytes, text } of attachments) {
    const key = uploadKey(row.person, sha256)
    await writing.objectStore('bytes').put(bytes, key)
    await writing.objectStore('upload').put({
      key,
      person: row.person,
      sha256,
      kind,
      text,
      size: bytes.length,
      sent: 0,
      at: row.at,
      item: row.id,
      state: 'waiting',
      reason: null,
      detail: null,
    })
  }
}

export function createQueue(database: PhoneDatabase): Queue {
  const byId = async (id: string) => (await database.getFromIndex('item', 'id', id)) ?? null

  return {
    items: (person) => database.getAllFromIndex('item', 'person', person),
    byId,
    add: (row, attachments = []) =>
      write(database, async (writing) => {
        if (row.kind === 'checkin') {
          const before = await rowsOf(writing, row.person)
          for (const one of before) {
            if (one.kind === 'checkin' && one.state === 'open') await sealOne(writing, one)
          }
        }
        await attach(writing, row, attachments)
        await writing.objectStore('item').add(row)
      }),
    amend: (id, change, attachments = []) =>
      write(database, async (writing) => {
        const row = await writing.objectStore('item').index('id').get(id)
        const changed = row?.state === 'open' ? change(row) : null
        if (!changed) return false
        await attach(writing, changed, attachments)
        await writing.objectStore('item').put(changed)
        return true
      }),
    seal: (person, now) =>
      write(database, async (writing) => {
        for (const row of await rowsOf(writing, person)) {
          if (row.state === 'open' && row.sealAt <= now) await sealOne(writing, row)
        }
      }),
    refuse: (id, reason, detail) =>
      write(database, async (writing) => {
        const row = await writing.objectStore('item').index('id').get(id)
        if (row) await writing.objectStore('item').put({ ...row, state: 'refused', reason, detail })
      }),
    remove: (id) =>
      write(database, async (writing) => {
        const key = await writing.objectStore('item').index('id').getKey(id)
        if (key !== undefined) await writing.objectStore('item').delete(key)
      }),
    async counts() {
      const [items, uploads] = await Promise.all([
        database.getAll('item'),
        database.getAll('upload'),
      ])
      const rows = [...items, ...uploads]
      const counts = new Map<string, number>()
      for (const { person, state } of rows) {
        if (state !== 'refused') counts.set(person, (counts.get(person) ?? 0) + 1)
      }
      return counts
    },
  }
}

export interface UploadShelf {
  list(person: string): Promise<UploadRow[]>
  bytes(row: UploadRow): Promise<Uint8Array | null>
  /** How far the gateway says it is. */
  progress(row: UploadRow, sent: number): Promise<void>
  refuse(row: UploadRow, reason: string, detail: string | null): Promise<void>
  /** Only after the gateway said that it is stored, or when a refusal was seen. */
  remove(row: UploadRow): Promise<void>
}

export function createUploadShelf(database: PhoneDatabase): UploadShelf {
  const change = (row: UploadRow, changed: Partial<UploadRow>) =>
    write(database, async (writing) => {
      const uploads = writing.objectStore('upload')
      const now = await uploads.get(row.key)
      if (now) await uploads.put({ ...now, ...changed })
    })

  return {
    list: (person) => database.getAllFromIndex('upload', 'person', person),
    bytes: async ({ key }) => (await database.get('bytes', key)) ?? null,
    progress: (row, sent) => change(row, { sent }),
    refuse: (row, reason, detail) => change(row, { state: 'refused', reason, detail }),
    remove: ({ key }) =>
      write(database, async (writing) => {
        await writing.objectStore('upload').delete(key)
        await writing.objectStore('bytes').delete(key)
      }),
  }
}
