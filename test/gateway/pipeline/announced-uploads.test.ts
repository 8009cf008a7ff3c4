import { expect, it } from 'vitest'
import { createAnnouncedUploads } from '../../../gateway/pipeline/announced-uploads.ts'
import type { Upload } from '../../../gateway/ports/patrol-uploads.ts'

/** What was said and not yet sent: counted, replaced, and never more than there is room for. */

const upload = (sha256: string, by = 'u1', size = 10): Upload => ({
  sha256,
  by,
  size,
  kind: 'photo',
  at: 1,
  stored: null,
  refused: null,
})

it('is found by its person alone, and counted', () => {
  const announced = createAnnouncedUploads()
  announced.add(upload('a'))
  announced.add(upload('b', 'u1', 5))
  announced.add(upload('a', 'u2'))
  expect(announced.find({ sha256: 'b', by: 'u2' })).toBeUndefined()
  expect(announced.find({ sha256: 'b', by: 'u1' })?.size).toBe(5)
  expect(announced.sum('u1')).toEqual({ files: 2, bytes: 15 })
  expect(announced.sum('u3')).toEqual({ files: 0, bytes: 0 })
  expect(announced.sum()).toEqual({ files: 3, bytes: 25 })
})

it('said otherwise it is what was said last', () => {
  const announced = createAnnouncedUploads()
  announced.add(upload('a'))
  announced.add(upload('a', 'u1', 7))
  expect(announced.sum()).toEqual({ files: 1, bytes: 7 })
  announced.remove(upload('a'))
  announced.remove(upload('a'))
  expect(announced.sum()).toEqual({ files: 0, bytes: 0 })
  expect(announced.find(upload('a'))).toBeUndefined()
})

it('of too many of all the oldest goes', () => {
  const announced = createAnnouncedUploads(3)
  for (const name of ['a', 'b', 'c', 'd']) announced.add(upload(name, `by ${name}`))
  expect(announced.find(upload('a', 'by a'))).toBeUndefined()
  expect(announced.find(upload('d', 'by d'))).toBeDefined()
  expect(announced.sum()).toEqual({ files: 3, bytes: 30 })
})

it('of too many of one person their own oldest goes', () => {
  const announced = createAnnouncedUploads()
  announced.add(upload('other', 'u2'))
  for (let n = 0; n <= 100; n++) announced.add(upload(`n${n}`))
  expect(announced.sum('u1').files).toBe(100)
  expect(announced.find(upload('n0'))).toBeUndefined()
  expect(announced.find(upload('other', 'u2'))).toBeDefined()
})
