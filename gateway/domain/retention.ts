import { type PropertyClass, propertyClassNames } from './property-class.ts'
import { instantOnDay } from './town-time.ts'

/** How long each kind of what the house keeps is kept, and when the rest goes. */

/**
 * What the town decides about beside the readings. `checkins`: visits, also rounds by video with
 * their looks.
 */
export const retainedKinds = ['pictures', 'checkins', 'audit'] as const

/**
 * `log`: observations as they were accepted, which rules and series have read long ago.
 * `quarantine`: messages that were replayed or discarded, and topics of cameras that mean nothing
 * here. `waiting`: the oldest that still waited when there were too many. `outbox`: news that
 * everybody has had. `deliveries`: who was told what, and how that went.
 */
export const purgedKinds = [
  'observations',
  ...retainedKinds,
  'log',
  'quarantine',
  'waiting',
  'outbox',
  'deliveries',
] as const

export type RetainedKind = (typeof retainedKinds)[number]
export type PurgedKind = (typeof purgedKinds)[number]

/** Days: single readings, and the hours and days that they are rolled up into. */
export interface ClassDays {
  raw: number
  rolledUp: number
}

/** Days. */
export type Retention = Record<RetainedKind, number> & {
  series: Record<PropertyClass, ClassDays>
}

const classDefaults: ClassDays = { raw: 400, rolledUp: 3650 }

export function eachClass<T>(make: (name: PropertyClass) => T): Record<PropertyClass, T> {
  return Object.fromEntries(propertyClassNames.map((name) => [name, make(name)])) as Record<
    PropertyClass,
    T
  >
}

export const retentionDefaults: Retention = {
  series: eachClass(() => classDefaults),
  pictures: 180,
  checkins: 180,
  audit: 1095,
}

/** As it may stand in a house that is older: one number of days for all readings. */
export type StoredRetention = Partial<Record<RetainedKind, number>> & {
  observations?: number
  series?: Partial<Retention['series']>
}

/** What was not there yet when the town decided has its default. */
export function retentionOf({ observations, series, ...kinds }: StoredRetention = {}): Retention {
  const raw = observations ?? classDefaults.raw
  const fresh = { raw, rolledUp: Math.max(raw, classDefaults.rolledUp) }
  return {
    ...retentionDefaults,
    ...kinds,
    series: eachClass((name) => ({ ...(series?.[name] ?? fresh) })),
  }
}

/** Bounds that are the house's own; `waiting` goes by number, not by age. */
const ownDays = { log: 30, quarantine: 30, waiting: 0, outbox: 7, deliveries: 180 } as const

export const dayMs = 86_400_000

/** Before it nothing of the kind is left; of readings: no single one, whatever its class. */
export function purgedBefore(kind: PurgedKind, retention: Retention, now: number): number {
  const observations = Math.max(...propertyClassNames.map((name) => retention.series[name].raw))
  const days = { ...retention, ...ownDays, observations }[kind]
  return now - days * dayMs
}

/** What of the readings goes, class by class; epoch ms. */
export function seriesBounds(
  { series }: Pick<Retention, 'series'>,
  now: number,
): Record<PropertyClass, ClassDays> {
  return eachClass((name) => ({
    raw: now - series[name].raw * dayMs,
    rolledUp: now - series[name].rolledUp * dayMs,
  }))
}

function changedLine(name: string, was: number, is: number): string[] {
  return was === is ? [] : [`${name} ${was} → ${is}`]
}

/** `pictures 180 → 90, air raw 400 → 365, air rolledUp 3650 → 730` */
export function retentionChanges(before: Retention, after: Retention): string {
  const ofClasses = propertyClassNames.flatMap((name) => [
    ...changedLine(`${name} raw`, before.series[name].raw, after.series[name].raw),
    ...changedLine(`${name} rolledUp`, before.series[name].rolledUp, after.series[name].rolledUp),
  ])
  const ofKinds = retainedKinds.flatMap((kind) => changedLine(kind, before[kind], after[kind]))
  return [...ofClasses, ...ofKinds].join(', ')
}

/** At night, when nobody waits for a chart. */
const atMinute = 3 * 60 + 30

/** The first half past three in the town after that instant. */
export function nextPurgeAt(after: number, timeZone: string): number {
  const today = instantOnDay(after, 0, atMinute, timeZone)
  return today > after ? today : instantOnDay(after, 1, atMinute, timeZone)
}
