import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type DiskSpace,
  type DiskStanding,
  diskStanding,
  freePercent,
  isFull,
  judgeDisk,
} from '../../../gateway/domain/disk.ts'

const mib = 1024 ** 2
const gib = 1024 ** 3

const disk = (freeBytes: number, daysLeft: number | null = null): DiskSpace => ({
  freeBytes,
  totalBytes: 100 * gib,
  daysLeft,
})

describe('what the health page says', () => {
  it.each([
    ['room', disk(50 * gib), 'ok', null],
    ['room for 30 days', disk(50 * gib, 30), 'ok', null],
    ['room for 29 days', disk(50 * gib, 29), 'warn', 'soon'],
    ['room for 7 days', disk(50 * gib, 7), 'warn', 'soon'],
    ['room for 6 days', disk(50 * gib, 6), 'bad', 'soon'],
    ['10 %', disk(10 * gib), 'ok', null],
    ['less than 10 %', disk(9.9 * gib), 'warn', 'short'],
    ['less than 10 %, full next week', disk(9.9 * gib, 6), 'bad', 'soon'],
    ['2 %', disk(2 * gib), 'warn', 'short'],
    ['less than 2 %', disk(1.9 * gib), 'bad', 'short'],
    ['nothing', disk(0, 0), 'bad', 'short'],
    ['a disk that says nothing of itself', { ...disk(0), totalBytes: 0 }, 'bad', 'short'],
  ])('of %s', (_, space, level, cause) => {
    expect(judgeDisk(space)).toEqual({ level, cause })
  })

  it.each([
    [4 * mib, false],
    [4 * mib - 1, true],
  ])('with %i bytes free it is full: %s', (freeBytes, full) => {
    expect(isFull(disk(freeBytes))).toBe(full)
  })

  it('gives percents in tenths, never more than there are', () => {
    expect(freePercent(disk(1.999 * gib))).toBe(1.9)
  })
})

const nothing: DiskStanding = { diskFilling: undefined, diskNearlyFull: undefined }

/** What holds after each of these, one after the other. */
function story(...spaces: [DiskSpace, isPaceKnown?: boolean][]) {
  let standing = nothing
  return spaces.map(([space, isPaceKnown = true]) => {
    standing = diskStanding(space, standing, isPaceKnown)
    return `${standing.diskFilling} ${standing.diskNearlyFull}`
  })
}

describe('which alarms hold', () => {
  it('one in the last month, another in the last week', () => {
    expect(story([disk(50 * gib, 30)], [disk(50 * gib, 29)], [disk(50 * gib, 6)])).toEqual([
      'false false',
      'true false',
      'true true',
    ])
  })

  it('they go well beyond what raised them', () => {
    expect(
      story(
        [disk(50 * gib, 6)],
        [disk(50 * gib, 9)],
        [disk(50 * gib, 10)],
        [disk(50 * gib, 44)],
        [disk(50 * gib, 45)],
        [disk(50 * gib, 30)],
      ),
    ).toEqual(['true true', 'true true', 'true false', 'true false', 'false false', 'false false'])
    expect(story([disk(1.9 * gib)], [disk(2.9 * gib)], [disk(3 * gib)])).toEqual([
      'false true',
      'false true',
      'false false',
    ])
  })

  it('little room on a disk that does not fill is the health page’s affair', () => {
    expect(story([disk(5 * gib)])).toEqual(['false false'])
    expect(judgeDisk(disk(5 * gib)).level).toBe('warn')
  })

  it('while the pace is not known only what is short already is known', () => {
    expect(story([disk(50 * gib), false], [disk(1 * gib), false], [disk(50 * gib), false])).toEqual(
      ['undefined undefined', 'undefined true', 'undefined false'],
    )
  })

  it('a disk that empties has none', () => {
    expect(story([disk(1 * gib, 3)], [disk(80 * gib)])).toEqual(['true true', 'false false'])
  })

  it('no figure whatever comes and goes twice within what lies between', () => {
    const between = fc.record({
      freeBytes: fc.constant(50 * gib),
      totalBytes: fc.constant(100 * gib),
      daysLeft: fc.integer({ min: 10, max: 44 }),
    })
    fc.assert(
      fc.property(fc.array(between, { minLength: 2, maxLength: 30 }), (spaces) => {
        const told = story(...spaces.map((space): [DiskSpace] => [space]))
        const changes = told.filter((one, i) => i > 0 && one !== told[i - 1])
        expect(changes.length).toBeLessThanOrEqual(1)
      }),
    )
  })
})
