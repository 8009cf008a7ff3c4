import { describe, expect, test } from 'vitest'
import {
  alarmsOf,
  comparedSeries,
  limitsOf,
  namesOf,
  newestOf,
} from '../../../dashboard/src/history/compared.ts'
import { readPicks } from '../../../dashboard/src/history/history-search.ts'
import { overviewGroups, representatives } from '../../../dashboard/src/history/overview.ts'
import { byVillage, pickable } from '../../../dashboard/src/history/pickable.ts'
import { createTranslate } from '../../../dashboard/src/i18n/translate.ts'
import { aDevice } from '../case-views.ts'
import { aComparison, aMark, anItem, aThreshold, marks } from './series-views.ts'

const t = createTranslate('zh')
const air = aDevice()
const smoke = aDevice({
  id: 'v5-smoke2',
  name: '松林村林火烟感2',
  kind: 'smokeSensor',
  village: '990101101205',
  latest: [
    { property: 'smoke', value: 0.4, unit: '%/m', at: 5_000 },
    { property: 'temperature', value: 18, unit: '°C', at: 4_000 },
  ],
})
const silent = aDevice({ id: 'v1-cam1', name: '青石村高空瞭望1', kind: 'camera', latest: [] })
const devices = [smoke, silent, air]

describe('series', () => {
  const names = namesOf(devices)
  test('stand in the order they were picked, each with its number and name', () => {
    const picks = readPicks('v5-smoke2:smoke,v2-pm4:pm25,gone:pm25')
    const points = [[1, 35]]
    const comparison = aComparison({
      series: [{ device: 'v2-pm4', property: 'pm25', unit: 'µg/m³', points }],
    })
    const series = comparedSeries(picks, comparison, { names, until: 9, t })
    expect(series.map(({ mark, name, unit, at }) => [mark, name, unit, at.length])).toEqual([
      ['1', '松林村林火烟感2 烟雾', '%/m', 0],
      ['2', '柳溪村空气站4 细颗粒物', 'µg/m³', 1],
      ['3', 'gone 细颗粒物', 'µg/m³', 0],
    ])
  })
  test('the newest of all that is picked', () => {
    expect(newestOf(readPicks('v5-smoke2:temperature,v2-pm4:pm25'), devices)).toBe(4_000)
    expect(newestOf(readPicks('v1-cam1:pm25'), devices)).toBeNull()
  })
})

describe('marks', () => {
  const shown = new Set(['v5-smoke2:smoke', 'v5-smoke3:smoke'])
  test('a rule of many devices is one line, with its name', () => {
    const thresholds = [
      aThreshold(),
      aThreshold({ device: 'v5-smoke3' }),
      aThreshold({ property: 'battery', rule: 'battery-low' }),
      aThreshold({ rule: 'smoke-low', value: 1, side: 'below', name: '烟感异常' }),
    ]
    expect(limitsOf(marks({ thresholds }), shown, t).map(({ name }) => name)).toEqual([
      '林火烟感报警：高于 5',
      '烟感异常：低于 1',
    ])
  })
  test('alarms of what is shown, and of its device as a whole', () => {
    const alarms = [
      aMark({ id: 'own' }),
      aMark({ id: 'silent', property: null }),
      aMark({ id: 'other property', property: 'temperature' }),
      aMark({ id: 'other device', device: 'v1-smoke1', property: null }),
    ]
    expect(alarmsOf(marks({ alarms }), shown).map(({ id }) => id)).toEqual(['own', 'silent'])
    expect(alarmsOf(undefined, shown)).toEqual([])
  })
})

describe('devices to pick from', () => {
  test('those that said something, by name, grouped by village', () => {
    expect(pickable(devices, { text: '' }).map(({ id }) => id)).toEqual(['v2-pm4', 'v5-smoke2'])
    expect(byVillage(pickable(devices, { text: '' })).map(([village]) => village)).toEqual([
      '990101101202',
      '990101101205',
    ])
  })
  test.each([
    [{ text: '烟感' }, ['v5-smoke2']],
    [{ text: 'V2-PM' }, ['v2-pm4']],
    [{ text: '', village: '990101101202' }, ['v2-pm4']],
    [{ text: '', kind: 'smokeSensor' }, ['v5-smoke2']],
    [{ text: '', property: 'temperature' as const }, ['v5-smoke2']],
    [{ text: 'nobody' }, []],
  ])('%j', (filter, ids) => expect(pickable(devices, filter).map(({ id }) => id)).toEqual(ids))
})

describe('a place at one look', () => {
  const third = aDevice({ ...smoke, id: 'v5-smoke3', name: '松林村林火烟感3' })
  const items = [
    anItem({ latest: [1_000, 6.5] }),
    anItem({ device: 'v5-smoke3', deviceName: '松林村林火烟感3', latest: null, points: [] }),
    anItem({ device: 'v2-pm4', deviceName: '柳溪村空气站4', property: 'pm25', unit: 'µg/m³' }),
  ]
  const known = { devices: [smoke, third, air], thresholds: [aThreshold()], until: 9e15 }
  const overview = { resolution: 'hour' as const, items }
  test('one device of a kind is asked for the rules of all', () =>
    expect(representatives(items, known.devices)).toEqual(['v5-smoke2:smoke', 'v2-pm4:pm25']))
  test('what is beyond its limit is told with the severity', () => {
    const smokes = overviewGroups(overview, known, 'name').find(
      ({ property }) => property === 'smoke',
    )
    expect(smokes?.charts.map(({ beyond }) => beyond?.severity ?? null)).toEqual(['orange', null])
    expect(smokes?.charts[1]?.limits).toHaveLength(1)
  })
  test('a property has one scale that holds its limit too', () => {
    const [dust, smokes] = overviewGroups(overview, known, 'name')
    expect([dust?.property, smokes?.property]).toEqual(['pm25', 'smoke'])
    expect([smokes?.min, smokes?.max]).toEqual([0, 5])
  })
  test('highest first, what says nothing last', () => {
    const more = [...items, anItem({ device: 'v5-smoke4', latest: [1_000, 7] })]
    const [, smokes] = overviewGroups({ ...overview, items: more }, known, 'highest')
    expect(smokes?.charts.map(({ item }) => item.device)).toEqual([
      'v5-smoke4',
      'v5-smoke2',
      'v5-smoke3',
    ])
  })
  test('below a lower limit is beyond as well; the most severe speaks', () => {
    const thresholds = [
      aThreshold({ side: 'below', value: 10, severity: 'blue' }),
      aThreshold({ side: 'below', value: 8, severity: 'red' }),
    ]
    const [, smokes] = overviewGroups(overview, { ...known, thresholds }, 'name')
    expect(smokes?.charts[0]?.beyond?.severity).toBe('red')
  })
})
