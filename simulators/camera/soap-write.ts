import { isPrefix, namespaces, type Prefix } from './soap-names.ts'

/**
 * Composes XML as a tree and writes it out with the prefixes one asks for: the usual ones, others,
 * or default namespaces. A reader that trusts prefixes instead of namespaces shows itself at once.
 */
export interface XmlElement {
  /** With the usual prefix: `tt:Name`; without one it is in no namespace. */
  name: string
  attributes: Readonly<Record<string, string>>
  children: readonly XmlNode[]
}

/** A qualified name as text: `tns1:RuleEngine/…` or `ter:NotAuthorized`. */
interface QualifiedText {
  prefix: Prefix
  text: string
  /** What the device adds around it. */
  around?: readonly [string, string]
}

export type XmlNode = string | XmlElement | QualifiedText
export type PrefixStyle = 'usual' | 'other' | 'default'

type Content = XmlNode | number | boolean | undefined | readonly XmlNode[]

function isList(content: Content): content is readonly XmlNode[] {
  return Array.isArray(content)
}

function nodesOf(content: Content): readonly XmlNode[] {
  if (content === undefined) return []
  if (isList(content)) return content
  return [typeof content === 'number' || typeof content === 'boolean' ? String(content) : content]
}

/** `element('tt:Range', element('tt:Min', 0), element('tt:Max', 1))` */
export function element(name: string, ...content: Content[]): XmlElement {
  return { name, attributes: {}, children: content.flatMap(nodesOf) }
}

export function withAttributes(
  element: XmlElement,
  attributes: Readonly<Record<string, string | number | boolean>>,
): XmlElement {
  const added = Object.entries(attributes).map(([name, value]) => [name, String(value)])
  return { ...element, attributes: { ...element.attributes, ...Object.fromEntries(added) } }
}

export function qualified(prefix: Prefix, text: string): QualifiedText {
  return { prefix, text }
}

// Characters that XML 1.0 cannot hold at all are dropped: a device's own text may carry them.
const impossible = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu

function escapeXml(text: string): string {
  return text
    .replace(impossible, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\t', '&#9;')
    .replaceAll('\n', '&#10;')
    .replaceAll('\r', '&#13;')
}

const others: Partial<Record<Prefix, string>> = {
  s: 'SOAP-ENV',
  tns1: 'tt',
  tt: 'ns7',
  wsnt: 'tns1',
  tev: 'wsnt',
  wsa: 'a5',
}

function split(name: string): { prefix: Prefix | undefined; local: string } {
  // xml:lang and its like are bound by the standard itself.
  if (name.startsWith('xml:')) return { prefix: undefined, local: name }
  const [prefix = '', local] = name.split(':')
  if (local === undefined) return { prefix: undefined, local: name }
  if (!isPrefix(prefix)) throw new Error(`no namespace is known for ${name}`)
  return { prefix, local }
}

function isElement(node: XmlNode): node is XmlElement {
  return typeof node === 'object' && 'name' in node
}

function prefixesIn(node: XmlNode, found: Set<Prefix>): Set<Prefix> {
  if (typeof node === 'string') return found
  if (!isElement(node)) return found.add(node.prefix)
  for (const name of [node.name, ...Object.keys(node.attributes)]) {
    const { prefix } = split(name)
    if (prefix) found.add(prefix)
  }
  for (const child of node.children) prefixesIn(child, found)
  return found
}

/** One prefix per namespace, declared at the root. */
function writePrefixed(root: XmlElement, nameOf: (prefix: Prefix) => string): string {
  const rename = (name: string) => {
    const { prefix, local } = split(name)
    return prefix ? `${nameOf(prefix)}:${local}` : local
  }
  const write = (node: XmlNode, declared = ''): string => {
    if (typeof node === 'string') return escapeXml(node)
    if (!isElement(node)) {
      const [before, after] = node.around ?? ['', '']
      return escapeXml(`${before}${nameOf(node.prefix)}:${node.text}${after}`)
    }
    const attributes = Object.entries(node.attributes)
      .map(([name, value]) => ` ${rename(name)}="${escapeXml(value)}"`)
      .join('')
    const tag = rename(node.name)
    const children = node.children.map((child) => write(child)).join('')
    return `<${tag}${declared}${attributes}>${children}</${tag}>`
  }
  const declarations = [...prefixesIn(root, new Set())]
    .map((prefix) => ` xmlns:${nameOf(prefix)}="${namespaces[prefix]}"`)
    .join('')
  return write(root, declarations)
}

/** No prefix on any element: every change of namespace declares a new default one. */
function writeDefaults(root: XmlElement): string {
  const write = (node: XmlNode, inside: string): string => {
    if (typeof node === 'string') return escapeXml(node)
    if (!isElement(node)) throw new Error('a qualified name needs an element around it')
    const { prefix, local } = split(node.name)
    const namespace = prefix ? namespaces[prefix] : ''
    const declared = namespace === inside ? '' : ` xmlns="${namespace}"`
    let extra = ''
    const attributes = Object.entries(node.attributes).map(([name, value]) => {
      const attribute = split(name)
      if (!attribute.prefix) return ` ${name}="${escapeXml(value)}"`
      extra = ` xmlns:q="${namespaces[attribute.prefix]}"`
      return ` q:${attribute.local}="${escapeXml(value)}"`
    })
    const children = node.children.map((child) => {
      if (typeof child === 'string' || isElement(child)) return write(child, namespace)
      extra = ` xmlns:q="${namespaces[child.prefix]}"`
      const [before, after] = child.around ?? ['', '']
      return escapeXml(`${before}q:${child.text}${after}`)
    })
    return `<${local}${declared}${extra}${attributes.join('')}>${children.join('')}</${local}>`
  }
  return write(root, '')
}

export function writeXml(root: XmlElement, style: PrefixStyle = 'usual'): string {
  const head = '<?xml version="1.0" encoding="UTF-8"?>\n'
  if (style === 'default') return head + writeDefaults(root)
  const nameOf = (prefix: Prefix) => (style === 'other' ? (others[prefix] ?? `x${prefix}`) : prefix)
  return head + writePrefixed(root, nameOf)
}
