import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fieldNumber, parseLine } from '../../../gateway/series/line-format.ts'
import { readBack } from './kit.ts'

const at = Date.UTC(2026, 10, 22)
const reading = { device: 'v1-pm1', property: 'pm25', at, value: 12.5 }

describe('lines are read in our layout', () => {
  it.each([
    ['one field', `reading,device=v1-pm1 pm25=12.5 ${at}\n`],
    [
      'comments, blanks and Windows line ends',
      `# by hand\r\n\r\nreading,device=v1-pm1  pm25=12.5   ${at}\r\n`,
    ],
    ['no last line end', `reading,device=v1-pm1 pm25=12.5 ${at}`],
    ['an exponent', `reading,device=v1-pm1 pm25=1.25e+1 ${at}`],
  ])('%s', async (_, text) => {
    expect(await readBack(text)).toEqual({
      readings: [reading],
      rolledUp: [],
      errors: [],
      leftOut: 0,
    })
  })

  it.each([
    ['ns', '000000'],
    ['us', '000'],
    ['ms', ''],
    ['s', null],
  ] as const)('times in %s', async (precision, rest) => {
    const time = rest === null ? at / 1000 : `${at}${rest}`
    const { readings } = await readBack(`reading,device=v1-pm1 pm25=12.5 ${time}\n`, { precision })
    expect(readings).toEqual([reading])
  })

  it('several fields of one point, whole numbers too', async () => {
    const { readings } = await readBack(
      `reading,device=v1-pm1 pm25=12.5,humidity=40i,battery=3u ${at}\n`,
    )
    expect(readings).toEqual([
      reading,
      { ...reading, property: 'humidity', value: 40 },
      { ...reading, property: 'battery', value: 3 },
    ])
  })

  it('signs behind backslashes', async () => {
    const devices = ['a b,c=d']
    const text = String.raw`reading,device=a\ b\,c\=d pm25=1 ${at}`
    expect((await readBack(text, { devices })).readings[0]?.device).toBe('a b,c=d')
  })
})

describe('what is wrong is told with its line', () => {
  const good = `reading,device=v1-pm1 pm25=12.5 ${at}`
  const hour = 'reading_hour,device=v1-pm1,property=pm25'
  it.each([
    [`reading,device=v9 pm25=1 ${at}`, 'device', 'there is no device "v9"'],
    [`reading pm25=1 ${at}`, 'device', 'there is no device nothing'],
    [`reading,device=v1-pm1,host=x pm25=1 ${at}`, 'host', 'is no tag of ours'],
    [`reading,device=v1-pm1 pm10=1 ${at}`, 'property', 'there is no property "pm10"'],
    [`reading,device=v1-pm1 pm25="1" ${at}`, 'pm25', 'is no number'],
    [`reading,device=v1-pm1 pm25=t ${at}`, 'pm25', 'is no number'],
    [`reading,device=v1-pm1 pm25=NaN ${at}`, 'pm25', 'is no number'],
    [`reading,device=v1-pm1 pm25=-1 ${at}`, 'pm25', 'expected 0 to 2000'],
    ['reading,device=v1-pm1 pm25=1', 'time', 'each line ends with one'],
    [`reading,device=v1-pm1 pm25=1 ${at}000000`, 'time', 'later than now'],
    [`reading,device=v1-pm1 pm25=1 ${at / 1000}`, 'time', 'before 2000'],
    ['reading,device=v1-pm1 pm25=1 99999999999999999999', 'time', 'is no time'],
    [`cpu,host=a usage=1 ${at}`, null, 'none of reading, reading_hour, reading_day'],
    ['hello world', null, 'no line protocol'],
    [`reading,device=v1-pm1,device=v1-pm1 pm25=1 ${at}`, null, 'no line protocol'],
    [`${hour} min=1,max=2,sum=3 ${at}`, 'count', 'is missing'],
    [`${hour} min=1,max=2,sum=3,count=2,mean=1 ${at}`, 'mean', 'none of min, max, sum and count'],
    [`${hour} min=3,max=2,sum=3,count=2 ${at}`, null, 'min must not be larger than max'],
    [`${hour} min=1,max=2,sum=9,count=2 ${at}`, null, 'sum does not lie'],
    [`${hour} min=1,max=2,sum=3,count=0 ${at}`, null, 'count must be'],
    [`${hour} min=1,max=2001,sum=2002,count=2 ${at}`, null, 'expected 0 to 2000'],
    [`${hour} min=1,max=2,sum=3,count=2 ${at + 1}`, null, 'not where the town'],
    [
      `reading_day,device=v1-pm1,property=pm25 min=1,max=2,sum=3,count=2 ${at}`,
      null,
      'not where the town',
    ],
    [
      `${hour.replace('pm25', 'pm10')} min=1,max=2,sum=3,count=2 ${at}`,
      'property',
      'there is no property',
    ],
  ])('%s', async (line, column, text) => {
    const { errors, readings } = await readBack(`${good}\n${line}\n${good}\n`)
    expect(readings).toHaveLength(2)
    expect(errors).toMatchObject([{ row: 2, column }])
    expect(errors[0]?.text).toContain(text)
  })

  it('a line without end is told once, and reading goes on behind it', async () => {
    const { errors, readings } = await readBack(`${good}\n${'x'.repeat(300_000)}\n${good}\n`)
    expect(errors).toEqual([{ row: 2, column: null, text: 'is longer than 64 KB' }])
    expect(readings).toHaveLength(2)
  })
})

it('whatever a line holds, parsing it ends; a number is a number', () => {
  const sign = fc.constantFrom(
    'reading',
    'device',
    ',',
    '=',
    ' ',
    '\\',
    '"',
    '1',
    'pm25',
    '\u0000',
    '，',
  )
  const line = fc.array(sign, { maxLength: 20 }).map((signs) => signs.join(''))
  fc.assert(
    fc.property(line, (text) => {
      const parsed = parseLine(text)
      for (const field of parsed?.fields.values() ?? []) {
        const number = fieldNumber(field)
        if (number !== undefined) expect(Number.isNaN(number)).toBe(false)
      }
    }),
  )
})
