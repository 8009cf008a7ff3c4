import type { Timing } from '../../../simulators/camera/timing.ts'

/** Time that stands still until it is told to go on. */
export interface ManualTiming extends Timing {
  advance: (ms: number) => void
}

export function createManualTiming(startMs = Date.UTC(2026, 10, 22, 4, 0, 0)): ManualTiming {
  let nowMs = startMs
  const waiting = new Set<{ atMs: number; run: () => void }>()
  return {
    now: () => nowMs,
    after(ms, run) {
      const entry = { atMs: nowMs + ms, run }
      waiting.add(entry)
      return () => waiting.delete(entry)
    },
    advance(ms) {
      nowMs += ms
      const due = [...waiting].filter((entry) => entry.atMs <= nowMs)
      for (const entry of due.sort((a, b) => a.atMs - b.atMs)) {
        // One that ran before may have called this one off.
        if (waiting.delete(entry)) entry.run()
      }
    },
  }
}
