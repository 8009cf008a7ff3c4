import { ProblemError } from './problem.ts'
import { addressKey } from './request-limit.ts'

/**
 * How many live streams are open at a time. Each costs a socket and up to 1 MB that waits for a
 * slow reader, for hours.
 */

const perSession = 50
const perAddress = 500
const inAll = 2_000

export interface StreamLimit {
  /** Throws a 429 problem; else call the answer when the stream ends. */
  take(sessionId: string, address: string): () => void
}

export function createStreamLimit(): StreamLimit {
  const open = new Map<string, number>()

  function add(key: string, by: number): void {
    const count = (open.get(key) ?? 0) + by
    if (count > 0) open.set(key, count)
    else open.delete(key)
  }

  return {
    take(sessionId, address) {
      const bounds: [string, number][] = [
        [`session ${sessionId}`, perSession],
        [`address ${addressKey(address)}`, perAddress],
        ['all', inAll],
      ]
      if (bounds.some(([key, most]) => (open.get(key) ?? 0) >= most)) {
        const text = 'Too many live streams are open. Close pages that nobody looks at.'
        throw new ProblemError(429, 'tooManyStreams', text)
      }
      for (const [key] of bounds) add(key, 1)
      let released = false
      return () => {
        if (released) return
        released = true
        for (const [key] of bounds) add(key, -1)
      }
    },
  }
}
