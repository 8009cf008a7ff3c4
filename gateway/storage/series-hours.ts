/**
 * The hours of one series and day in one row: a chart of a village asks for 200 series of 720
 * hours, and reading a row costs more than what is in it. Four
 * doubles an hour, the first of them a
 * whole number that holds when it began, whether its readings are gone, and how many they are.
 */

export interface Bucket {
  at: number
  min: number
  max: number
  sum: number
  count: number
}

export interface HourBucket extends Bucket {
  /** Its single readings are not here. */
  carried: boolean
}

const numbersPerHour = 4
const quarterMs = 900_000
/** An hour has 3,600,000 milliseconds, and no two readings of a series in one. */
const carriedBit = 2 ** 27
/** Quarters of an hour since 1970 stay whole numbers for some centuries. */
const quarterUnit = 2 ** 28

/** In order of time; each begins on a quarter of an hour. */
export function packHours(hours: readonly HourBucket[]): Uint8Array {
  const numbers = new Float64Array(hours.length * numbersPerHour)
  for (const [i, { at, min, max, sum, count, carried }] of hours.entries()) {
    const first = (at / quarterMs) * quarterUnit + (carried ? carriedBit : 0) + count
    numbers.set([first, min, max, sum], i * numbersPerHour)
  }
  return new Uint8Array(numbers.buffer)
}

/** Rows of several days may come one behind the other. */
export function hourNumbers(blob: Uint8Array): Float64Array {
  const aligned = blob.byteOffset % 8 === 0 ? blob : Uint8Array.from(blob)
  return new Float64Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 8)
}

/** The hour is one and the same object each time: a village has 144,000 of them. */
export function eachHour(numbers: Float64Array, take: (hour: HourBucket) => void): void {
  const hour = { at: 0, min: 0, max: 0, sum: 0, count: 0, carried: false }
  for (let i = 0; i < numbers.length; i += numbersPerHour) {
    const first = numbers[i] as number
    const quarter = Math.floor(first / quarterUnit)
    const flagged = first - quarter * quarterUnit
    hour.at = quarter * quarterMs
    hour.min = numbers[i + 1] as number
    hour.max = numbers[i + 2] as number
    hour.sum = numbers[i + 3] as number
    hour.carried = flagged >= carriedBit
    hour.count = hour.carried ? flagged - carriedBit : flagged
    take(hour)
  }
}

export function unpackHours(blob: Uint8Array): HourBucket[] {
  const hours: HourBucket[] = []
  eachHour(hourNumbers(blob), (hour) => hours.push({ ...hour }))
  return hours
}
