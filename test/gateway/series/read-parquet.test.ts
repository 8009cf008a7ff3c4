import * as fc from 'fast-check'
import { parquetMetadata } from 'hyparquet'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { describe, expect, it } from 'vitest'
import { exported, now, readBack, readInThread } from './kit.ts'
import { createMemoryStore } from './memory-store.ts'

const at = Date.UTC(2026, 10, 22)
const reading = { device: 'v1-pm1', property: 'pm25', at, value: 12.5 }

type Columns = NonNullable<Parameters<typeof parquetWriteBuffer>[0]>['columnData']
type Schema = Parameters<typeof parquetWriteBuffer>[0]['schema']

const time = { name: 'time', data: [new Date(at)], type: 'TIMESTAMP' as const }
const names = [
  { name: 'device', data: ['v1-pm1'], type: 'STRING' as const },
  { name: 'property', data: ['pm25'], type: 'STRING' as const },
]
const value = { name: 'value', data: [12.5], type: 'DOUBLE' as const }

function file(columnData: Columns, schema?: Schema): Buffer {
  return Buffer.from(parquetWriteBuffer({ columnData, ...(schema && { schema }) }))
}

function timeAs(element: object, data: unknown[]) {
  const text = { type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' } as const
  const schema = [
    { name: 'root', num_children: 4 },
    { name: 'time', repetition_type: 'REQUIRED', ...element },
    { name: 'device', ...text },
    { name: 'property', ...text },
    { name: 'value', type: 'DOUBLE', repetition_type: 'REQUIRED' },
  ] as Schema
  const columns = [...names, value].map(({ name, data }) => ({ name, data }))
  return file([{ name: 'time', data: data as bigint[] }, ...columns], schema)
}

const timestamp = (unit: string, isAdjustedToUTC: boolean) => ({
  type: 'INT64',
  logical_type: { type: 'TIMESTAMP', unit, isAdjustedToUTC },
})

describe('tables of other programs', () => {
  it.each([
    ['milliseconds', file([time, ...names, value])],
    ['microseconds', timeAs(timestamp('MICROS', true), [BigInt(at) * 1000n])],
    ['nanoseconds', timeAs(timestamp('NANOS', true), [BigInt(at) * 1_000_000n])],
    ['whole numbers', timeAs({ type: 'INT64' }, [BigInt(at)])],
    ['text', timeAs({ type: 'BYTE_ARRAY', converted_type: 'UTF8' }, ['2026-11-22T00:00:00Z'])],
    ['the town’s own clock', timeAs(timestamp('MILLIS', false), [BigInt(at + 8 * 3_600_000)])],
  ])('times in %s', async (_, bytes) => {
    const found = { readings: [reading], rolledUp: [], errors: [], leftOut: 0 }
    expect(await readBack(bytes)).toEqual(found)
  })

  it.each([
    ['32 bits', [{ name: 'value', data: [12.5], type: 'FLOAT' as const }], 12.5],
    ['whole numbers', [{ name: 'value', data: [12], type: 'INT32' as const }], 12],
    ['large whole numbers', [{ name: 'value', data: [12n], type: 'INT64' as const }], 12],
    [
      'what was measured beside it',
      [
        { ...value, data: [99] },
        { ...value, name: 'measured' },
      ],
      12.5,
    ],
  ])('values as %s', async (_, columns, expected) => {
    const { readings } = await readBack(file([...names, ...columns, time]))
    expect(readings).toEqual([{ ...reading, value: expected }])
  })
})

describe('what is wrong is told with its row and column', () => {
  it.each([
    ['no time', file([...names, value]), { row: 1, column: 'time' }],
    ['no value', file([time, ...names]), { row: 1, column: 'value' }],
    [
      'nobody',
      file([time, { name: 'device', data: [null], type: 'STRING' }, ...names.slice(1), value]),
      { row: 1, column: 'device' },
    ],
    ['NaN', file([time, ...names, { ...value, data: [Number.NaN] }]), { row: 1, column: 'value' }],
    [
      'a truth',
      file([time, ...names, { name: 'value', data: [true], type: 'BOOLEAN' }]),
      { row: 1, column: 'value' },
    ],
    ['1970', file([{ ...time, data: [new Date(0)] }, ...names, value]), { row: 1, column: 'time' }],
  ])('%s', async (_, bytes, expected) => {
    const { errors, readings } = await readBack(bytes)
    expect(readings).toEqual([])
    expect(errors).toMatchObject([expected])
  })

  it('of many rows, the one that is wrong', async () => {
    const many = <T>(one: T) => Array.from({ length: 3000 }, () => one)
    const values = many(1)
    values[2500] = -5
    const { errors, readings } = await readBack(
      file([
        { ...time, data: many(new Date(at)) },
        { name: 'device', data: many('v1-pm1'), type: 'STRING' },
        { name: 'property', data: many('pm25'), type: 'STRING' },
        { ...value, data: values },
      ]),
    )
    expect(readings).toHaveLength(2999)
    expect(errors).toMatchObject([{ row: 2501, column: 'value' }])
  })
})

describe('files that are broken', () => {
  const store = createMemoryStore({
    kind: 'readings',
    readings: Array.from({ length: 200 }, (_, i) => ({
      device: 'v1-pm1',
      property: 'pm25' as const,
      at: now - i,
      value: i,
    })),
  })

  it.each([4, 8, 11, 100, 1000])('cut off after %i bytes', async (length) => {
    const bytes = await exported(store, 'parquet')
    const { errors, readings } = await readBack(bytes.subarray(0, length))
    expect([readings, errors.length]).toEqual([[], 1])
    expect(errors[0]?.text).toContain('is no Parquet that can be read')
  })

  it('changed anywhere, reading them ends, be it by the thread’s end', async () => {
    const bytes = await exported(store, 'parquet')
    const change = fc.record({ at: fc.nat({ max: bytes.length - 1 }), to: fc.nat({ max: 255 }) })
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const broken = Buffer.from(bytes)
        for (const { at: place, to } of changes) broken[place] = to
        const said = await readInThread(broken, 2000)
        expect(said instanceof Error ? said.message : said >= 0).toBeTruthy()
      }),
      { numRuns: 12, endOnFailure: true },
    )
  })
})

it('what goes out has real times, names once, and bounded row groups', async () => {
  const readings = Array.from({ length: 25_000 }, (_, i) => ({
    device: 'v1-pm1',
    property: 'pm25' as const,
    at: now - i * 1000,
    value: (i % 500) / 4,
  }))
  const bytes = await exported(createMemoryStore({ kind: 'readings', readings }), 'parquet')
  const { schema, row_groups: groups } = parquetMetadata(new Uint8Array(bytes))
  expect(schema[1]).toMatchObject({
    name: 'time',
    type: 'INT64',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  })
  expect(groups.map(({ num_rows }) => Number(num_rows))).toEqual([10_000, 10_000, 5000])
  const encodings = groups[0]?.columns.map(({ meta_data }) => meta_data?.encodings)
  for (const names of encodings?.slice(1, 6) ?? []) expect(names).toContain('RLE_DICTIONARY')
  expect(bytes.length / readings.length).toBeLessThan(10)
})
