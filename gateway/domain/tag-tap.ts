/**
 * Whether a tap of a tag counts: its counter rises with each, so the same one never counts twice.
 * Of two patrollers without a signal the second may be heard first: then the first one's counter is
 * lower than one that is known. It counts, with a mark, if it was made before; what somebody kept
 * to use it later was not.
 */

export interface Tap {
  counter: number
  /** When it was made, epoch ms. */
  at: number
}

/** Of the taps that counted: those whose counters are next to this one's, and itself if it is there. */
export interface TapNeighbours {
  same: Tap | null
  below: Tap | null
  above: Tap | null
}

/** `late`: heard after one that was made later. */
export type TapUse = 'first' | 'late' | 'again'

export function judgeTap({ at }: Tap, { same, below, above }: TapNeighbours): TapUse {
  if (same !== null) return 'again'
  if (above === null) return 'first'
  const isBetween = at < above.at && (below === null || below.at <= at)
  return isBetween ? 'late' : 'again'
}
