/** Ends what has not gone on for a while. */
export interface Stall {
  /** It went on. */
  restart(): void
  stop(): void
}

export function createStall(ms: number, end: () => void): Stall {
  let timer: NodeJS.Timeout | undefined
  return {
    restart() {
      clearTimeout(timer)
      timer = setTimeout(end, ms)
      timer.unref()
    },
    stop: () => clearTimeout(timer),
  }
}
