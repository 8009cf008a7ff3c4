import type { LogEntry, Observation } from '../domain/observation.ts'

/**
 * The newest entries of the log, in memory, so that whoever follows the log closely never asks the
 * file. Holds one unbroken run of seqs: an entry that does not follow the last one starts anew.
 */
export interface ObservationRing {
  push(seq: number, observation: Observation): void
  /** The entries after `after`, or undefined when some of them are not held any more. */
  read(after: number, limit: number): LogEntry[] | undefined
}

export function createObservationRing(size: number): ObservationRing {
  const slots: (LogEntry | undefined)[] = []
  let first = 1
  let last = 0

  return {
    push(seq, observation) {
      if (seq !== last + 1) first = seq
      last = seq
      first = Math.max(first, last - size + 1)
      slots[seq % size] = { seq, observation }
    },
    read(after, limit) {
      if (last < first || after + 1 < first) return undefined
      const end = Math.min(last, after + limit)
      const entries: LogEntry[] = []
      for (let seq = after + 1; seq <= end; seq++) entries.push(slots[seq % size] as LogEntry)
      return entries
    },
  }
}
