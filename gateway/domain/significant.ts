const digits = 12
/** Each exactly a double; beyond 10^22 none is. */
const powers = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))

/**
 * Twelve significant digits: sums of the same readings in another order differ beyond them, and
 * nothing that is measured is known so exactly. Asked for each point of a chart: it is arithmetic
 * where that is exact, several times faster than by way of the digits.
 *
 * @param size What the digits are counted from: of what was added up the largest, so that a mean
 *   near nought of readings far from it has no more digits than they have.
 */
export function significant(value: number, size = value): number {
  const exponent = Math.floor(Math.log10(Math.abs(size)))
  const power = powers[digits - 1 - exponent]
  if (power !== undefined) return Math.round(value * power) / power
  return size === value ? Number(value.toPrecision(digits)) : value
}

/** Of readings with this sum; the same in every order of adding them up, and nought without a sign. */
export function meanOf({ min, max, sum, count }: Record<'min' | 'max' | 'sum' | 'count', number>) {
  return significant(sum / count, Math.max(-min, max)) + 0
}
