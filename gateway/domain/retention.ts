import { instantOnDay } from './town-time.ts'

/** How long each kind of what the house keeps is kept, and when the rest goes. */

/** What the town decides about. `checkins`: visits, also rounds by video with their looks. */
export const retainedKinds = ['observations', 'pictures', 'checkins', 'audit'] as const

/**
 * `log`: observations as they were accepted, which rules and series have read long ago.
 * `quarantine`: messages that were replayed or discarded, and topics of cameras that mean nothing
 * here. `waiting`: the oldest that still waited when there were too many. `outbox`: news that
 * everybody has had. `deliveries`: who was told what, and how that went.
 */
export const purgedKinds = [
  ...retainedKinds,
  'log',
  'quarantine',
  'waiting',
  'outbox',
  'deliveries',
] as const

export type RetainedKind = (typeof retainedKinds)[number]
export type PurgedKind = (typeof purgedKinds)[number]

/** Days. */
export type Retention = Record<RetainedKind, number>

export const retentionDefaults: Retention = {
  observations: 400,
  pictures: 180,
  checkins: 180,
  audit: 1095,
}

/** Bounds that are the house's own; `waiting` goes by number, not by age. */
const ownDays = { log: 30, quarantine: 30, waiting: 0, outbox: 7, deliveries: 180 } as const

export const dayMs = 86_400_000

/** What of the kind is older than this goes. */
export function purgedBefore(kind: PurgedKind, retention: Retention, now: number): number {
  const days = { ...retention, ...ownDays }[kind]
  return now - days * dayMs
}

/** At night, when nobody waits for a chart. */
const atMinute = 3 * 60 + 30

/** The first half past three in the town after that instant. */
export function nextPurgeAt(after: number, timeZone: string): number {
  const today = instantOnDay(after, 0, atMinute, timeZone)
  return today > after ? today : instantOnDay(after, 1, atMinute, timeZone)
}
