/** Time as a simulated camera has it; tests hand in one that stands still until it is told. */
export interface Timing {
  /** Epoch ms of the world, before the camera's own clock error. */
  now: () => number
  /** Calls once after so long; returns how to call it off. */
  after: (ms: number, run: () => void) => () => void
}

export const realTiming: Timing = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}
