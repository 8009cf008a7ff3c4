import type { Severity } from './severity.ts'

/**
 * Cameras say what they see in topics of their makers' choice; a mapping says what a topic means
 * here. There is no ONVIF topic for fire: see protocols on ObjectDetection and its class types.
 */
export interface EventMapping {
  id: string
  /** Levels without prefixes, e.g. `RuleEngine/FieldDetector/ObjectsInside`; `*` is any one level. */
  topic: string
  /** Name of the item in Data (or Key or Source) that is looked at; null: the topic alone. */
  item: string | null
  /** Any of these, in any spelling of true; in a list (`ClassTypes`) one of them. Empty: any value. */
  values: string[]
  /** Type of the device event that is made of it; rules are about these. */
  type: string
  hazard: string
  severity: Severity
  /** Cameras that never send the end: cleared after so many seconds without news; null: waits. */
  holdS: number | null
}

/** A topic that no mapping fits; with one example, out of which persons' names were cut. */
export interface UnmappedTopic {
  topic: string
  /** Data items and one value of each, at most 16 of 64 characters. */
  items: Record<string, string>
  devices: string[]
  count: number
  firstAt: number
  lastAt: number
}
