import { assert, pre, property, string, uint8Array } from 'fast-check'
import { expect, it } from 'vitest'
import { textOf } from '../../../gateway/http/payload-text.ts'

it.each([
  ['{"读数":1}', Buffer.from('{"读数":1}')],
  ['', Buffer.alloc(0)],
  ['\\xFF\\xD8ok', Buffer.from([0xff, 0xd8, 0x6f, 0x6b])],
  // A text that was cut in the middle of a character.
  ['\\xE8\\xAF', Buffer.from('读').subarray(0, 2)],
  ['a\\x0A\\x80', Buffer.from([0x61, 0x0a, 0x80])],
])('%s', (text, payload) => {
  expect(textOf(payload)).toBe(text)
})

it('any text comes back as it is', () => {
  assert(
    property(string({ unit: 'grapheme' }), (text) => {
      // The decoder takes a byte-order mark for what it is.
      pre(!text.startsWith('\uFEFF'))
      expect(textOf(Buffer.from(text))).toBe(text)
    }),
  )
})

it('any bytes can be shown, on one line when they are no text', () => {
  assert(
    property(uint8Array(), (bytes) => {
      const isText = Buffer.from(bytes).equals(Buffer.from(Buffer.from(bytes).toString('utf8')))
      if (!isText) expect(textOf(bytes)).toMatch(/^[\x20-\x7e]*$/)
    }),
  )
})
