import { createHash } from 'node:crypto'
import { assert, property, string, uint8Array } from 'fast-check'
import { expect, test } from 'vitest'
import { linked } from '../../../../dashboard/patrol/store/chain.ts'
import { sha256 } from '../../../../dashboard/patrol/store/sha256.ts'

const byNode = (content: Uint8Array | string) => createHash('sha256').update(content).digest('hex')

test('is what everybody else calls SHA-256', () => {
  expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  assert(property(uint8Array({ maxLength: 300 }), (bytes) => sha256(bytes) === byNode(bytes)))
  assert(property(string({ unit: 'grapheme' }), (text) => sha256(text) === byNode(text)))
})

test('of a photo too, and at the edges of its blocks', () => {
  for (const size of [55, 56, 63, 64, 65, 119, 120, 200_000]) {
    const bytes = new Uint8Array(size).map((_, i) => i * 31)
    expect(sha256(bytes)).toBe(byNode(bytes))
  }
})

test('a chain names the one before, and does not mind the order of keys', () => {
  const first = linked({ id: 'one', at: 1 }, null)
  expect(first.body).toEqual({ id: 'one', at: 1 })
  expect(linked({ at: 1, id: 'one' }, null).hash).toBe(first.hash)
  expect(first.hash).toBe(byNode('{"at":1,"id":"one"}'))
  const second = linked({ id: 'two', at: 2, note: undefined }, first.hash)
  expect(second.body.previousHash).toBe(first.hash)
  expect(second.hash).toBe(byNode(`{"at":2,"id":"two","previousHash":"${first.hash}"}`))
})
