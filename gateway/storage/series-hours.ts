/**
 * The hours of one series and day in one row: a chart of a village asks for 200 series of 720
 * hours, and reading a row costs more than what is in it. Four doubles an hour, the first of them a
 * whole number that holds when it began, whether its readings are gone, and how many they are.
 */

export interface HourBucket {
  at: number
  min: number
  max: number
  sum: number
  count: number
  /** Its single readings are not here. */
  carried: boolean
}

const numbersPerHour = 4
const quarterMs = 900_000
const carriedBit = 2 ** 40
const quarterUnit = 2 ** 41

/** `hours` in order of time; none begins before `dayStart`, all on a quarter of an hour. */
export function packHours(dayStart: number, hours: readonly HourBucket[]): Uint8Array {
  const numbers = new Float64Array(hours.length * numbersPerHour)
  for (const [i, { at, min, max, sum, count, carried }] of hours.entries()) {
    const quarter = (at - dayStart) / quarterMs
    const first = quarter * quarterUnit + (carried ? carriedBit : 0) + count
    numbers.set([first, min, max, sum], i * numbersPerHour)
  }
  return new Uint8Array(numbers.buffer)
}

export type TakeHour = (
  at: number,
  numbers: Float64Array,
  /** Of min in `numbers`; max and sum follow. */
  offset: number,
  rest: { count: number; carried: boolean },
) => void

function numbersOf(blob: Uint8Array): Float64Array {
  const aligned = blob.byteOffset % 8 === 0 ? blob : blob.slice()
  return new Float64Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 8)
}

/** One and the same `rest` every time: a village has 144,000 of them. */
export function eachHour(dayStart: number, blob: Uint8Array, take: TakeHour): void {
  const numbers = numbersOf(blob)
  const rest = { count: 0, carried: false }
  for (let i = 0; i < numbers.length; i += numbersPerHour) {
    const first = numbers[i] as number
    const quarter = Math.floor(first / quarterUnit)
    const flagged = first - quarter * quarterUnit
    rest.carried = flagged >= carriedBit
    rest.count = rest.carried ? flagged - carriedBit : flagged
    take(dayStart + quarter * quarterMs, numbers, i + 1, rest)
  }
}

export function unpackHours(dayStart: number, blob: Uint8Array): HourBucket[] {
  const hours: HourBucket[] = []
  eachHour(dayStart, blob, (at, numbers, offset, rest) => {
    const [min, max, sum] = numbers.subarray(offset, offset + 3) as unknown as [
      number,
      number,
      number,
    ]
    hours.push({ at, min, max, sum, ...rest })
  })
  return hours
}
