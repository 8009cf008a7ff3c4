import { DOMParser, type Element, onErrorStopParsing } from '@xmldom/xmldom'
import { namespaces, type Prefix } from './soap-names.ts'

/** What a client sent, read by namespace and never by prefix. */
export interface SoapRequest {
  header: Element | undefined
  /** The first element in the body. */
  operation: Element
  /** Name of the operation without its namespace, and the service whose namespace it is in. */
  name: string
  namespace: string
}

export function parseXml(text: string): Element {
  if (/<!DOCTYPE/i.test(text)) throw new Error('a document type is not allowed in SOAP')
  const parser = new DOMParser({ onError: onErrorStopParsing, locator: false })
  const root = parser.parseFromString(text, 'text/xml').documentElement
  if (!root) throw new Error('the document is empty')
  return root
}

function elementsOf(parent: Element): Element[] {
  return Array.from(parent.childNodes).filter((node): node is Element => node.nodeType === 1)
}

/** The children with this name, `tev:Timeout`. */
export function childrenOf(parent: Element | undefined, name: string): Element[] {
  const [prefix, local] = name.split(':')
  const namespace = namespaces[prefix as Prefix]
  if (!parent) return []
  return elementsOf(parent).filter(
    (child) => child.localName === local && child.namespaceURI === namespace,
  )
}

/** The first element at the end of a path of names. */
export function childAt(parent: Element | undefined, ...path: string[]): Element | undefined {
  let found = parent
  for (const name of path) found = childrenOf(found, name)[0]
  return found
}

export function textAt(parent: Element | undefined, ...path: string[]): string | undefined {
  return childAt(parent, ...path)?.textContent?.trim()
}

export function attributeOf(element: Element | undefined, name: string): string | undefined {
  return element?.getAttribute(name) ?? undefined
}

export function numberFrom(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined
  const value = Number(text)
  return Number.isFinite(value) ? value : undefined
}

const duration = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/

/** xs:duration in ms, as far as cameras use it: days to seconds. */
export function durationMs(text: string): number | undefined {
  const match = duration.exec(text)
  if (!match || text.endsWith('P') || text.endsWith('T')) return undefined
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0))
  return (((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60_000 + (seconds ?? 0) * 1000
}

export function parseSoap(text: string): SoapRequest {
  const envelope = parseXml(text)
  if (envelope.localName !== 'Envelope' || envelope.namespaceURI !== namespaces.s) {
    throw new Error('a SOAP 1.2 envelope is expected')
  }
  const body = childAt(envelope, 's:Body')
  const operation = body && elementsOf(body)[0]
  if (!operation) throw new Error('the SOAP body is empty')
  return {
    header: childAt(envelope, 's:Header'),
    operation,
    name: operation.localName ?? '',
    namespace: operation.namespaceURI ?? '',
  }
}
