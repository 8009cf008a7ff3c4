import { open } from 'node:fs/promises'
import type { Precision } from '../domain/precision.ts'
import { looksLikeLines } from './line-format.ts'
import { readCsv } from './read-csv.ts'
import { readLines } from './read-lines.ts'
import { readParquet } from './read-parquet.ts'
import { createRowCheck, type FileBatch } from './row-check.ts'
import { createTownText } from './town-text.ts'

/** What a file is by its content, whatever it is called, and its rows. */

const peekedBytes = 16_384

export interface ReadOrder {
  file: string
  devices: readonly string[]
  timeZone: string
  precision: Precision
  /** Epoch ms. */
  now: number
}

type Kind =
  | { kind: 'csv'; firstRow: string }
  | { kind: 'parquet' | 'line' }
  | { kind: 'none'; text: string }

const takes = 'CSV, Parquet and line protocol are read'

function startsWith(bytes: Buffer, signs: readonly number[]): boolean {
  return signs.every((sign, i) => bytes[i] === sign)
}

function kindOf(bytes: Buffer): Kind {
  if (bytes.length === 0) return { kind: 'none', text: 'the file is empty' }
  if (bytes.subarray(0, 4).toString('latin1') === 'PAR1') return { kind: 'parquet' }
  if (startsWith(bytes, [0x1f, 0x8b])) {
    return { kind: 'none', text: 'the file is compressed (gzip): unpack it first' }
  }
  if (startsWith(bytes, [0x50, 0x4b])) {
    return { kind: 'none', text: 'this is a workbook or a ZIP file: save the table as CSV' }
  }
  if (startsWith(bytes, [0xff, 0xfe]) || startsWith(bytes, [0xfe, 0xff])) {
    return { kind: 'none', text: 'the text is UTF-16: save the table as CSV (UTF-8)' }
  }
  if (bytes.includes(0)) return { kind: 'none', text: `this is no text: ${takes}` }
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '')
  if (looksLikeLines(text)) return { kind: 'line' }
  return { kind: 'csv', firstRow: text.split('\n', 1)[0] ?? '' }
}

async function peek(file: string): Promise<Buffer> {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(peekedBytes), 0, peekedBytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

export async function* readFile(order: ReadOrder): AsyncGenerator<FileBatch> {
  const { file, timeZone, precision, now } = order
  const town = createTownText(timeZone)
  const check = createRowCheck({ devices: new Set(order.devices), town, now })
  const kind = kindOf(await peek(file))
  switch (kind.kind) {
    case 'none': {
      const errors = [{ row: 1, column: null, text: kind.text }]
      yield { readings: [], rolledUp: [], errors, leftOut: 0, done: 1 }
      return
    }
    case 'csv':
      yield* readCsv(file, { check, firstRow: kind.firstRow })
      return
    case 'line':
      yield* readLines(file, { check, precision, timeZone })
      return
    case 'parquet':
      yield* readParquet(file, { check, town })
      return
  }
}
