import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { isObservedProperty, type ObservedProperty } from '../domain/observation.ts'
import type { Precision } from '../domain/precision.ts'
import type { RolledUp } from '../ports/series-store.ts'
import { createTownCalendar } from '../storage/town-calendar.ts'
import { fieldNumber, type ParsedLine, parseLine } from './line-format.ts'
import { type Batch, createBatch, type FileBatch, type RowCheck, shown } from './row-check.ts'

/** InfluxDB line protocol in our own layout; see line-format.ts. */

const mostLineBytes = 65_536

const msOf: Record<Precision, (time: bigint) => number> = {
  ns: (time) => Number(time / 1_000_000n),
  us: (time) => Number(time / 1000n),
  ms: Number,
  s: (time) => Number(time) * 1000,
}

interface LineParts {
  check: RowCheck
  batch: Batch
  precision: Precision
  calendar: ReturnType<typeof createTownCalendar>
}

interface Row {
  number: number
  line: ParsedLine
  at: number
}

function readReadings({ number, line, at }: Row, { check, batch }: LineParts): void {
  for (const [property, text] of line.fields) {
    const value = fieldNumber(text)
    if (isObservedProperty(property) && value === undefined) {
      batch.error(number, property, `${shown(text)} is no number`)
      continue
    }
    const cells = { time: at, device: line.tags.get('device'), property, value }
    const found = check.reading(cells, property)
    batch.reading(number, found)
    if ('text' in found && found.column !== property && found.column !== 'property') return
  }
}

const rolledFields = ['min', 'max', 'sum', 'count'] as const

/** What is wrong with the numbers of an hour or a day. */
function bucketProblem({ min, max, sum, count }: RolledUp): string | undefined {
  if (!Number.isInteger(count) || count < 1) return 'count must be a whole number from 1 on'
  if (min > max) return 'min must not be larger than max'
  const slack = 1e-9 * Math.max(1, Math.abs(sum), Math.abs(max * count), Math.abs(min * count))
  if (sum < min * count - slack || sum > max * count + slack) {
    return 'sum does not lie between count times min and count times max'
  }
  return undefined
}

function readRolled(
  { number, line, at }: Row,
  resolution: 'hour' | 'day',
  { check, batch, calendar }: LineParts,
): void {
  const wrong = (column: string | null, text: string) => batch.error(number, column, text)
  const [device, property] = [line.tags.get('device'), line.tags.get('property')]
  const problem = check.series(device, property)
  if (problem) return wrong(problem.column, problem.text)
  const numbers = rolledFields.map((name) => fieldNumber(line.fields.get(name) ?? ''))
  const missing = rolledFields.find((_, i) => numbers[i] === undefined)
  if (missing) return wrong(missing, 'is missing, or is no number')
  const other = [...line.fields.keys()].find(
    (name) => !(rolledFields as readonly string[]).includes(name),
  )
  if (other !== undefined) return wrong(other, 'is none of min, max, sum and count')
  const [min, max, sum, count] = numbers as [number, number, number, number]
  const name = { device: device as string, property: property as ObservedProperty }
  const bucket: RolledUp = { ...name, resolution, at, min, max, sum, count }
  const { hourStart, dayStart } = calendar.at(at)
  const text =
    bucketProblem(bucket) ??
    check.value(name.property, min) ??
    check.value(name.property, max) ??
    (at === (resolution === 'hour' ? hourStart : dayStart)
      ? undefined
      : `the time is not where the town's ${resolution} begins`)
  if (text !== undefined) return wrong(null, text)
  batch.rolledUp(bucket)
}

const tagsOf: Record<string, readonly string[]> = {
  reading: ['device'],
  reading_hour: ['device', 'property'],
  reading_day: ['device', 'property'],
}

function readLine(number: number, text: string, parts: LineParts): void {
  if (text.trim() === '' || text.startsWith('#')) return
  const wrong = (column: string | null, problem: string) =>
    parts.batch.error(number, column, problem)
  const line = parseLine(text)
  if (line === undefined) return wrong(null, `${shown(text)} is no line protocol`)
  const known = tagsOf[line.measurement]
  if (!known) {
    const names = Object.keys(tagsOf).join(', ')
    return wrong(null, `the measurement ${shown(line.measurement)} is none of ${names}`)
  }
  const other = [...line.tags.keys()].find((tag) => !known.includes(tag))
  if (other !== undefined) return wrong(other, `is no tag of ours; ours are ${known.join(', ')}`)
  if (line.time === undefined || !/^-?\d{1,19}$/.test(line.time)) {
    return wrong('time', `${shown(line.time)} is no time: each line ends with one`)
  }
  const at = msOf[parts.precision](BigInt(line.time))
  const wrongTime = parts.check.time(at)
  if (wrongTime !== undefined) return wrong('time', wrongTime)
  const row = { number, line, at }
  if (line.measurement === 'reading') readReadings(row, parts)
  else readRolled(row, line.measurement === 'reading_hour' ? 'hour' : 'day', parts)
}

interface FileLine {
  number: number
  /** Null: it is too long. */
  text: string | null
  bytesRead: number
}

function textOf(line: Buffer): string | null {
  return line.length > mostLineBytes ? null : line.toString('utf8')
}

/** Never holds more of a line than a line may have. */
async function* linesOf(file: string): AsyncGenerator<FileLine> {
  const input = createReadStream(file)
  let rest: Buffer = Buffer.alloc(0)
  let number = 1
  let skipping = false
  for await (const chunk of input as AsyncIterable<Buffer>) {
    let from = 0
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      const line = Buffer.concat([rest, chunk.subarray(from, end)])
      rest = Buffer.alloc(0)
      from = end + 1
      if (!skipping) yield { number, text: textOf(line), bytesRead: input.bytesRead }
      skipping = false
      number += 1
    }
    rest = skipping ? rest : Buffer.concat([rest, chunk.subarray(from)])
    if (rest.length > mostLineBytes) {
      yield { number, text: null, bytesRead: input.bytesRead }
      rest = Buffer.alloc(0)
      skipping = true
    }
  }
  if (rest.length > 0) yield { number, text: textOf(rest), bytesRead: input.bytesRead }
}

export interface LineReaderParts {
  check: RowCheck
  precision: Precision
  timeZone: string
}

export async function* readLines(
  file: string,
  { timeZone, ...rest }: LineReaderParts,
): AsyncGenerator<FileBatch> {
  const { size } = await stat(file)
  const batch = createBatch()
  const parts = { ...rest, batch, calendar: createTownCalendar(timeZone) }
  for await (const { number, text, bytesRead } of linesOf(file)) {
    if (text === null) batch.error(number, null, `is longer than ${mostLineBytes / 1024} KB`)
    else
      readLine(
        number,
        (number === 1 ? text.replace(/^\uFEFF/, '') : text).replace(/\r$/, ''),
        parts,
      )
    if (batch.isFull()) yield batch.take(bytesRead / size)
  }
  yield batch.take(1)
}
