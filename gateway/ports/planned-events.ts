import type { PlannedEvent } from '../domain/planned-event.ts'
import type { Page } from './queries.ts'

interface PlannedEventFilter {
  scope: string
  /** Those that touch the span; each end may be left open. */
  from?: number
  to?: number
  limit: number
  /** Opaque; one that this gateway did not make is an InvalidError. */
  cursor?: string
}

export interface PlannedEventStore {
  /** Inside the scope, or of a place that the scope lies in, by beginning. */
  list(filter: PlannedEventFilter): Promise<Page<PlannedEvent>>
  find(id: string): Promise<PlannedEvent | undefined>
  add(event: PlannedEvent): Promise<void>
  /** False: it is gone. */
  update(event: PlannedEvent): Promise<boolean>
  /** False: it was gone already. */
  remove(id: string): Promise<boolean>
}
