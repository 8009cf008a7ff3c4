export type OutboxTopic = 'case' | 'alarm' | 'incident' | 'device' | 'patrol'

/** What changed; the reader loads the present view of it when it sends. */
export interface OutboxBody {
  id: string
  /** Only `device`: whether its path is up, and since when (epoch ms, the gateway's clock). */
  online?: boolean
  at?: number
  /** Only `patrol`: what the id is of. */
  kind?: 'round' | 'checkin'
  /** From observations that arrived long ago: belongs on the screens and must page nobody. */
  backlog?: true
}

export interface OutboxEvent {
  at: number
  topic: OutboxTopic
  village: string
  /** For scope: the grid where there is one, else the village. */
  place: string
  body: OutboxBody
}

export interface OutboxRow extends OutboxEvent {
  seq: number
}

/**
 * All that leaves the house, in the order of commits. Each reader keeps its own cursor. Take the
 * promise of `changed` before reading with `after`, else a commit in between goes unnoticed.
 */
export interface Outbox {
  /** Rows with seq > `seq`, in order, at most `limit`. */
  after(seq: number, limit: number): Promise<OutboxRow[]>
  /** Seq of the newest row, 0 when there is none; old rows go, the newest stays. */
  head(): Promise<number>
  /** Seq of the oldest row that is still there, 0 when there is none. */
  oldest(): Promise<number>
  /** Resolves after the next commit that wrote rows; several may wait. */
  changed(): Promise<void>
}
