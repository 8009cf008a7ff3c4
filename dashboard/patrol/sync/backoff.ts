/** How long to wait before the next try, for ever, and never all phones at once. */

const shortestMs = 2000
const longestMs = 5 * 60_000

export function backoffMs(failures: number, random: () => number): number {
  const whole = Math.min(longestMs, shortestMs * 2 ** Math.min(failures - 1, 10))
  return Math.round(whole * (0.5 + random() / 2))
}
