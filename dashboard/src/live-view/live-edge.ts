/** Where a live picture should play, from what is buffered. Pure, so that each case is a table test. */

interface Range {
  from: number
  to: number
}

export interface EdgeStep {
  seekTo: number | null
  rate: number
  /** What lies before it may go; null: nothing yet. */
  removeBefore: number | null
}

/** Farther behind than this, it jumps. */
const mostBehindS = 1.5
const afterJumpS = 0.3
/** Farther behind than this, it hurries a little. */
const aheadOfJumpS = 0.8
const hurry = 1.08
/** Removing is dear, so it is done seldom and much at a time. */
const keptS = 6
const removedAtS = 20

export function nextStep(ranges: readonly Range[], now: number): EdgeStep {
  const last = ranges.at(-1)
  const first = ranges[0]
  if (!last || !first) return { seekTo: null, rate: 1, removeBefore: null }
  const behind = last.to - now
  const isInside = ranges.some(({ from, to }) => now >= from && now <= to)
  const jumps = behind > mostBehindS || behind < 0 || !isInside
  const seekTo = jumps ? Math.max(last.from, last.to - afterJumpS) : null
  const at = seekTo ?? now
  return {
    seekTo,
    rate: !jumps && behind > aheadOfJumpS ? hurry : 1,
    removeBefore: at - first.from > removedAtS ? at - keptS : null,
  }
}
