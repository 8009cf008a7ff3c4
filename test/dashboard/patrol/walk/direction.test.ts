import { describe, expect, test } from 'vitest'
import { directionOf, farOf, isHere } from '../../../../dashboard/patrol/walk/direction.ts'

describe('a direction', () => {
  test.each([
    [0, 'n'],
    [22, 'n'],
    [23, 'ne'],
    [90, 'e'],
    [135, 'se'],
    [180, 's'],
    [225, 'sw'],
    [270, 'w'],
    [315, 'nw'],
    [338, 'n'],
    [360, 'n'],
    [-45, 'nw'],
    [765, 'ne'],
  ] as const)('%d° is %s', (bearing, direction) => expect(directionOf(bearing)).toBe(direction))
})

describe('how far', () => {
  test.each([
    [3, '5', 'metres'],
    [47, '45', 'metres'],
    [104, '100', 'metres'],
    [322, '320', 'metres'],
    [994, '990', 'metres'],
    [995, '1.0', 'kilometres'],
    [2040, '2.0', 'kilometres'],
    [12_340, '12.3', 'kilometres'],
  ] as const)('%d m', (distanceM, figure, unit) =>
    expect(farOf(distanceM)).toEqual({ figure, unit }),
  )
})

describe('here', () => {
  test('is what the fix cannot tell apart', () => {
    expect(isHere(14, 5)).toBe(true)
    expect(isHere(16, 5)).toBe(false)
    expect(isHere(35, 50, 40)).toBe(true)
  })
  test('is never far, however bad the fix and wide the point', () =>
    expect(isHere(60, 500, 900)).toBe(false))
})
