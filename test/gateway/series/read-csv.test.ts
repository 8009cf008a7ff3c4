import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSeriesExports } from '../../../gateway/series/exports.ts'
import { calibrationsOf, everything, exported, now, readBack, sensors, zone } from './kit.ts'
import { createMemoryStore } from './memory-store.ts'

const head = 'time,device,property,value'
const good = '2026-11-22T08:00:00+08:00,v1-pm1,pm25,12.5'
const at = Date.parse('2026-11-22T08:00:00+08:00')
const reading = { device: 'v1-pm1', property: 'pm25', at, value: 12.5 }

const table = (...rows: string[]) => `${[head, ...rows].join('\n')}\n`

describe('a table is read as sheet programs write it', () => {
  it.each([
    ['plain', table(good)],
    ['with a mark and Windows line ends', `\uFEFF${table(good).replaceAll('\n', '\r\n')}`],
    [
      'with semicolons and decimal commas',
      table(good.replace('.', '#')).replaceAll(',', ';').replace('#', ','),
    ],
    ['with tabs', table(good).replaceAll(',', '\t')],
    [
      'with quotes, blanks and empty rows',
      table('', `"2026-11-22T08:00:00+08:00", v1-pm1 ,"pm25", 12.5`, ''),
    ],
    ['without a last line end', table(good).trimEnd()],
    [
      'with other columns, in another order',
      'Value,note,property,TIME,device\n12.5,"a,b",pm25,2026-11-22T08:00:00+08:00,v1-pm1',
    ],
    [
      'with what was measured beside what was made of it',
      `${head},measured\n${good.replace('12.5', '99')},12.5\n`,
    ],
    [
      'in the machine’s own Chinese code',
      Buffer.concat([
        Buffer.from(`${head},name\n${good},`),
        Buffer.from([0xc7, 0xe0, 0xca, 0xaf]),
        Buffer.from('\n'),
      ]),
    ],
  ])('%s', async (_, bytes) => {
    expect(await readBack(bytes)).toEqual({
      readings: [reading],
      rolledUp: [],
      errors: [],
      leftOut: 0,
    })
  })

  it.each([
    ['2026-11-22T08:00:00+08:00', at],
    ['2026-11-22T00:00:00Z', at],
    ['2026-11-22T00:00:00.000000001Z', at],
    ['2026-11-21T16:00:00-0800', at],
    ['2026-11-22 08:00:00', at],
    ['2026/11/22 8:00', at],
    ['2026.11.22 08:00:00,250', at + 250],
    ['2026-11-22', at - 8 * 3_600_000],
    [String(at), at],
  ])('the time %s', async (time, expected) => {
    const row = `"${time}",v1-pm1,pm25,12.5`
    expect((await readBack(table(row))).readings).toEqual([{ ...reading, at: expected }])
  })

  it('times without a zone are those of the town’s clocks, also when they change', async () => {
    const rows = ['2026-03-29 01:59,v1-pm1,pm25,1', '2026-03-29 03:00,v1-pm1,pm25,2']
    const { readings } = await readBack(table(...rows), { timeZone: 'Europe/Berlin' })
    expect(readings.map((one) => one.at)).toEqual([
      Date.UTC(2026, 2, 29, 0, 59),
      Date.UTC(2026, 2, 29, 1, 0),
    ])
  })
})

