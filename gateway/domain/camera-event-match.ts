import type { EventMapping } from './camera-event.ts'
import { type CameraMessage, type Items, truthOf } from './camera-message.ts'

/** What a camera's message means here: pure, and the first mapping that fits counts. */
export type Meaning =
  /** The condition that this mapping is about is there. */
  | { kind: 'active'; mapping: EventMapping }
  /** Whatever was there is over. */
  | { kind: 'over' }
  /** Understood, and nothing that anybody asked for. */
  | { kind: 'nothing' }
  | { kind: 'unmapped' }

/** Items that say whether the condition stands, whatever else the message tells. */
const stateName = /^(State|Active|AlarmActive|LogicalState|Is[A-Z]\w*)$/

export function fitsTopic(pattern: string, topic: string): boolean {
  const wanted = pattern.split('/')
  const levels = topic.split('/')
  if (wanted.length !== levels.length) return false
  return wanted.every((level, i) => level === '*' || level === levels[i])
}

function isSaidToBeOver(content: Items): boolean {
  return content.some(([name, value]) => stateName.test(name) && truthOf(value) === false)
}

/** Lists stand in one value, with blanks between. */
function wordsOf(value: string): string[] {
  return value.split(/[\s,;]+/).filter((word) => word !== '')
}

/** A number such as 7 is sought as it stands: that it would do for a `true` is not meant. */
function askedTruth(text: string): boolean | null {
  return /^\d{2,}$|^[2-9]$/.test(text.trim()) ? null : truthOf(text)
}

function isOneOf(value: string, wanted: readonly string[]): boolean {
  const truth = truthOf(value)
  const words = wordsOf(value).map((word) => word.toLowerCase())
  return wanted.some((one) => {
    const sought = one.trim().toLowerCase()
    const asked = askedTruth(one)
    if (asked !== null && truth !== null) return asked === truth
    return sought === value.trim().toLowerCase() || words.includes(sought)
  })
}

function valueOf(message: CameraMessage, item: string): string | undefined {
  const all = [...message.content, ...message.key, ...message.source]
  return all.find(([name]) => name === item)?.[1]
}

function isState(mapping: EventMapping): boolean {
  return mapping.values.length > 0 && mapping.values.every((value) => askedTruth(value) !== null)
}

/** Undefined: the message says nothing about what this mapping asks. */
function judge(mapping: EventMapping, message: CameraMessage): boolean | undefined {
  const { item, values } = mapping
  const isOver = isSaidToBeOver(message.content)
  if (item === null) return !isOver
  const value = valueOf(message, item)
  if (value === undefined) return isOver ? false : undefined
  if (values.length === 0) return !isOver
  if (isState(mapping) && truthOf(value) !== null) return isOneOf(value, values)
  if (!isOneOf(value, values)) return isOver ? false : undefined
  return !isOver
}

/** `message.operation` is not `deleted`: that is over, whatever it meant. */
export function meaningOf(message: CameraMessage, mappings: readonly EventMapping[]): Meaning {
  const fitting = mappings.filter(({ topic }) => fitsTopic(topic, message.topic))
  if (fitting.length === 0) return { kind: 'unmapped' }
  const verdicts = fitting.map((mapping) => ({ mapping, verdict: judge(mapping, message) }))
  const active = verdicts.find(({ verdict }) => verdict === true)
  if (active) return { kind: 'active', mapping: active.mapping }
  if (verdicts.some(({ verdict }) => verdict === false)) return { kind: 'over' }
  return isSaidToBeOver(message.content) ? { kind: 'nothing' } : { kind: 'unmapped' }
}
