/**
 * Native topics: `lianxun/<village>/<device>/<kind>`. A device owns what lies below its own id, in
 * whatever village it names: a wrong village is a mistake that people must see (quarantine), not a
 * trespass.
 */
export const messageKinds = ['telemetry', 'event', 'checkin', 'status'] as const

/** What a device is told goes down this way; nothing comes up it. */
export const commandKind = 'command'

type MessageKind = (typeof messageKinds)[number]

export interface TopicPath {
  village: string
  device: string
  /** The last level as it was sent; only a `MessageKind` can be decoded. */
  kind: string
}

export const subscriptionFilter = 'lianxun/+/+/+'

const maxTopicLength = 256

/** The same topics come again and again; so do their parts then, and what is looked up by them. */
const known = new Map<string, TopicPath>()
const maxKnown = 20_000

/** Undefined for anything that is not four non-empty levels below `lianxun`. */
export function parseTopic(topic: string): TopicPath | undefined {
  const before = known.get(topic)
  if (before !== undefined) return before
  const path = splitTopic(topic)
  if (path === undefined) return undefined
  if (known.size >= maxKnown) known.clear()
  known.set(topic, Object.freeze(path))
  return path
}

function splitTopic(topic: string): TopicPath | undefined {
  if (topic.length > maxTopicLength || !topic.startsWith('lianxun/')) return undefined
  const levels = topic.split('/')
  if (levels.length !== 4) return undefined
  const [, village, device, kind] = levels as [string, string, string, string]
  return village === '' || device === '' || kind === '' ? undefined : { village, device, kind }
}

function isMessageKind(kind: string): kind is MessageKind {
  return (messageKinds as readonly string[]).includes(kind)
}

/** True for a publish topic below the device's own id. U+FFFD stands where the bytes were no UTF-8. */
export function isOwnTopic(device: string, topic: string): boolean {
  return parseTopic(topic)?.device === device && !/[\p{Cc}\ufffd+#]/u.test(topic)
}

/** Own filters name village and device in full: `lianxun/<village>/<device>/` + a kind, `command`, `+` or `#`. */
export function isOwnFilter(owner: { id: string; village: string }, filter: string): boolean {
  const prefix = `lianxun/${owner.village}/${owner.id}/`
  if (!filter.startsWith(prefix)) return false
  const rest = filter.slice(prefix.length)
  return rest === '#' || rest === '+' || rest === commandKind || isMessageKind(rest)
}
