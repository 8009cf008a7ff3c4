/** Waiting, handed in so that tests decide how long it takes. */
export interface Timing {
  /** Resolves after so long, or at once when the signal aborts. */
  pause(ms: number, signal: AbortSignal): Promise<void>
  /** Calls once after so long; returns how to call it off. */
  after(ms: number, run: () => void): () => void
}

export const realTiming: Timing = {
  pause(ms, signal) {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const end = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', end)
        resolve()
      }
      const timer = setTimeout(end, ms)
      signal.addEventListener('abort', end)
    })
  },
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}
