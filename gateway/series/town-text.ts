import { offsetMs } from '../domain/town-time.ts'

/**
 * Times as they stand in files: RFC 3339 with the town's offset, and what people type without one.
 * Intl takes microseconds, so the offset is kept per quarter of an hour, the finest step in which
 * the world's zones change theirs.
 */

export interface TownText {
  /** `2026-11-22T13:22:07.123+08:00` */
  toText(at: number): string
  /** Undefined: that is no time. */
  parse(text: string): number | undefined
  /** The instant at which clocks of the town show this, given as if it were UTC. */
  instantOf(wallMs: number): number
}

const quarterMs = 900_000
const minuteMs = 60_000
const kept = 20_000

const shape =
  /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:(?:[Tt]| +)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)? *([Zz]|[+-]\d{2}:?\d{2})?$/

function two(value: number): string {
  return String(Math.floor(value)).padStart(2, '0')
}

function offsetText(offset: number): string {
  const minutes = Math.abs(offset) / minuteMs
  return `${offset < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`
}

function offsetOf(text: string): number {
  if (text === 'Z' || text === 'z') return 0
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(-2))
  return (text.startsWith('-') ? -minutes : minutes) * minuteMs
}

/** As if it were UTC; undefined: there is no such day or hour. */
function wallOf(parts: readonly (string | undefined)[]): number | undefined {
  const [year, month, day, hour = '0', minute = '0', second = '0', fraction = ''] = parts
  const ms = Number(fraction.padEnd(3, '0').slice(0, 3))
  const [h, m, s] = [Number(hour), Number(minute), Number(second)]
  if (h > 23 || m > 59 || s > 59) return undefined
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day))
  if (new Date(midnight).getUTCDate() !== Number(day)) return undefined
  return midnight + ((h * 60 + m) * 60 + s) * 1000 + ms
}

export function createTownText(timeZone: string): TownText {
  const quarters = new Map<number, { offset: number; text: string }>()

  function compute(quarter: number) {
    const offset = offsetMs(quarter, timeZone)
    return { offset, text: offsetText(offset) }
  }

  function offsetAt(at: number) {
    const quarter = Math.floor(at / quarterMs) * quarterMs
    let found = quarters.get(quarter)
    if (!found) {
      if (quarters.size >= kept) quarters.clear()
      quarters.set(quarter, (found = compute(quarter)))
    }
    return found
  }

  function instantOf(wallMs: number): number {
    // Two rounds settle the offset, also on a day when it changes.
    const first = offsetAt(wallMs).offset
    return wallMs - offsetAt(wallMs - first).offset
  }

  return {
    instantOf,
    toText(at) {
      const { offset, text } = offsetAt(at)
      return new Date(at + offset).toISOString().replace('Z', text)
    },
    parse(text) {
      const [, ...parts] = shape.exec(text) ?? []
      const month = Number(parts[1])
      if (!(month >= 1 && month <= 12)) return undefined
      const wall = wallOf(parts)
      if (wall === undefined) return undefined
      const offset = parts[7]
      return offset === undefined ? instantOf(wall) : wall - offsetOf(offset)
    },
  }
}
