import type { Sleep } from './pauses.ts'

/**
 * How one loop rests: for a time, or until the log grows. A rest that only gathers readings ends
 * when somebody is in a hurry; one that leaves a server alone does not.
 */
export interface Rests {
  /** To make bigger batches. */
  gather(ms: number): Promise<void>
  /** To leave the server alone. */
  keepOff(ms: number): Promise<void>
  until(grown: Promise<void>): Promise<void>
  /** The next batch goes at once. */
  hurry(): void
  /** A batch is being made: whoever hurried has what they wanted. */
  begun(): void
  /** For good. */
  end(): void
  isOver(): boolean
}

export function createRests(sleep: Sleep): Rests {
  let isOver = false
  let isHurried = false
  let gathering: AbortController | undefined
  let wake: (() => void) | undefined

  async function rest(ms: number, called: AbortController): Promise<void> {
    wake = () => called.abort()
    if (isOver) return
    await sleep(ms, called.signal)
  }

  return {
    async gather(ms) {
      if (isHurried) return
      gathering = new AbortController()
      await rest(ms, gathering)
      gathering = undefined
    },
    keepOff: (ms) => rest(ms, new AbortController()),
    async until(grown) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      wake = resolve
      if (isOver) return
      // Not a race: that would hold on to each of these until the end.
      grown.then(resolve, reject)
      await promise
    },
    hurry() {
      isHurried = true
      gathering?.abort()
    },
    begun() {
      isHurried = false
    },
    end() {
      isOver = true
      wake?.()
    },
    isOver: () => isOver,
  }
}
