import type { View } from './plot-series.ts'

/** Moves of the window over time; pure, whatever hand makes them. */

const least = 60_000
const most = 20 * 366 * 86_400_000
/** Nothing was measured before. */
const earliest = Date.UTC(2000, 0, 1)

/** Not beyond `latest`, nor narrower than a minute; what is too far keeps its width if it can. */
export function heldIn({ from, to }: View, latest: number): View {
  const width = Math.min(most, latest - earliest, Math.max(least, to - from))
  const middle = (from + to) / 2
  const end = Math.min(latest, Math.max(earliest + width, middle + width / 2))
  return { from: Math.round(end - width), to: Math.round(end) }
}

/** `factor` below 1 looks closer; the time under the pointer stays where it is. */
export function zoomed({ from, to }: View, at: number, factor: number): View {
  return { from: at - (at - from) * factor, to: at + (to - at) * factor }
}

/** By a share of its width; positive is later. */
export function moved({ from, to }: View, share: number): View {
  const by = (to - from) * share
  return { from: from + by, to: to + by }
}

export function sameView(a: View, b: View): boolean {
  return a.from === b.from && a.to === b.to
}
