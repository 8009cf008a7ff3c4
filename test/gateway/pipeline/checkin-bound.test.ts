import { expect, it } from 'vitest'
import { TooManyError } from '../../../gateway/domain/errors.ts'
import { createCheckinBound } from '../../../gateway/pipeline/checkin-bound.ts'

/** One account must not fill the disk; a phone that sends its week again and again may. */

const day = 24 * 3_600_000

it('one person sends so many a day, others beside, and again the day after', () => {
  let now = 5
  const bound = createCheckinBound({ monotonic: () => now }, 400)
  bound.take('a', 200)
  bound.take('a', 200)
  expect(() => bound.take('a', 1)).toThrow(TooManyError)
  bound.take('b', 200)
  now += day - 1
  expect(() => bound.take('a', 1)).toThrow(/tomorrow/)
  now += 1
  bound.take('a', 200)
})

it('what was refused is not counted: a smaller batch may still go', () => {
  const bound = createCheckinBound({ monotonic: () => 0 }, 100)
  bound.take('a', 50)
  expect(() => bound.take('a', 51)).toThrow(TooManyError)
  bound.take('a', 50)
})

it('two hundred check-ins that are sent five hundred times are not too many', () => {
  const bound = createCheckinBound({ monotonic: () => 0 })
  for (let n = 0; n < 500; n++) bound.take('a', 200)
  expect(() => bound.take('a', 1)).toThrow(TooManyError)
})
