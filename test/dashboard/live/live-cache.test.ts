import { describe, expect, test } from 'vitest'
import {
  appendPoints,
  applyAlarmToDetail,
  applyAlarmToList,
  applyDevice,
  applyReadings,
  applyToComparison,
  mergeDetail,
  replaceCase,
  upsertOpenCase,
} from '../../../dashboard/src/live/live-cache.ts'
import { aCase, aDetail, aDevice, anAlarm } from '../case-views.ts'

describe('queue', () => {
  test('a new case joins', () =>
    expect(upsertOpenCase([aCase()], aCase({ id: 'b' })).map((one) => one.id)).toEqual([
      'case-1',
      'b',
    ]))
  test('a known one is replaced in place', () => {
    const list = [aCase(), aCase({ id: 'b' })]
    const next = upsertOpenCase(list, aCase({ version: 2, state: 'accepted' }))
    expect(next.map((one) => one.state)).toEqual(['accepted', 'reported'])
  })
  test.each(['closed', 'void', 'merged'] as const)('%s leaves', (state) =>
    expect(upsertOpenCase([aCase()], aCase({ state, version: 2 }))).toEqual([]),
  )
  test('an event overtaken by a fetch changes nothing', () => {
    const shown = aCase({ version: 5, state: 'accepted' })
    expect(upsertOpenCase([shown], aCase({ version: 4 }))).toEqual([shown])
    expect(replaceCase([shown], aCase({ version: 4 }))).toEqual([shown])
  })
  test('what was not touched keeps its identity, so that its row is not drawn again', () => {
    const other = aCase({ id: 'b' })
    expect(upsertOpenCase([aCase(), other], aCase({ version: 2 }))[1]).toBe(other)
  })
})

describe('detail', () => {
  test('keeps what only the detail has', () => {
    const next = mergeDetail(aDetail(), aCase({ version: 2, state: 'accepted' }))
    expect(next.state).toBe('accepted')
    expect(next.unit).toBe('应急办')
  })
  test('another case does not touch it', () => {
    const detail = aDetail()
    expect(mergeDetail(detail, aCase({ id: 'b', version: 9 }))).toBe(detail)
  })
  test('an alarm of its evidence is replaced, a strange one ignored', () => {
    const detail = aDetail()
    const seen = anAlarm({ state: 'activeAcknowledged' })
    expect(applyAlarmToDetail(detail, seen).evidence).toEqual([seen])
    expect(applyAlarmToDetail(detail, anAlarm({ id: 'x' }))).toBe(detail)
  })
  test('the latest alarm of a row follows', () => {
    const seen = anAlarm({ state: 'cleared' })
    expect(applyAlarmToList([aCase()], seen)[0]?.lastAlarm).toBe(seen)
  })
})

describe('devices', () => {
  test('presence', () => {
    const list = applyDevice([aDevice(), aDevice({ id: 'b' })], { id: 'b', online: false })
    expect(list.map((one) => one.online)).toEqual([true, false])
  })
  test('a reading updates the value and the age', () => {
    const [device] = applyReadings([aDevice()], [['v2-pm4', 'pm25', 2_000, 81]])
    expect(device?.latest[0]).toMatchObject({ value: 81, at: 2_000 })
    expect(device?.lastReceivedAt).toBe(2_000)
  })
  test('a property heard for the first time joins with its unit', () => {
    const [device] = applyReadings([aDevice()], [['v2-pm4', 'temperature', 2_000, 19]])
    expect(device?.latest).toHaveLength(2)
    expect(device?.latest[1]).toEqual({ property: 'temperature', value: 19, unit: '°C', at: 2_000 })
  })
  test('a late reading does not turn the clock back', () => {
    const [device] = applyReadings([aDevice()], [['v2-pm4', 'pm25', 500, 81]])
    expect(device?.latest[0]?.value).toBe(35)
  })
})

describe('series', () => {
  test('only newer points are added', () => {
    const points = appendPoints(
      [[10, 1]],
      [
        ['d', 'pm25', 10, 1],
        ['d', 'pm25', 11, 2],
      ],
    )
    expect(points).toEqual([
      [10, 1],
      [11, 2],
    ])
  })
  test('it stops growing', () => {
    const many = Array.from({ length: 4_000 }, (_, at) => [at + 1, 0])
    expect(appendPoints(many, [['d', 'pm25', 9_000, 1]])).toHaveLength(4_000)
  })
})

describe('series beside each other', () => {
  const raw = {
    resolution: 'raw' as const,
    series: [
      { device: 'a', property: 'pm25' as const, unit: 'µg/m³', points: [[10, 1]] },
      { device: 'b', property: 'pm25' as const, unit: 'µg/m³', points: [[10, 1]] },
    ],
  }
  test('a reading joins its own line; the others stay what they were', () => {
    const next = applyToComparison(raw, [['b', 'pm25', 11, 2]], 100)
    expect(next.series[0]).toBe(raw.series[0])
    expect(next.series[1]?.points).toEqual([
      [10, 1],
      [11, 2],
    ])
  })
  test('what is not drawn, or lies behind the window, changes nothing', () => {
    const strange: Parameters<typeof applyToComparison>[1] = [
      ['a', 'humidity', 11, 2],
      ['c', 'pm25', 11, 2],
      ['a', 'pm25', 100, 2],
    ]
    expect(applyToComparison(raw, strange, 100)).toBe(raw)
  })
  test('what is rolled up is asked again instead', () => {
    const hours = { ...raw, resolution: 'hour' as const }
    expect(applyToComparison(hours, [['a', 'pm25', 11, 2]], 100)).toBe(hours)
  })
})
