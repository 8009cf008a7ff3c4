import { setTimeout as wait } from 'node:timers/promises'

/** Rests until the time is over or somebody calls; tests hand in one that does not wait. */
export type Sleep = (ms: number, called: AbortSignal) => Promise<void>

export async function sleep(ms: number, called: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal: called, ref: false }).catch(() => undefined)
}

const leastMs = 500
const mostMs = 30_000
/** A server may ask for more than we would take of our own accord, but not for a day. */
const mostAskedMs = 300_000
/** Settings do not mend themselves in seconds. */
const slowMs = 30_000

interface Failed {
  /** 1 for the first in a row. */
  failures: number
  kind: 'settings' | 'busy' | 'away'
  askedMs: number | null
  random: number
}

/** How long to leave the server alone: twice as long each time, spread over half of it. */
export function pauseAfter({ failures, kind, askedMs, random }: Failed): number {
  if (askedMs !== null) return Math.min(Math.max(askedMs, leastMs), mostAskedMs)
  const longest = Math.min(leastMs * 2 ** Math.min(failures - 1, 10), mostMs)
  return (kind === 'settings' ? slowMs : longest) * (1 - random / 2)
}
