import { describe, expect, test } from 'vitest'
import { headingOf } from '../../../../dashboard/patrol/walk/use-heading.ts'

describe('where the phone looks', () => {
  test('turns against alpha, which counts the other way round', () => {
    expect(headingOf({ absolute: true, alpha: 90 }, 0)).toBe(270)
    expect(headingOf({ absolute: true, alpha: 0 }, 0)).toBe(0)
  })
  test('is Safari’s own figure where there is one', () =>
    expect(headingOf({ absolute: false, alpha: 12, webkitCompassHeading: 44 }, 0)).toBe(45))
  test('follows a screen that is turned', () =>
    expect(headingOf({ absolute: true, alpha: 0 }, 90)).toBe(90))
  test('is unknown where alpha is measured from anywhere', () => {
    expect(headingOf({ absolute: false, alpha: 90 }, 0)).toBeNull()
    expect(headingOf({ absolute: true, alpha: null }, 0)).toBeNull()
  })
})
