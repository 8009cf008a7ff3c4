const digits = 12

/**
 * Twelve significant digits: sums of the same readings in another order differ beyond them, and
 * nothing that is measured is known so exactly.
 */
export function significant(value: number): number {
  return Number(value.toPrecision(digits))
}
