import type { People } from '../../../dashboard/patrol/store/people.ts'
import type { Queue, UploadShelf } from '../../../dashboard/patrol/store/queue.ts'
import type { ItemRow, TakenRow, UploadRow } from '../../../dashboard/patrol/store/tables.ts'
import type { PatrolReportView } from '../../../gateway/http/schemas/patrol.ts'

/** The phone's store without a browser: the same promises, kept in memory. */

const blank = {
  person: 'lin',
  state: 'waiting',
  at: 1,
  sealAt: 1,
  text: '',
  about: null,
  probablePoint: null,
  reason: null,
  detail: null,
} as const

export const checkinRow = (id: string, row: Partial<ItemRow> = {}): ItemRow => ({
  ...blank,
  id,
  kind: 'checkin',
  body: { id },
  ...row,
})

export const uploadRow = (sha256: string, size: number, item = 'none'): UploadRow => ({
  ...blank,
  key: `lin:${sha256}`,
  sha256,
  kind: 'photo',
  size,
  sent: 0,
  item,
})

export function fakeStore(uploadRows: UploadRow[] = []) {
  const rows = new Map<string, ItemRow>()
  const shelf = new Map(uploadRows.map((row) => [row.key, row]))
  const taken: TakenRow[] = []

  const queue: Queue = {
    items: async (person) => [...rows.values()].filter((row) => row.person === person),
    byId: async (id) => rows.get(id) ?? null,
    add: async (row) => void rows.set(row.id, row),
    async amend(id, change) {
      const row = rows.get(id)
      const changed = row ? change(row) : null
      if (changed) rows.set(id, changed)
      return changed !== null
    },
    async seal(person, now) {
      for (const row of rows.values()) {
        const isDue = row.person === person && row.state === 'open' && row.sealAt <= now
        if (isDue) rows.set(row.id, { ...row, state: 'waiting' })
      }
    },
    async refuse(id, reason, detail) {
      const row = rows.get(id)
      if (row) rows.set(id, { ...row, state: 'refused', reason, detail })
    },
    remove: async (id) => void rows.delete(id),
    counts: async () => new Map(),
  }

  const uploads: UploadShelf = {
    list: async (person) => [...shelf.values()].filter((row) => row.person === person),
    bytes: async ({ size }) => new Uint8Array(size),
    progress: async (row, sent) => void shelf.set(row.key, { ...row, sent }),
    refuse: async (row, reason, detail) =>
      void shelf.set(row.key, { ...row, state: 'refused', reason, detail }),
    remove: async ({ key }) => void shelf.delete(key),
  }

  const reports: PatrolReportView[] = []
  const people = {
    keepTaken: async (kept: TakenRow[]) => void taken.push(...kept),
    async keepReport(_person: string, report: PatrolReportView) {
      // The number is there before the line leaves the queue.
      if (rows.has(report.id)) reports.push(report)
    },
  }
  return { queue, uploads, people: people as unknown as People, taken, reports }
}
