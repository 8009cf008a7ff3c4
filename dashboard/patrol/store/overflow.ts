import type { Queue } from './queue.ts'
import type { ItemRow } from './tables.ts'

/**
 * Where a check-in goes when the disk is full: the browser counts this shelf apart from the store,
 * and a check-in is a few hundred bytes. Pictures that were sent make room, and it moves over.
 */
export interface Overflow {
  rows(): ItemRow[]
  keep(row: ItemRow): boolean
  /** Moves what fits into the queue, oldest first; false: something stays. */
  moveTo(queue: Queue): Promise<boolean>
}

const shelfKey = 'lianxun.patrol.overflow'

export function isQuotaError(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'QuotaExceededError'
}

export function createOverflow(shelf: Pick<Storage, 'getItem' | 'setItem'> | null): Overflow {
  const rows = (): ItemRow[] => {
    try {
      return JSON.parse(shelf?.getItem(shelfKey) ?? '[]') as ItemRow[]
    } catch {
      return []
    }
  }
  const put = (kept: readonly ItemRow[]) => shelf?.setItem(shelfKey, JSON.stringify(kept))

  return {
    rows,
    keep(row) {
      if (!shelf) return false
      try {
        put([...rows(), row])
        return true
      } catch {
        return false
      }
    },
    async moveTo(queue) {
      for (const row of rows()) {
        try {
          // A page that ended between the two lines has moved it already.
          if (!(await queue.byId(row.id))) await queue.add(row)
        } catch {
          return false
        }
        put(rows().filter(({ id }) => id !== row.id))
      }
      return true
    },
  }
}
