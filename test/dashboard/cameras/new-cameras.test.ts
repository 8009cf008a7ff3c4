import { describe, expect, test } from 'vitest'
import { byVillage, isShown } from '../../../dashboard/src/cameras/camera-list.ts'
import {
  draftsOf,
  hostOf,
  idPattern,
  knownAt,
  missingOf,
  placed,
} from '../../../dashboard/src/cameras/new-cameras.ts'
import { aCamera, anAnswer } from '../camera-views.ts'
import { places } from '../town-views.ts'

const nameOf = (n: number) => `新摄像机 ${n}`

describe('where a camera is', () => {
  test.each([
    ['10.0.0.1', '10.0.0.1'],
    ['10.0.0.1:8080', '10.0.0.1:8080'],
    ['http://10.0.0.1/onvif/device_service', '10.0.0.1'],
    ['http://10.0.0.1:80/x', '10.0.0.1'],
    ['???', '???'],
  ])('%s is %s', (address, host) => expect(hostOf(address)).toBe(host))
  test('one that is registered is known by host and port', () => {
    const cameras = [aCamera({ address: 'http://10.0.0.1:8080/onvif' }), aCamera({ address: null })]
    expect(knownAt('10.0.0.1:8080', cameras)).toBe(cameras[0])
    expect(knownAt('10.0.0.1', cameras)).toBeUndefined()
  })
})

describe('what is proposed', () => {
  const answers = ['10.0.0.1', 'http://10.0.0.2:8080/onvif', '10.0.0.1:80'].map((address) =>
    anAnswer({ address }),
  )
  test('ids that are free and allowed, names that the camera says or a number', () => {
    const found = [{ address: 'http://10.0.0.2:8080/x', name: '北岭', hardware: '', device: null }]
    const drafts = draftsOf({ answers, found, taken: ['cam-10-0-0-1'], nameOf })
    expect(drafts.map(({ id }) => id)).toEqual([
      'cam-10-0-0-1-2',
      'cam-10-0-0-2-8080',
      'cam-10-0-0-1-3',
    ])
    expect(drafts.every(({ id }) => idPattern.test(id))).toBe(true)
    expect(drafts.map(({ name }) => name)).toEqual(['新摄像机 1', '北岭', '新摄像机 3'])
  })
  test('what is missing is said, until all is there', () => {
    const [draft] = draftsOf({ answers, found: [], taken: [], nameOf })
    if (!draft) throw new Error('no draft')
    expect(missingOf(draft, [draft.id])).toEqual(['point'])
    const there = placed(draft, [106.72, 29.22], places)
    expect(there.village).toBe('990101101205')
    expect(missingOf(there, [draft.id])).toEqual([])
    expect(missingOf({ ...there, name: ' ', id: 'a b' }, [])).toEqual(['name', 'id'])
    expect(missingOf(there, [draft.id, draft.id])).toEqual(['idTaken'])
  })
  test('outside of the villages the village is still to be chosen', () => {
    const [draft] = draftsOf({ answers, found: [], taken: [], nameOf })
    if (!draft) throw new Error('no draft')
    expect(missingOf(placed(draft, [0, 0], places), [draft.id])).toEqual(['village'])
  })
})

describe('the list', () => {
  const cameras = [
    aCamera({ id: 'b', name: '松林村 10', pictureFaults: ['pictureBlack'] }),
    aCamera({ id: 'a', name: '松林村 2', path: 'down' }),
    aCamera({ id: 'c', village: '990101101202', path: 'noLogin' }),
    aCamera({ id: 'd', village: '999' }),
  ]
  test('by village in the town’s order, by name as people count, strangers last', () =>
    expect(byVillage(cameras, places).map((one) => one.cameras.map(({ id }) => id))).toEqual([
      ['c'],
      ['a', 'b'],
      ['d'],
    ]))
  test.each([
    ['all', ['b', 'a', 'c', 'd']],
    ['up', ['b', 'd']],
    ['down', ['a']],
    ['noLogin', ['c']],
    ['faulty', ['b']],
  ] as const)('%s', (state, ids) =>
    expect(cameras.filter((one) => isShown(one, { state })).map(({ id }) => id)).toEqual(ids),
  )
  test('of one village', () =>
    expect(
      cameras.filter((one) => isShown(one, { state: 'all', village: '999' })).map(({ id }) => id),
    ).toEqual(['d']))
})
