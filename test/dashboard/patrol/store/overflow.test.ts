import { expect, test } from 'vitest'
import { createOverflow, isQuotaError } from '../../../../dashboard/patrol/store/overflow.ts'
import { checkinRow, fakeStore } from '../phone-store.ts'

function shelf(limit = Number.POSITIVE_INFINITY) {
  const kept = new Map<string, string>()
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem(key: string, value: string) {
      if (value.length > limit) throw new DOMException('full', 'QuotaExceededError')
      kept.set(key, value)
    },
  }
}

test('keeps check-ins while the disk is full, and gives them back in order', async () => {
  const overflow = createOverflow(shelf())
  expect(overflow.keep(checkinRow('a'))).toBe(true)
  expect(overflow.keep(checkinRow('b'))).toBe(true)
  const { queue } = fakeStore()
  expect(await overflow.moveTo(queue)).toBe(true)
  expect((await queue.items('lin')).map(({ id }) => id)).toEqual(['a', 'b'])
  expect(overflow.rows()).toEqual([])
})

test('what still does not fit stays, and is not doubled later', async () => {
  const overflow = createOverflow(shelf())
  overflow.keep(checkinRow('a'))
  overflow.keep(checkinRow('b'))
  const { queue } = fakeStore()
  const full = { ...queue, add: () => Promise.reject(new Error('full')) }
  expect(await overflow.moveTo(full)).toBe(false)
  expect(overflow.rows()).toHaveLength(2)
  // A page that ended after the first of its two steps.
  await queue.add(checkinRow('a'))
  expect(await overflow.moveTo(queue)).toBe(true)
  expect(await queue.items('lin')).toHaveLength(2)
})

test('says when it cannot keep it either', () => {
  expect(createOverflow(null).keep(checkinRow('a'))).toBe(false)
  expect(createOverflow(shelf(10)).keep(checkinRow('a'))).toBe(false)
  expect(isQuotaError(new DOMException('full', 'QuotaExceededError'))).toBe(true)
  expect(isQuotaError(new Error('full'))).toBe(false)
})
