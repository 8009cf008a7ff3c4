/** Backups that the gateway makes by itself or when asked. */

export type BackupCause = 'schedule' | 'request' | 'migration'

export interface Backup {
  /** Its file's name. */
  name: string
  at: number
  bytes: number
  cause: BackupCause
  state: 'running' | 'done' | 'failed'
  /** 0…1. */
  progress: number
  error: string | null
}

export interface BackupState {
  /** Of the newest whole one; null: there is none. */
  lastAt: number | null
  /** Why the last attempt failed; null: it did not. */
  failure: string | null
}

export interface Backups {
  /** Newest first. */
  list(): Promise<Backup[]>
  /** Starts one and does not wait for its end; rejects with ConflictError while one runs. */
  begin(cause: 'schedule' | 'request'): Promise<Backup>
  state(): BackupState
}
