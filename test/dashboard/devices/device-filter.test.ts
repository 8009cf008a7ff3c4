import { describe, expect, test } from 'vitest'
import { filterDevices } from '../../../dashboard/src/devices/device-filter.ts'
import { aDevice } from '../case-views.ts'

const devices = [
  aDevice({ id: 'a', name: '空气站10' }),
  aDevice({ id: 'b', name: '空气站2' }),
  aDevice({ id: 'c', name: '水位计', kind: 'waterLevelGauge', online: false }),
  aDevice({ id: 'd', name: '新来的', online: null, village: '990101101203' }),
]
const ids = (filter: Parameters<typeof filterDevices>[1]) =>
  filterDevices(devices, filter).map((one) => one.id)

describe('devices', () => {
  test('offline first, names by their numbers, never heard last', () =>
    expect(ids({ presence: 'all', text: '' })).toEqual(['c', 'b', 'a', 'd']))
  test.each([
    ['online', ['b', 'a']],
    ['offline', ['c']],
    ['unknown', ['d']],
  ] as const)('%s', (presence, expected) => expect(ids({ presence, text: '' })).toEqual(expected))
  test('by name or id', () => {
    expect(ids({ presence: 'all', text: '水位' })).toEqual(['c'])
    expect(ids({ presence: 'all', text: 'A' })).toEqual(['a'])
  })
  test('by kind and village', () => {
    expect(ids({ presence: 'all', text: '', kind: 'waterLevelGauge' })).toEqual(['c'])
    expect(ids({ presence: 'all', text: '', village: '990101101203' })).toEqual(['d'])
  })
})