describe('what is wrong is told with its row and column', () => {
  it.each([
    ['2026-11-22T08:00:00+08:00,v9-none,pm25,1', 'device', 'there is no device "v9-none"'],
    [',v1-pm1,pm25,1', 'time', 'nothing is no time'],
    ['2026-02-30,v1-pm1,pm25,1', 'time', 'is no time'],
    ['2026-11-22 25:00,v1-pm1,pm25,1', 'time', 'is no time'],
    ['2026-11-22 08:00:60,v1-pm1,pm25,1', 'time', 'is no time'],
    ['1763712000,v1-pm1,pm25,1', 'time', 'before 2000'],
    ['2099-01-01,v1-pm1,pm25,1', 'time', 'later than now'],
    ['2026-11-22T08:00:00Z,v1-pm1,pm10,1', 'property', 'there is no property "pm10"'],
    ['2026-11-22T08:00:00Z,v1-pm1,toString,1', 'property', 'there is no property'],
    ['2026-11-22T08:00:00Z,v1-pm1,pm25,', 'value', 'nothing is no number'],
    ['2026-11-22T08:00:00Z,v1-pm1,pm25,NaN', 'value', '"NaN" is no number'],
    ['2026-11-22T08:00:00Z,v1-pm1,pm25,"12,5"', 'value', 'is no number'],
    ['2026-11-22T08:00:00Z,v1-pm1,pm25,-1', 'value', 'expected 0 to 2000 µg/m³'],
    ['2026-11-22T08:00:00Z,v1-pm1,pm25,1e999', 'value', 'is no number'],
    ['2026-11-22T08:00:00Z,=cmd(),pm25,1', 'device', 'there is no device "=cmd()"'],
    ['2026-11-22T08:00:00Z', 'device', 'there is no device nothing'],
  ])('%s', async (row, column, text) => {
    const { errors, readings } = await readBack(table(good, row))
    expect(readings).toHaveLength(1)
    expect(errors).toMatchObject([{ row: 3, column }])
    expect(errors[0]?.text).toContain(text)
  })

  it.each([
    ['device,property,value\n', [{ row: 1, column: 'time' }]],
    ['time,device,property\n', [{ row: 1, column: 'value' }]],
    ['time,device,property,value,device\n', [{ row: 1, column: 'device' }]],
    [
      'hello\nworld\n',
      [{ column: 'time' }, { column: 'device' }, { column: 'property' }, { column: 'value' }],
    ],
  ])('a heading %j', async (text, expected) => {
    expect((await readBack(text)).errors).toMatchObject(expected)
  })

  it.each([
    ['an empty file', Buffer.alloc(0), 'the file is empty'],
    ['gzip', Buffer.from([0x1f, 0x8b, 8, 0]), 'unpack it first'],
    ['a workbook', Buffer.from('PK\u0003\u0004xl/'), 'save the table as CSV'],
    ['UTF-16', Buffer.from(`\uFEFF${table(good)}`, 'utf16le'), 'CSV (UTF-8)'],
    ['NUL', Buffer.from(`${head}\n${good}\u0000\n`), 'this is no text'],
    [
      'random bytes',
      Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * 197) % 256)),
      'this is no text',
    ],
  ])('%s', async (_, bytes, text) => {
    const { errors, readings } = await readBack(bytes)
    expect([readings, errors.length, errors[0]?.row]).toEqual([[], 1, 1])
    expect(errors[0]?.text).toContain(text)
  })

  it('NUL far behind the beginning: no device is called so, and the text shows no such sign', async () => {
    const rows = Array.from({ length: 500 }, () => good)
    const { errors } = await readBack(table(...rows, `2026-11-22,v1\u0000\u001B[2J,pm25,1`))
    expect(errors).toHaveLength(1)
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    expect(errors[0]?.text).not.toMatch(/[\u0000-\u001F]/)
  })

  it.each([
    ['a line without end', `${good}${'x'.repeat(40_000)}`],
    ['a quote that is not closed', `"${good}\n${`${good}\n`.repeat(2000)}`],
  ])('%s ends the reading there, whatever follows', async (_, row) => {
    const { errors } = await readBack(table(good, row))
    expect(errors).toHaveLength(1)
    expect(errors[0]?.text).toContain('longer than 16 KB')
  })

  it('a quote in the middle of a cell', async () => {
    const { errors } = await readBack(table(good, `2026-11-22,v1-pm1,"pm25"x,1`))
    expect(errors).toMatchObject([{ row: 3, column: null }])
  })
})

describe('cells that a sheet program would run', () => {
  const evil = ["=cmd|'/c calc'!A1", '+1+1', '-2+3', '@SUM(A1)', '\t=1', '＝全角', '"=1,2"']

  it('are shown, not run, and numbers stay numbers', async () => {
    const devices = evil.map((name, i) => ({ id: `d${i}`, name, village: '=1' }))
    const readings = devices.map(({ id }) => ({
      device: id,
      property: 'tilt' as const,
      at: now,
      value: -3.5,
    }))
    const store = createMemoryStore({ kind: 'readings', readings })
    const file = await exported(store, 'csv', { order: { ...everything, devices } })
    for (const line of file.toString().split('\r\n')) expect(line).not.toMatch(/(^|,)"?[=+@＝\t\r]/)
    expect(file.toString()).toContain(',-3.5,-3.5,,,')
    const back = await readBack(file, { devices: devices.map(({ id }) => id) })
    expect(back).toMatchObject({ errors: [], readings })
  })

  it('come back from a device’s id, should one be called so', async () => {
    const devices = [{ id: '=1+1', name: 'n', village: 'v' }]
    const readings = [{ device: '=1+1', property: 'tilt' as const, at: now, value: 1 }]
    const store = createMemoryStore({ kind: 'readings', readings })
    const file = await exported(store, 'csv', { order: { ...everything, devices } })
    expect((await readBack(file, { devices: ['=1+1'] })).readings).toEqual(readings)
  })
})

it('whatever is sent, reading it ends, and what is wrong is told', async () => {
  const cell = fc.oneof(
    fc.string(),
    fc.constantFrom('"', '""', '\n', ',', ';', good, head, '\uFEFF'),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(cell, { maxLength: 30 }), fc.boolean(), async (cells, headed) => {
      const { errors, readings } = await readBack((headed ? `${head}\n` : '') + cells.join(''))
      for (const one of readings) expect(sensors.map(({ id }) => id)).toContain(one.device)
      for (const { row } of errors) expect(row).toBeGreaterThan(0)
    }),
    { numRuns: 150 },
  )
})

it('nothing is read ahead of who takes it, and who goes away ends the reading', async () => {
  const readings = Array.from({ length: 300 }, (_, i) => ({
    device: 'v1-pm1',
    property: 'pm25' as const,
    at: now - i,
    value: i,
  }))
  const store = createMemoryStore({ kind: 'readings', readings })
  const exports = createSeriesExports({ store, calibrations: calibrationsOf(), timeZone: zone })
  const pieces = exports.write(everything, 'csv')
  await pieces.next()
  expect(store.partsRead()).toBe(0)
  await pieces.next()
  expect(store.partsRead()).toBe(1)
  await pieces.return(undefined)
  expect(await pieces.next()).toEqual({ done: true, value: undefined })
  expect(store.partsRead()).toBe(1)
})
