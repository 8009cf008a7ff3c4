import type { PrefixStyle } from './soap-write.ts'

/**
 * What real cameras do and no document allows. Each may be changed while the camera runs and holds
 * from the next connection, request or message on.
 */
export interface BadManners {
  /** Never says that a condition is over. */
  noClear: boolean
  /** Operations that are answered with a fault; `*` is all of them, `Snapshot` the still. */
  faultOn: readonly string[]
  /** A device that keeps points alive by pulling alone need not know Renew. Not even bad manners. */
  noRenew: boolean
  /** Operations that are read and never answered; `*` is all of them, `Snapshot` the still. */
  hangOn: readonly string[]
  /** Connections are accepted and nothing is ever said, on those that stand as well. */
  halfOpen: boolean
  /** A long poll is reset after so many ms; 0: never. */
  resetPullAfterMs: number
  clockOffsetMs: number
  utcTime: 'utc' | 'noZone' | 'zero'
  prefixes: PrefixStyle
  booleans: 'words' | 'digits' | 'zeros' | 'active'
  topicText: 'plain' | 'blanks' | 'trailingSlash' | 'subtree' | 'misspelt'
  /** Host and port that it says are its own, as behind a translated address. */
  wrongHost: string
  answer: 'whole' | 'giant' | 'malformed' | 'truncated' | 'bomb' | 'html' | 'trickle'
  /** Operations whose answer is spoilt so; `*` is all of them. */
  answerOn: readonly string[]
  giantBytes: number
  trickleMs: number
  /** The snapshot address gives something that is no JPEG. */
  brokenStill: boolean
}

export const goodManners: BadManners = {
  noClear: false,
  faultOn: [],
  noRenew: false,
  hangOn: [],
  halfOpen: false,
  resetPullAfterMs: 0,
  clockOffsetMs: 0,
  utcTime: 'utc',
  prefixes: 'usual',
  booleans: 'words',
  topicText: 'plain',
  wrongHost: '',
  answer: 'whole',
  answerOn: ['*'],
  giantBytes: 64 * 1024 * 1024,
  trickleMs: 200,
  brokenStill: false,
}

const choices: Partial<Record<keyof BadManners, readonly string[]>> = {
  utcTime: ['utc', 'noZone', 'zero'],
  prefixes: ['usual', 'other', 'default'],
  booleans: ['words', 'digits', 'zeros', 'active'],
  topicText: ['plain', 'blanks', 'trailingSlash', 'subtree', 'misspelt'],
  answer: ['whole', 'giant', 'malformed', 'truncated', 'bomb', 'html', 'trickle'],
}

function isManner(name: string): name is keyof BadManners {
  return Object.hasOwn(goodManners, name)
}

function complaint(name: string, value: unknown): string | undefined {
  if (!isManner(name))
    return `${name} is no manner; there are ${Object.keys(goodManners).join(', ')}`
  const usual = goodManners[name]
  const allowed = choices[name]
  if (allowed && !allowed.includes(String(value))) return `${name} is one of ${allowed.join(', ')}`
  if (Array.isArray(usual)) {
    const isList = Array.isArray(value) && value.every((one) => typeof one === 'string')
    return isList ? undefined : `${name} is a list of names of operations`
  }
  if (typeof usual === 'number' && !Number.isFinite(value)) return `${name} is a number`
  return typeof value === typeof usual ? undefined : `${name} is a ${typeof usual}`
}

/** A change of manners as somebody wrote it; throws with the first thing that is wrong. */
export function parseManners(wanted: unknown): Partial<BadManners> {
  if (typeof wanted !== 'object' || wanted === null) throw new Error('manners are an object')
  for (const [name, value] of Object.entries(wanted)) {
    const wrong = complaint(name, value)
    if (wrong !== undefined) throw new Error(wrong)
  }
  return wanted
}

export function concerns(operations: readonly string[], operation: string): boolean {
  return operations.includes('*') || operations.includes(operation)
}
