/**
 * One message of a camera, told in words that no protocol owns. Names and values are the camera's
 * own texts, so they are pairs and never keys of an object.
 */
export type Items = readonly (readonly [name: string, value: string])[]

/** `null`: it happens and has no state. */
export type PropertyOperation = 'initialized' | 'changed' | 'deleted' | null

export interface CameraMessage {
  /** Levels without the prefix of ONVIF; a maker's own have the host of its namespace before them. */
  topic: string
  operation: PropertyOperation
  source: Items
  key: Items
  content: Items
  /** By the camera's own clock, epoch ms; null: none that can be read. */
  at: number | null
}

function sorted(items: Items): string[] {
  return items.map(([name, value]) => `${name}=${value}`).sort()
}

/** What the camera speaks of: the state of this is kept. */
export function identityOf({ topic, source, key }: CameraMessage): string {
  return JSON.stringify([topic, sorted(source), sorted(key)])
}

const trues = new Set(['true', 'active', 'on', 'yes', 'alarm', 'high'])
const falses = new Set(['false', 'inactive', 'off', 'no', 'normal', 'low'])

/** Cameras write `true`, `1`, `000`, `active`, `Inactive`; null: it is none of these. */
export function truthOf(text: string): boolean | null {
  const word = text.trim().toLowerCase()
  if (/^\d{1,8}$/.test(word)) return Number(word) !== 0
  if (trues.has(word)) return true
  return falses.has(word) ? false : null
}

/** A trailing `/` or `//.` (a sub-tree), blanks around it, and one firmware's `VideoSoure`. */
export function tidyTopic(text: string): string {
  const levels = text
    .trim()
    .replace(/\/\/?\.?$/, '')
    .split('/')
    .map((level) => level.trim())
  return levels.map((level) => (level === 'VideoSoure' ? 'VideoSource' : level)).join('/')
}
