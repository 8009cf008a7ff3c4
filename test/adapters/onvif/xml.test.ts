import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { childAt, decodeText, escapeXml, parseXml, textAt } from '../../../adapters/onvif/xml.ts'

const bytes = (text: string) => Buffer.from(text)
const million = 1_048_576

describe('hostile XML is refused at once', () => {
  const deep = (n: number) => `${'<a>'.repeat(n)}${'</a>'.repeat(n)}`
  const rows: [string, string, RegExp][] = [
    ['an entity bomb', '<!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>', /document type/],
    ['an external entity', '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', /document type/],
    ['a document type in another spelling', '<!doctype html><a/>', /document type/],
    ['a document type further down', '<a><!DOCTYPE a></a>', /document type/],
    ['100,000 deep', deep(100_000), /nested/],
    ['100,000 opened and never closed', '<a>'.repeat(100_000), /nested/],
    ['cut off in a tag', '<a><b x="', /does not end/],
    ['cut off between tags', '<a><b></b>', /cut off/],
    ['cut off in a comment', '<a><!-- ', /cut off/],
    ['cut off in CDATA', '<a><![CDATA[ ', /cut off/],
    ['a tag without end', `<a ${'x'.repeat(million)}`, /does not end/],
    ['a giant attribute', `<a b="${'x'.repeat(million)}"/>`, /does not end/],
    ['too many elements', `<a>${'<b/>'.repeat(60_000)}</a>`, /too many elements/],
    [
      'too many attributes',
      `<a ${Array.from({ length: 100 }, (_, i) => `b${i}="1"`).join(' ')}/>`,
      /attributes/,
    ],
    ['a flood of namespaces', `<a>${'<b xmlns="u"/>'.repeat(3_000)}</a>`, /namespaces/],
    ['tags that do not match', '<a><b></a></b>', /./],
    ['an unknown entity', '<a>&nothing;</a>', /./],
    ['nothing', '', /./],
    ['no XML', 'It works!', /./],
    ['two roots', '<a/><b/>', /./],
  ]
  it.each(rows)('%s', (_, text, problem) => {
    expect(() => parseXml(bytes(text))).toThrow(problem)
  })

  it('within the time that one request may take, even if it is all of 1 MB', () => {
    const shapes = ['<', '<a ', '<!--', '<a>', '</', '&amp;', '"', '<a b="', ']]>', '<?x ']
    for (const shape of shapes) {
      const text = shape.repeat(Math.floor(million / shape.length))
      const began = performance.now()
      expect(() => parseXml(bytes(text))).toThrow()
      // The scan is linear and takes some ms; a quadratic one would take minutes.
      expect(performance.now() - began).toBeLessThan(5_000)
    }
  })
})

test('whatever the bytes, it is an element or an error', () => {
  const piece = fc.constantFrom(
    '<a>',
    '</a>',
    '<b c="d"/>',
    'x',
    '<!--',
    '-->',
    '&lt;',
    '<![CDATA[',
    ']]>',
    '<?x?>',
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece).map((all) => all.join('')),
      ),
      (text) => {
        try {
          expect(parseXml(bytes(text)).localName).toBeTypeOf('string')
        } catch (error) {
          expect(error).toBeInstanceOf(Error)
        }
      },
    ),
  )
})

test('names count, prefixes and namespaces do not', () => {
  const root = parseXml(bytes('<x:A xmlns:x="u"><B xmlns="v"><y:C xmlns:y="w"> t </y:C></B></x:A>'))
  expect(textAt(root, 'B', 'C')).toBe('t')
  expect(childAt(root, 'C')).toBeUndefined()
})

test('Chinese of either encoding is read', () => {
  // 东山烟火 in GB 2312.
  const gb = Buffer.from('b6abc9bdd1ccbbf0', 'hex')
  expect(decodeText(gb)).toBe('东山烟火')
  expect(decodeText(bytes('东山烟火'))).toBe('东山烟火')
  expect(decodeText(bytes('\ufeff<a/>'))).toBe('<a/>')
})

test('what is written is read as it was, whatever XML can hold', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const root = parseXml(bytes(`<a b="${escapeXml(text)}">x</a>`))
      const plain = (one: string) =>
        one.replaceAll(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, '').replaceAll(/\s+/g, ' ')
      expect(plain(root.getAttribute('b') ?? '')).toBe(plain(text))
    }),
  )
})
