import { type BadManners } from './bad-manners.ts'
import type { Prefix } from './soap-names.ts'
import { element, withAttributes, type XmlElement, type XmlNode } from './soap-write.ts'
import { topicNamed } from './topics.ts'

/** What the camera notices, as ONVIF messages; the state of each property is kept. */
export type ItemValue = string | number | boolean
type Items = Readonly<Record<string, ItemValue>>
type PropertyOperation = 'Initialized' | 'Changed' | 'Deleted'

export interface RaisedEvent {
  /** Below tns1, `RuleEngine/FieldDetector/ObjectsInside`; a maker's own one as `vendor:A/B`. */
  topic: string
  source?: Items
  key?: Items
  data?: Items
  /** Usually `Changed`; `null`: it happens and has no state. */
  operation?: PropertyOperation | null
}

export interface CameraEvent {
  prefix: Prefix
  path: string
  source: Items
  key: Items
  content: Items
  operation: PropertyOperation | null
  atMs: number
}

export interface CameraEvents {
  raise: (event: RaisedEvent) => void
  /** Every property as it is now, as a new subscriber hears it. */
  properties: () => CameraEvent[]
}

export interface CameraEventsOptions {
  now: () => number
  manners: () => BadManners
  publish: (event: CameraEvent) => void
}

function identity({ prefix, path, source, key }: CameraEvent): string {
  return JSON.stringify([prefix, path, source, key])
}

/** Over: the object is gone, or the condition itself (not one of its objects) says so. */
function isClear({ content, operation }: CameraEvent): boolean {
  return operation === 'Deleted' || Object.values(content).includes(false)
}

function parseTopic(topic: string): { prefix: Prefix; path: string } {
  const [prefix, path] = topic.split(':')
  if (path === undefined) return { prefix: 'tns1', path: topic }
  if (prefix !== 'vendor') throw new Error(`a topic is of tns1 or of vendor, not of ${prefix}`)
  return { prefix, path }
}

export function createCameraEvents(options: CameraEventsOptions): CameraEvents {
  const { now, manners, publish } = options
  const states = new Map<string, CameraEvent>()
  return {
    raise({ topic, source = {}, key = {}, data = {}, operation }) {
      const { prefix, path } = parseTopic(topic)
      const isProperty = prefix === 'tns1' && topicNamed(path)?.isProperty === true
      const usual = isProperty ? 'Changed' : null
      const told = operation === undefined ? usual : operation
      const event = { prefix, path, source, key, content: data, operation: told, atMs: now() }
      const before = states.get(identity(event))
      if (manners().noClear && before && !isClear(before) && isClear(event)) return
      if (told === 'Deleted') states.delete(identity(event))
      else if (told !== null) states.set(identity(event), event)
      publish(event)
    },
    properties: () =>
      [...states.values()].map((event) => ({ ...event, operation: 'Initialized' as const })),
  }
}

function written(value: ItemValue, { booleans }: BadManners): string {
  if (typeof value !== 'boolean') return String(value)
  if (booleans === 'digits') return value ? '1' : '0'
  if (booleans === 'zeros') return value ? '1' : '000'
  if (booleans === 'active') return value ? 'active' : 'inactive'
  return String(value)
}

function group(name: string, items: Items, manners: BadManners): XmlElement | undefined {
  const entries = Object.entries(items)
  if (entries.length === 0) return undefined
  const simple = entries.map(([Name, value]) =>
    withAttributes(element('tt:SimpleItem'), { Name, Value: written(value, manners) }),
  )
  return element(name, simple)
}

const surroundings: Record<BadManners['topicText'], readonly [string, string] | undefined> = {
  plain: undefined,
  misspelt: undefined,
  blanks: ['\n      ', '\t\n    '],
  trailingSlash: ['', '/'],
  subtree: ['', '//.'],
}

function topicNode({ prefix, path }: CameraEvent, { topicText }: BadManners): XmlNode {
  const text = topicText === 'misspelt' ? path.replace('VideoSource/', 'VideoSoure/') : path
  return { prefix, text, around: surroundings[topicText] }
}

/** The camera's own time in the shape it has. */
export function writeTime(ms: number, utcTime: BadManners['utcTime']): string {
  if (utcTime === 'zero') return '0000-00-00T00:00:00Z'
  const text = new Date(ms).toISOString()
  return utcTime === 'noZone' ? text.replace(/\.\d+Z$/, '') : text
}

export const concreteSet = 'http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet'

export function notification(event: CameraEvent, manners: BadManners): XmlElement {
  const attributes = {
    UtcTime: writeTime(event.atMs, manners.utcTime),
    ...(event.operation === null ? {} : { PropertyOperation: event.operation }),
  }
  const message = element(
    'tt:Message',
    group('tt:Source', event.source, manners),
    group('tt:Key', event.key, manners),
    group('tt:Data', event.content, manners),
  )
  return element(
    'wsnt:NotificationMessage',
    withAttributes(element('wsnt:Topic', [topicNode(event, manners)]), { Dialect: concreteSet }),
    element('wsnt:Message', withAttributes(message, attributes)),
  )
}
