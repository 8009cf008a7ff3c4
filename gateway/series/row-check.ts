import { isObservedProperty, observedProperties } from '../domain/observation.ts'
import type { RowError } from '../ports/series-exchange.ts'
import type { RolledUp, SeriesReading } from '../ports/series-store.ts'
import type { TownText } from './town-text.ts'

/**
 * Whether a row of a file can be a reading: a known device and property, a value that the property
 * can have, a time that such readings can be of. Cells come as text, or as what Parquet holds.
 */

export interface FileBatch {
  readings: SeriesReading[]
  rolledUp: RolledUp[]
  errors: RowError[]
  /** Rows of hours whose single readings are gone. */
  leftOut: number
  /** 0…1 of the file. */
  done: number
}

interface RowCells {
  time: unknown
  device: unknown
  property: unknown
  value: unknown
}

/** Undefined: it is in order. */
export type Problem = { column: string; text: string } | undefined

export interface RowCheckParts {
  devices: ReadonlySet<string>
  town: TownText
  /** Epoch ms. */
  now: number
}

export interface RowCheck {
  /** The reading, or what is wrong. */
  reading(cells: RowCells, valueColumn: string): SeriesReading | NonNullable<Problem>
  series(device: unknown, property: unknown): Problem
  time(at: number): string | undefined
  value(property: string, value: number): string | undefined
}

/** A town may bring what older systems gathered; before it are clocks that were never set. */
const earliestMs = Date.UTC(2000, 0, 1)
/** As with devices that speak; see judge.ts. */
const aheadMs = 10 * 60_000
const shownSigns = 40
const known = Object.keys(observedProperties).join(', ')
const number = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/

function withoutBigints(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}

/** As it stands there, short, without signs that a terminal would take for orders. */
export function shown(cell: unknown): string {
  if (cell === null || cell === undefined || cell === '') return 'nothing'
  const text = typeof cell === 'string' ? cell : JSON.stringify(cell, withoutBigints)
  const short = text.length > shownSigns ? `${text.slice(0, shownSigns)}…` : text
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return `"${short.replaceAll(/[\u0000-\u001F\u007F-\u009F\u2028-\u202E\u2066-\u2069]/g, '\u{FFFD}')}"`
}

function epochOf(cell: unknown, town: TownText): number | undefined {
  if (typeof cell === 'number') return cell
  if (typeof cell === 'bigint') return Number(cell)
  if (cell instanceof Date) return cell.getTime()
  if (typeof cell !== 'string') return undefined
  return /^\d{9,16}$/.test(cell) ? Number(cell) : town.parse(cell)
}

function numberOf(cell: unknown): number | undefined {
  if (typeof cell === 'number') return cell
  if (typeof cell === 'bigint') return Number(cell)
  return typeof cell === 'string' && number.test(cell) ? Number(cell) : undefined
}

function valueProblem(property: string, value: number): string | undefined {
  if (!isObservedProperty(property)) return undefined
  const { unit, min, max } = observedProperties[property]
  if (value >= min && value <= max) return undefined
  return `is ${value}, expected ${min} to ${max} ${unit}`
}

export function createRowCheck({ devices, town, now }: RowCheckParts): RowCheck {
  function time(at: number): string | undefined {
    if (at >= earliestMs && at <= now + aheadMs) return undefined
    const text = Math.abs(at) < 8.64e15 ? new Date(at).toISOString() : String(at)
    if (at < earliestMs) {
      return `is ${text}, before 2000; are these seconds, or is the precision another?`
    }
    return `is ${text}, later than now; is the time zone right, or is the precision another?`
  }

  function series(device: unknown, property: unknown): Problem {
    if (typeof device !== 'string' || !devices.has(device)) {
      const text = `there is no device ${shown(device)}; add it first, or correct the id`
      return { column: 'device', text }
    }
    if (typeof property !== 'string' || !isObservedProperty(property)) {
      const text = `there is no property ${shown(property)}; known are ${known}`
      return { column: 'property', text }
    }
    return undefined
  }

  return {
    series,
    time,
    value: valueProblem,
    reading({ time: timeCell, device, property, value: cell }, valueColumn) {
      const at = epochOf(timeCell, town)
      if (at === undefined || !Number.isFinite(at)) {
        const text = `${shown(timeCell)} is no time; write it as 2026-11-22T08:30:00+08:00 or 2026-11-22 08:30:00`
        return { column: 'time', text }
      }
      const wrongTime = time(at)
      if (wrongTime !== undefined) return { column: 'time', text: wrongTime }
      const wrong = series(device, property)
      if (wrong) return wrong
      const measured = numberOf(cell)
      if (measured === undefined || !Number.isFinite(measured)) {
        return { column: valueColumn, text: `${shown(cell)} is no number` }
      }
      const wrongValue = valueProblem(property as string, measured)
      if (wrongValue !== undefined) return { column: valueColumn, text: wrongValue }
      const name = { device: device as string, property: property as SeriesReading['property'] }
      return { ...name, at: Math.floor(at), value: measured }
    },
  }
}

/** Gathers rows until there are enough of them. */
export function createBatch() {
  const batchRows = 5000
  let batch: FileBatch = { readings: [], rolledUp: [], errors: [], leftOut: 0, done: 0 }

  return {
    reading(row: number, found: SeriesReading | NonNullable<Problem>): void {
      if ('text' in found) batch.errors.push({ row, ...found })
      else batch.readings.push(found)
    },
    rolledUp: (bucket: RolledUp): void => void batch.rolledUp.push(bucket),
    error: (row: number, column: string | null, text: string): void =>
      void batch.errors.push({ row, column, text }),
    leaveOut(): void {
      batch.leftOut += 1
    },
    isFull: () => {
      const { readings, rolledUp, errors, leftOut } = batch
      return readings.length + rolledUp.length + errors.length + leftOut >= batchRows
    },
    take(done: number): FileBatch {
      const taken = { ...batch, done }
      batch = { readings: [], rolledUp: [], errors: [], leftOut: 0, done: 0 }
      return taken
    },
  }
}

export type Batch = ReturnType<typeof createBatch>
