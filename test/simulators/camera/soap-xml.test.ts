import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { namespaces } from '../../../simulators/camera/soap-names.ts'
import { durationMs, parseXml } from '../../../simulators/camera/soap-read.ts'
import {
  element,
  qualified,
  withAttributes,
  writeXml,
} from '../../../simulators/camera/soap-write.ts'

const styles = ['usual', 'other', 'default'] as const

/** XML has no way to say these at all. */
function sayable(text: string): string {
  return text.replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')
}

describe('writing', () => {
  it('brings any text over, in elements and attributes, in every style', () => {
    const text = fc.string({ unit: 'binary' })
    fc.assert(
      fc.property(text, text, fc.constantFrom(...styles), (inside, beside, style) => {
        const written = writeXml(
          element('tt:Outer', withAttributes(element('tds:Inner', inside), { Value: beside })),
          style,
        )
        const root = parseXml(written)
        const inner = root.getElementsByTagNameNS(namespaces.tds, 'Inner')[0]
        expect(root.namespaceURI).toBe(namespaces.tt)
        expect(inner?.textContent).toBe(sayable(inside))
        expect(inner?.getAttribute('Value')).toBe(sayable(beside))
      }),
    )
  })

  it.each(styles)('keeps names of namespaces in text and attributes: %s', (style) => {
    const fault = element('s:Value', [qualified('ter', 'NotAuthorized')])
    const topic = withAttributes(element('Leaf'), { 'wstop:topic': true })
    const root = parseXml(writeXml(element('tev:All', fault, topic), style))
    const value = root.getElementsByTagNameNS(namespaces.s, 'Value')[0]
    const [prefix = '', local] = (value?.textContent ?? '').split(':')
    expect([value?.lookupNamespaceURI(prefix), local]).toEqual([namespaces.ter, 'NotAuthorized'])
    const leaf = root.getElementsByTagName('Leaf')[0]
    expect(leaf?.namespaceURI ?? '').toBe('')
    expect(leaf?.getAttributeNS(namespaces.wstop, 'topic')).toBe('true')
  })

  it('knows its own prefixes only', () => {
    expect(() => writeXml(element('nobody:Knows'))).toThrow('no namespace is known')
  })
})

describe('reading', () => {
  it.each([
    ['PT0S', 0],
    ['PT10S', 10_000],
    ['PT1.5S', 1500],
    ['PT1M', 60_000],
    ['P1DT2H3M4S', 93_784_000],
    ['PT', undefined],
    ['P', undefined],
    ['10', undefined],
    ['PT-1S', undefined],
  ])('the duration %s', (text, expected) => {
    expect(durationMs(text)).toBe(expected)
  })

  it('fails on whatever is not XML, and on nothing else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          expect(parseXml(text).localName).toBeTruthy()
        } catch (error) {
          expect(error).toBeInstanceOf(Error)
        }
      }),
    )
  })
})
