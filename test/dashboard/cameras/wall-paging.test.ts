import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { wallActOf } from '../../../dashboard/src/cameras/wall-keys.ts'
import {
  firstWall,
  inHand,
  liveOn,
  mostLive,
  nextWall,
  pageCount,
  shownOn,
  type Wall,
  type WallAct,
  wallSizes,
} from '../../../dashboard/src/cameras/wall-paging.ts'

const ids = Array.from({ length: 16 }, (_, n) => `c${n}`)
const after = (acts: readonly WallAct[], cameras = ids, wall: Wall = firstWall) =>
  acts.reduce((now, act) => nextWall(now, act, cameras), wall)
const page = (by: 1 | -1): WallAct => ({ act: 'page', by })

describe('pages', () => {
  test.each([
    [0, 4, 1],
    [1, 4, 1],
    [4, 4, 1],
    [5, 4, 2],
    [16, 9, 2],
    [17, 16, 2],
  ] as const)('%i cameras by %i are %i', (cameras, size, pages) =>
    expect(pageCount(cameras, size)).toBe(pages),
  )
  test('go round at both ends', () => {
    expect(shownOn(after([page(-1)]), ids)).toEqual(['c12', 'c13', 'c14', 'c15'])
    expect(shownOn(after([page(1), page(1), page(1), page(1)]), ids)).toEqual(ids.slice(0, 4))
  })
  test('a page whose cameras went is the last that is there', () =>
    expect(shownOn({ ...firstWall, page: 3 }, ids.slice(0, 6))).toEqual(['c4', 'c5']))
  test('no cameras, nothing shown, nothing chosen', () => {
    expect(shownOn(firstWall, [])).toEqual([])
    expect(after([page(1), { act: 'enlarge' }], []).isLarge).toBe(false)
  })
  test('before one large picture they lead to the next camera, and stop at the ends', () => {
    const large = after([{ act: 'enlarge', camera: 'c3' }, page(1)])
    expect(large).toMatchObject({ chosen: 'c4', page: 1, isLarge: true })
    expect(after([page(-1)], ids, { ...large, chosen: 'c0', page: 0 }).chosen).toBe('c0')
  })
})

describe('another size', () => {
  test.each(wallSizes)('%i keeps what is looked at in sight', (size) => {
    const wall = after([page(1), { act: 'choose', camera: 'c6' }, { act: 'size', size }])
    expect(shownOn(wall, ids)).toContain('c6')
    expect(shownOn(wall, ids)).toHaveLength(size)
  })
  test('shrinks a large one', () =>
    expect(after([{ act: 'enlarge' }, { act: 'size', size: 9 }]).isLarge).toBe(false))
})

describe('choosing by arrows', () => {
  const at = (camera: string, columns: number, rows: number) =>
    after([
      { act: 'choose', camera },
      { act: 'move', columns, rows },
    ]).chosen
  test.each([
    ['c0', 1, 0, 'c1'],
    ['c0', 0, 1, 'c2'],
    ['c3', -1, 0, 'c2'],
    ['c1', 1, 0, 'c1'],
    ['c0', -1, 0, 'c0'],
    ['c2', 0, 1, 'c2'],
  ])('from %s by %i, %i: %s', (from, columns, rows, to) => expect(at(from, columns, rows)).toBe(to))
  test('begins with the first', () =>
    expect(after([{ act: 'move', columns: 1, rows: 0 }]).chosen).toBe('c0'))
})

describe('what is live', () => {
  test('all of four and nine, and of sixteen the first nine', () => {
    expect(liveOn(after([]), ids).size).toBe(4)
    expect(liveOn(after([{ act: 'size', size: 9 }]), ids).size).toBe(9)
    const all = after([{ act: 'size', size: 16 }])
    expect([...liveOn(all, ids)]).toEqual(ids.slice(0, mostLive))
  })
  test('one more that was asked for, until the page is turned', () => {
    const wanted = after([
      { act: 'size', size: 16 },
      { act: 'wantLive', camera: 'c12' },
    ])
    expect(liveOn(wanted, ids).has('c12')).toBe(true)
    expect(nextWall(wanted, page(1), ids).wanted).toEqual([])
  })
})

describe('the camera in hand', () => {
  test('is the large one, or the only one', () => {
    expect(inHand(firstWall, ids)).toBeNull()
    expect(inHand(after([{ act: 'enlarge', camera: 'c3' }]), ids)).toBe('c3')
    expect(inHand(after([{ act: 'size', size: 1 }, page(1)]), ids)).toBe('c1')
    expect(inHand({ ...firstWall, size: 1 }, [])).toBeNull()
  })
})

test('whatever is pressed, what is shown is there and fits', () => {
  const act: fc.Arbitrary<WallAct> = fc.oneof(
    fc.constantFrom(...wallSizes).map((size) => ({ act: 'size' as const, size })),
    fc.constantFrom(1 as const, -1 as const).map(page),
    fc.constantFrom(...ids).map((camera) => ({ act: 'choose' as const, camera })),
    fc.constantFrom(...ids).map((camera) => ({ act: 'enlarge' as const, camera })),
    fc.constantFrom({ act: 'shrink' } as const, { act: 'enlarge' } as const),
    fc
      .tuple(fc.integer({ min: -1, max: 1 }), fc.integer({ min: -1, max: 1 }))
      .map(([columns, rows]) => ({ act: 'move' as const, columns, rows })),
  )
  fc.assert(
    fc.property(fc.array(act), fc.integer({ min: 1, max: 16 }), (acts, cameras) => {
      const own = ids.slice(0, cameras)
      const wall = after(
        acts.filter((one) => !('camera' in one) || own.includes(one.camera ?? '')),
        own,
      )
      const shown = shownOn(wall, own)
      expect(shown.length).toBeGreaterThan(0)
      expect(shown.length).toBeLessThanOrEqual(wall.size)
      expect(new Set(shown).size).toBe(shown.length)
      if (wall.isLarge) expect(own).toContain(wall.chosen)
    }),
  )
})

describe('keys of the wall', () => {
  const many = { isLarge: false, isTurning: false }
  const large = { isLarge: true, isTurning: true }
  test.each([
    ['PageDown', { act: 'page', by: 1 }],
    ['PageUp', { act: 'page', by: -1 }],
    ['1', { act: 'size', size: 1 }],
    ['4', { act: 'size', size: 4 }],
    ['9', { act: 'size', size: 9 }],
    ['6', { act: 'size', size: 16 }],
    ['Enter', { act: 'enlarge' }],
    ['ArrowDown', { act: 'move', columns: 0, rows: 1 }],
  ])('%s before many', (key, act) => expect(wallActOf(key, many)).toEqual(act))
  test.each([
    ['Escape', { act: 'shrink' }],
    ['Enter', { act: 'shrink' }],
    ['PageDown', { act: 'page', by: 1 }],
  ])('%s before one', (key, act) => expect(wallActOf(key, large)).toEqual(act))
  test.each(['1', '4', '9', 'ArrowLeft'])('%s is the camera’s own before one', (key) =>
    expect(wallActOf(key, large)).toBeNull(),
  )
  test('arrows turn the only camera, digits change the size', () => {
    const only = { isLarge: false, isTurning: true }
    expect(wallActOf('ArrowLeft', only)).toBeNull()
    expect(wallActOf('4', only)).toEqual({ act: 'size', size: 4 })
  })
  test('others are nobody’s', () => {
    expect(wallActOf('x', many)).toBeNull()
    expect(wallActOf('Escape', many)).toBeNull()
  })
})
