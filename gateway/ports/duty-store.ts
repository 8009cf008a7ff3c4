import type { Duty, DutySpan } from '../domain/duty.ts'

export interface ListedDuty extends Duty {
  username: string
  name: string
  /** The person's own place code. */
  scope: string
}

export interface DutyStore {
  /** Those that overlap the span, of people inside the scope, by beginning; at most 10,000. */
  list(asked: DutySpan & { scope: string }): Promise<ListedDuty[]>
  find(id: string): Promise<ListedDuty | undefined>
  /** Adds it unless the person has another one then, which is the answer. */
  add(duty: Duty): Promise<DutySpan | undefined>
  /**
   * Each takes the other's. Rejects with NotFoundError when one is gone; resolves with who could not
   * because of another duty then.
   */
  swap(ids: readonly [string, string]): Promise<ListedDuty | undefined>
  /** False: it was gone already. */
  remove(id: string): Promise<boolean>
}
