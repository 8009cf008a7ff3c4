/**
 * 线上巡 and 点上巡: points that carry a tag, routes over points, shifts that say when a route is
 * walked, and rounds: one walk of a route in a shift.
 */

/**
 * `nfc424`: an NTAG 424 that signs each tap. `qrRotating`: a code on a screen that changes every
 * 30 s. `qr`, `nfcUid`: can be copied. `reader`: a device that stands there and reads badges.
 */
export const tagKinds = ['qr', 'qrRotating', 'nfcUid', 'nfc424', 'reader'] as const

export type TagKind = (typeof tagKinds)[number]

export interface PatrolPoint {
  id: string
  name: string
  /** Place code of its grid. */
  grid: string
  lon: number
  lat: number
  /** How far from it a fix may lie, metres. */
  radiusM: number
  tag: TagKind
  /** Upper-case hex; null where the tag has none or nobody entered it. */
  tagUid: string | null
  /** Where exactly the tag is, in the words of those who put it up. */
  hint: string | null
  /** What to look at there, as hazard ids; empty: what the route says. */
  checklist: string[]
  /** Id of the fixed reader there. */
  reader: string | null
}

export const weekdayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

export type WeekdayName = (typeof weekdayNames)[number]

/** Local clock times `HH:MM`; an end that is not after the start is on the next day. */
export interface PatrolShift {
  days: WeekdayName[]
  start: string
  end: string
  /** The round begins up to so many minutes after `start`, another time each day. */
  startJitterMin?: number | undefined
}

export interface PatrolRoute {
  id: string
  name: string
  /** Place code of the village. */
  village: string
  /** The team that walks it, by name. */
  team: string
  /** Ids of points; with `strict` in the order of the walk. */
  points: string[]
  order: 'any' | 'strict'
  /** From one point to another nobody is faster, seconds. */
  minWalkS: number
  /** Hazard ids. */
  checklist: string[]
  shifts: PatrolShift[]
}

export const roundStates = [
  'planned',
  'due',
  'underWay',
  'done',
  'incomplete',
  'missed',
  'excused',
] as const

export type RoundState = (typeof roundStates)[number]

/** What was planned; the route may change afterwards. */
export interface PatrolRound {
  id: string
  route: string
  name: string
  village: string
  /** Who walks it; a swap puts another team here. */
  team: string
  points: string[]
  order: PatrolRoute['order']
  minWalkS: number
  checklist: string[]
  /** Epoch ms. */
  dueFrom: number
  dueUntil: number
  excusedReason: string | null
}

/** Types of the events that the gateway makes of rounds; both are `active` until the round, or the route's next one, is well. */
export const patrolLate = 'patrolLate'
export const patrolMissed = 'patrolMissed'

/** As whom a route speaks: nothing else that speaks may be called so. */
export function routeSpeaker(route: string): string {
  return `patrol-${route}`
}
