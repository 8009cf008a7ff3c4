/** Who did what, when, from where and why: written once, never changed, each entry tied to the one before. */

export interface AuditEntry {
  /** User id, or `token:ID`; null for nobody known and for the gateway itself. */
  actor: string | null
  act: string
  /** What was acted upon, as `kind:id`. */
  subject: string
  detail?: string | undefined
  /** Why, in the words of who did it. */
  reason?: string | undefined
  /** Where from: the asker's IP address. */
  address?: string | undefined
}

export interface AuditFilter {
  /** User name, or `token:NAME`. */
  actor?: string | undefined
  act?: string | undefined
  /** One thing as `kind:id`, or all of a kind as `kind:`. */
  subject?: string | undefined
  /** Epoch ms, from included, to excluded. */
  from?: number | undefined
  to?: number | undefined
  limit: number
  cursor?: string | undefined
}

export interface ListedAuditEntry {
  id: number
  at: number
  /** User name, `token:NAME`, or null. */
  actor: string | null
  act: string
  subject: string
  address: string | null
  reason: string | null
  detail: string | null
}

/** Written down elsewhere, it shows later that no end was cut off. */
export interface AuditHead {
  id: number
  hash: string
}

/**
 * `changed`: the entry is not what was written there; `missing`: it is gone, or others were put in
 * its place; `cut`: the newest entries are gone; `anchor`: old entries are gone and retention did
 * not remove them; `head`: the record of the newest entry is forged or gone.
 */
export type AuditFault = 'changed' | 'missing' | 'cut' | 'anchor' | 'head'

export interface AuditVerdict {
  ok: boolean
  /** How many were looked at. */
  entries: number
  head: string | null
  /** The first entry that does not fit. */
  brokenAt: number | null
  fault: AuditFault | null
}

export interface AuditCheck {
  /** A hash that was noted elsewhere: it must stand in the log. */
  known?: string | undefined
  onProgress?: ((entries: number) => void) | undefined
}

export interface AuditLog {
  /** Resolves after the commit; one entry after the other. Never call it inside a transaction. */
  write(entry: AuditEntry): Promise<void>
  /** Newest first. */
  list(filter: AuditFilter): Promise<{ items: ListedAuditEntry[]; nextCursor: string | null }>
  /** Reads all of it, page by page, while others go on writing. */
  verify(check?: AuditCheck): Promise<AuditVerdict>
  /** Null while nothing was written. */
  head(): Promise<AuditHead | null>
}
