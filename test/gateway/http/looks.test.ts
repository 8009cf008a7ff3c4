import { expect, it } from 'vitest'
import { createLooks } from '../../../gateway/http/looks.ts'

const hour = 3_600_000
let now = 0
const fresh = () => {
  now = 0
  return createLooks({ monotonic: () => now })
}

it('a look counts once a person, picture and hour', () => {
  const looks = fresh()
  expect(looks.isNew('a', 'p')).toBe(true)
  expect(looks.isNew('b', 'p')).toBe(true)
  expect(looks.isNew('a', 'q')).toBe(true)
  now = hour - 1
  expect(looks.isNew('a', 'p')).toBe(false)
  now = hour
  expect(looks.isNew('a', 'p')).toBe(true)
  // From the look that was written on, not from the last one.
  now = 2 * hour - 1
  expect(looks.isNew('a', 'p')).toBe(false)
  now = 2 * hour
  expect(looks.isNew('a', 'p')).toBe(true)
})

it('one that could not be written down counts again', () => {
  const looks = fresh()
  looks.isNew('a', 'p')
  looks.forget('a', 'p')
  expect(looks.isNew('a', 'p')).toBe(true)
})

it('remembers a bounded number, the newest', () => {
  const looks = fresh()
  for (let i = 0; i <= 20_000; i++) looks.isNew('a', `p${i}`)
  expect(looks.isNew('a', 'p20000')).toBe(false)
  expect(looks.isNew('a', 'p0')).toBe(true)
})
