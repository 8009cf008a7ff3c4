import { isUtf8 } from 'node:buffer'
import { DOMParser, type Element, onErrorStopParsing } from '@xmldom/xmldom'

/**
 * Text of a camera → elements. Whatever the bytes, it returns an element or throws at once: what
 * could cost time or memory (document types, deep nesting, giant tags, floods of namespaces) is
 * refused by one look at the text before the parser sees it.
 */

const maxDepth = 64
const maxTags = 40_000
const maxTagChars = 65_536
const maxNamespaces = 2_000
/** Attributes of one tag: the parser looks at each pair of them. */
const maxAttributes = 64

/** Cameras made in China may write GB 2312 and not say so. */
export function decodeText(bytes: Uint8Array): string {
  const text = isUtf8(bytes)
    ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
    : new TextDecoder('gb18030').decode(bytes)
  return text.startsWith('\ufeff') ? text.slice(1) : text
}

/** Where this construct ends; -1: nowhere. Quoted values may hold `>`. */
function endOfTag(text: string, start: number): { end: number; attributes: number } {
  let quote = ''
  let attributes = 0
  const most = Math.min(text.length, start + maxTagChars)
  for (let i = start; i < most; i++) {
    const char = text[i] as string
    if (quote !== '') {
      if (char === quote) quote = ''
    } else if (char === '"' || char === "'") {
      quote = char
      attributes += 1
    } else if (char === '>') return { end: i, attributes }
  }
  return { end: -1, attributes }
}

function after(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from)
  if (at < 0) throw new Error('it is cut off')
  return at + mark.length
}

function checkTag(text: string, open: number): { end: number; step: number } {
  const { end, attributes } = endOfTag(text, open)
  if (end < 0) throw new Error('a tag of it does not end')
  if (attributes > maxAttributes) throw new Error('a tag of it has too many attributes')
  if (text[open + 1] === '/') return { end: end + 1, step: -1 }
  return { end: end + 1, step: text[end - 1] === '/' ? 0 : 1 }
}

function checkText(text: string): void {
  let depth = 0
  let tags = 0
  let at = 0
  for (;;) {
    const open = text.indexOf('<', at)
    if (open < 0) break
    if (text.startsWith('<!--', open)) at = after(text, '-->', open)
    else if (text.startsWith('<![CDATA[', open)) at = after(text, ']]>', open)
    else if (text.startsWith('<?', open)) at = after(text, '?>', open)
    else if (text.startsWith('<!', open)) throw new Error('it declares a document type')
    else {
      const { end, step } = checkTag(text, open)
      at = end
      depth += step
      tags += 1
      if (depth > maxDepth) throw new Error('it is nested too deeply')
      if (tags > maxTags) throw new Error('it has too many elements')
    }
  }
  if (depth !== 0) throw new Error('it is cut off')
  if (text.split('xmlns').length > maxNamespaces) throw new Error('it declares too many namespaces')
}

/** Throws an Error whose text goes on after "the answer is no XML: ". */
export function parseXml(bytes: Uint8Array): Element {
  const text = decodeText(bytes)
  checkText(text)
  const parser = new DOMParser({ onError: onErrorStopParsing, locator: false })
  const root = parser.parseFromString(text, 'text/xml').documentElement
  if (!root) throw new Error('it is empty')
  return root
}

export function elementsOf(parent: Element | undefined): Element[] {
  if (!parent) return []
  const found: Element[] = []
  for (let node = parent.firstChild; node; node = node.nextSibling) {
    if (node.nodeType === 1) found.push(node as Element)
  }
  return found
}

/** By local name alone: cameras put the wrong namespaces on right names. */
export function childrenOf(parent: Element | undefined, name: string): Element[] {
  return elementsOf(parent).filter((child) => child.localName === name)
}

/** The first element at the end of a path of names. */
export function childAt(parent: Element | undefined, ...path: string[]): Element | undefined {
  let found = parent
  for (const name of path) found = elementsOf(found).find((child) => child.localName === name)
  return found
}

export function textAt(parent: Element | undefined, ...path: string[]): string | undefined {
  const text = childAt(parent, ...path)?.textContent?.trim()
  return text === '' ? undefined : text
}

export function numberAt(parent: Element | undefined, ...path: string[]): number | undefined {
  const text = textAt(parent, ...path)
  const value = text === undefined ? Number.NaN : Number(text)
  return Number.isFinite(value) ? value : undefined
}

export function attributeOf(element: Element | undefined, name: string): string | undefined {
  return element?.getAttribute(name) ?? undefined
}

export function numberOf(element: Element | undefined, name: string): number | undefined {
  const text = attributeOf(element, name)
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text)
  return Number.isFinite(value) ? value : undefined
}

/** Every element below with this local name. */
export function allBelow(parent: Element | undefined, name: string): Element[] {
  return elementsOf(parent).flatMap((child) => [
    ...(child.localName === name ? [child] : []),
    ...allBelow(child, name),
  ])
}

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

// oxlint-disable-next-line no-control-regex -- control characters are what is left out
const impossible = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

/** What XML 1.0 cannot hold at all is left out. */
export function escapeXml(text: string): string {
  return text.replace(impossible, '').replace(/[&<>"']/g, (char) => escapes[char] as string)
}
