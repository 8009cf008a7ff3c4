import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StoreError } from '../../../gateway/domain/errors.ts'
import { type LogFile, openLogFile } from '../../../gateway/storage/log-file.ts'
import type {
  CommitRequest,
  QuarantineRow,
  RowText,
  SeriesKey,
} from '../../../gateway/storage/worker-messages.ts'

let directory: string
let file: string
let log: LogFile
const open = () => openLogFile({ file, busyTimeoutMs: 50, waitingPerDevice: 10 })

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lianxun-logfile-'))
  file = join(directory, 'observations.db')
  log = open()
})
afterEach(async () => {
  log.close()
  await rm(directory, { recursive: true, force: true })
})

/** series, observedAt, value */
type Row = [number, number, number]

function request(rows: Row[], more: Partial<CommitRequest> = {}): CommitRequest {
  return {
    type: 'commit',
    numbers: Float64Array.from(rows.flatMap(([series, at, value]) => [series, at, at + 5, value])),
    texts: [],
    newSeries: [],
    quarantine: [],
    probedAt: null,
    ...more,
  }
}

const text = (row: number, senderId: string | null): RowText => ({ row, body: '{}', senderId })
const key = (id: number, name = 'pm25'): SeriesKey => ({ id, device: 'a', kind: 'reading', name })
const wrong = (payload: string): QuarantineRow => ({
  topic: 't',
  village: null,
  device: null,
  payload: Buffer.from(payload),
  receivedAt: 1,
  reason: 'unparseable',
  detail: 'x',
})

describe('a commit', () => {
  it('numbers rows without gaps, over doubles too, and tells which were new', () => {
    const first = log.commit([
      request([
        [1, 10, 1],
        [1, 20, 2],
        [2, 10, 3],
      ]),
    ])
    expect(first).toEqual([{ head: 3, stored: 3, fresh: null }])
    const again = log.commit([
      request([
        [1, 20, 9],
        [1, 30, 4],
        [2, 10, 9],
        [2, 30, 5],
      ]),
    ])
    expect(again).toEqual([{ head: 5, stored: 2, fresh: Uint8Array.from([0, 1, 0, 1]) }])
    expect(log.read(0, 99).map(([seq, series, at, , value]) => [seq, series, at, value])).toEqual([
      [1, 1, 10, 1],
      [2, 1, 20, 2],
      [3, 2, 10, 3],
      [4, 1, 30, 4],
      [5, 2, 30, 5],
    ])
  })

  it('of several requests answers each for itself', () => {
    const answers = log.commit([
      request([
        [1, 10, 1],
        [1, 10, 1],
      ]),
      request([[1, 10, 1]]),
      request([[1, 20, 1]]),
    ])
    expect(answers).toEqual([
      { head: 1, stored: 1, fresh: Uint8Array.from([1, 0]) },
      { head: 1, stored: 0, fresh: Uint8Array.from([0]) },
      { head: 2, stored: 1, fresh: null },
    ])
  })

  it('of which one part fails keeps nothing of any, and the next goes on where it was', () => {
    log.commit([request([[1, 10, 1]], { newSeries: [key(1)] })])
    const broken = { ...wrong('x'), topic: undefined } as unknown as QuarantineRow
    const together = [
      request([[1, 20, 1]], { newSeries: [key(2, 'smoke')], quarantine: [wrong('kept?')] }),
      request([[1, 30, 1]], { quarantine: [broken] }),
    ]
    expect(() => log.commit(together)).toThrow()
    expect(log.read(0, 99)).toHaveLength(1)
    expect(log.quarantine.waiting(null)).toBe(0)
    expect(log.commit([request([[1, 20, 1]])])).toEqual([{ head: 2, stored: 1, fresh: null }])
    log.close()
    log = open()
    expect(log.ready.head).toBe(2)
    expect(log.ready.series).toEqual([key(1)])
  })

  it('keeps rows by the sender’s id where there is one, else by time', () => {
    const [answer] = log.commit([
      request(
        [
          [1, 10, Number.NaN],
          [1, 10, Number.NaN],
          [1, 99, Number.NaN],
          [1, 10, Number.NaN],
        ],
        {
          texts: [text(0, 'x'), text(1, 'y'), text(2, 'x'), text(3, null)],
        },
      ),
    ])
    expect(answer?.fresh).toEqual(Uint8Array.from([1, 1, 0, 1]))
    const [row] = log.read(0, 1)
    expect(row).toEqual([1, 1, 10, 15, null, '{}', 'x'])
  })

  it('fails when somebody else has written the file, instead of losing the row', () => {
    log.commit([request([[1, 10, 1]])])
    const other = new Database(file)
    other.exec('INSERT INTO log VALUES (2, 9, 999, 999, 1, NULL, NULL)')
    other.close()
    expect(() => log.commit([request([[1, 20, 1]])])).toThrow(/UNIQUE|PRIMARY/)
    // From then on it counts on from what is there.
    expect(log.commit([request([[1, 20, 1]])])).toEqual([{ head: 3, stored: 1, fresh: null }])
  })

  it('that finds the file locked fails after its patience', () => {
    const other = new Database(file)
    other.exec('BEGIN IMMEDIATE')
    expect(() => log.commit([request([[1, 10, 1]])])).toThrow(/locked/)
    other.exec('ROLLBACK')
    other.close()
    expect(log.commit([request([[1, 10, 1]])])).toMatchObject([{ stored: 1 }])
  })
})

describe('reading', () => {
  it('gives what comes after a place, in order, so many', () => {
    log.commit([request([1, 2, 3, 4, 5].map((n): Row => [1, n, n]))])
    const seqs = (after: number, limit: number) => log.read(after, limit).map(([seq]) => seq)
    expect(seqs(0, 2)).toEqual([1, 2])
    expect(seqs(3, 99)).toEqual([4, 5])
    expect(seqs(5, 99)).toEqual([])
    expect(seqs(-1, 1)).toEqual([1])
  })

  it('keeps times to the millisecond and values to the last digit', () => {
    const rows: Row[] = [
      [1, 1_763_712_000_123, 0.1 + 0.2],
      [1, 4_102_444_800_000, -1e-300],
      [1, 0, 1e300],
    ]
    log.commit([request(rows)])
    expect(log.read(0, 9).map(([, series, at, , value]) => [series, at, value])).toEqual(rows)
  })
})

describe('opening', () => {
  it('an empty file has nothing, and may be opened again', () => {
    expect(log.ready).toEqual({ head: 0, series: [] })
    log.close()
    log = open()
    expect(log.ready).toEqual({ head: 0, series: [] })
  })

  it('syncs each commit to the disk', () => {
    const raw = new Database(file)
    expect(raw.pragma('journal_mode', { simple: true })).toBe('wal')
    expect(raw.pragma('user_version', { simple: true })).toBe(1)
    raw.close()
  })

  it('refuses what a newer version wrote, and leaves it as it was', () => {
    log.close()
    const raw = new Database(file)
    raw.pragma('user_version = 2')
    raw.close()
    expect(open).toThrow(StoreError)
    expect(open).toThrow(/schema 2, this one knows 1\).*restore a backup/)
    const after = new Database(file)
    expect(after.pragma('user_version', { simple: true })).toBe(2)
    after.pragma('user_version = 1')
    after.close()
    log = open()
  })
})
