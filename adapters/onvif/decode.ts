import type { Element } from '@xmldom/xmldom'
import {
  type CameraMessage,
  type Items,
  type PropertyOperation,
  tidyTopic,
} from '../../gateway/domain/camera-message.ts'
import { isPersonal } from '../../gateway/domain/personal.ts'
import { readTime } from './camera-time.ts'
import { allBelow, attributeOf, childAt, childrenOf, textAt } from './xml.ts'

/**
 * Notifications → messages. Names of elements count whatever their prefix; levels of a topic by the
 * namespace their prefix stands for. Whatever names a person (faces, plates, lists of people) ends
 * here: a message about one is counted and dropped, an item of one is cut out of any other.
 */
export interface ReadMessage extends CameraMessage {
  /** Something of it named a person and was left out; the rest is shown to nobody. */
  isCut: boolean
}

export interface DecodedMessages {
  messages: ReadMessage[]
  /** Messages that were dropped or cut because they name a person. */
  personal: number
}

const onvifTopics = 'http://www.onvif.org/ver10/topics'
const maxItems = 64
const maxText = 256
/** Whoever is recognised, a person is behind it. */
const recognition = /^recognition$/i

/** Readable, and the same whatever prefix the camera gives its maker's namespace. */
function makerOf(namespace: string): string {
  const host = URL.canParse(namespace) ? new URL(namespace).hostname.replace(/^www\./, '') : ''
  return host === '' ? namespace.replace(/[^\w.-]+/g, '-').slice(0, 40) : host
}

function levelOf(level: string, element: Element): string {
  const colon = level.indexOf(':')
  if (colon < 0) return level
  const prefix = level.slice(0, colon)
  const name = level.slice(colon + 1)
  const namespace = element.lookupNamespaceURI(prefix)
  // `tns1` that nobody declared: sloppy, and meant.
  if (namespace === onvifTopics || (!namespace && prefix === 'tns1')) return name
  return namespace ? `${makerOf(namespace)}:${name}` : level
}

/** Undefined: it is no topic that anything could be said about. */
export function readTopic(element: Element | undefined): string | undefined {
  const text = (element?.textContent ?? '').trim()
  if (!element || text === '' || text.length > 500 || /[\p{Cc}]/u.test(text)) return undefined
  const [first = ''] = text.split('|')
  const levels = tidyTopic(first).split('/')
  const topic = tidyTopic(levels.map((level) => levelOf(level, element)).join('/'))
  return topic === '' ? undefined : topic
}

function isPersonalTopic(topic: string): boolean {
  return topic.split('/').some((level) => isPersonal(level) || recognition.test(level))
}

interface ReadItems {
  items: Items
  isCut: boolean
}

/** A list of classes without those that are persons. */
function withoutPersons(value: string): string {
  const words = value.split(/\s+/)
  const kept = words.filter((word) => !isPersonal(word))
  return kept.length === words.length ? value : kept.join(' ')
}

/** Simple items only: what stands in element items is never looked at. */
function readItems(group: Element | undefined): ReadItems {
  const items: [string, string][] = []
  let isCut = false
  for (const one of childrenOf(group, 'SimpleItem').slice(0, maxItems)) {
    const name = (attributeOf(one, 'Name') ?? '').trim().slice(0, maxText)
    const value = (attributeOf(one, 'Value') ?? '').trim().slice(0, maxText)
    const kept = withoutPersons(value)
    if (isPersonal(name) || (kept === '' && value !== '')) isCut = true
    else {
      isCut ||= kept !== value
      items.push([name, kept])
    }
  }
  return { items, isCut }
}

const operations: Record<string, PropertyOperation> = {
  initialized: 'initialized',
  changed: 'changed',
  deleted: 'deleted',
}

/** `null`: dropped, as it names a person. Undefined: no message at all. */
function readMessage(notification: Element): ReadMessage | null | undefined {
  const topic = readTopic(childAt(notification, 'Topic'))
  // Some wrap it once more, some not at all.
  const message = allBelow(notification, 'Message').find(
    (one) =>
      attributeOf(one, 'UtcTime') !== undefined || childAt(one, 'Data') || childAt(one, 'Source'),
  )
  if (topic === undefined) return undefined
  if (isPersonalTopic(topic)) return null
  const source = readItems(childAt(message, 'Source'))
  const key = readItems(childAt(message, 'Key'))
  const content = readItems(childAt(message, 'Data'))
  const told = (message && attributeOf(message, 'PropertyOperation'))?.trim().toLowerCase() ?? ''
  return {
    topic,
    operation: operations[told] ?? null,
    source: source.items,
    key: key.items,
    content: content.items,
    at: readTime(message && attributeOf(message, 'UtcTime')),
    isCut: source.isCut || key.isCut || content.isCut,
  }
}

/** Those of one PullMessagesResponse. Total: what is no message is passed over. */
export function decodeNotifications(response: Element): DecodedMessages {
  const messages: ReadMessage[] = []
  let personal = 0
  for (const notification of childrenOf(response, 'NotificationMessage')) {
    const read = readMessage(notification)
    if (read === null) personal += 1
    else if (read) {
      if (read.isCut) personal += 1
      messages.push(read)
    }
  }
  return { messages, personal }
}

const maxTopics = 500

/** The leaves of a TopicSet, as `tns1:A/B` or `maker:A/B`. */
export function readTopicSet(response: Element): string[] {
  const found: string[] = []
  const walk = (element: Element, path: string) => {
    const isLeaf = element.getAttributeNS('http://docs.oasis-open.org/wsn/t-1', 'topic')
    for (let node = element.firstChild; node && found.length < maxTopics; node = node.nextSibling) {
      const child = node.nodeType === 1 ? (node as Element) : undefined
      if (!child || child.localName === 'MessageDescription') continue
      walk(child, `${path}/${nameOf(child)}`)
    }
    const hasTopic = isLeaf === 'true' || isLeaf === '1' || childAt(element, 'MessageDescription')
    if (hasTopic && path !== '' && found.length < maxTopics) found.push(path.slice(1))
  }
  const set = childAt(response, 'TopicSet')
  if (set) walk(set, '')
  return found.filter((topic) => !isPersonalTopic(topic)).sort()
}

function nameOf(element: Element): string {
  const { localName, namespaceURI } = element
  const isOnvif = namespaceURI === onvifTopics
  if (isOnvif) return `tns1:${localName}`
  return element.prefix && namespaceURI ? `${makerOf(namespaceURI)}:${localName}` : `${localName}`
}

export interface SubscriptionTimes {
  currentMs: number | null
  /** How long it still lives, by the camera's own reckoning; null: it does not say. */
  leftMs: number | null
}

export function readTimes(response: Element): SubscriptionTimes {
  const currentMs = readTime(textAt(response, 'CurrentTime'))
  const endMs = readTime(textAt(response, 'TerminationTime'))
  return { currentMs, leftMs: currentMs === null || endMs === null ? null : endMs - currentMs }
}
