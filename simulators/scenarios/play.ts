import type { ObservedProperty } from '../../gateway/domain/observation.ts'
import type { LonLat } from '../../gateway/domain/place.ts'
import type { TownDevice } from '../town.ts'

/** What a scenario is played on. */
export interface Stage {
  devices: readonly TownDevice[]
  village: string
  seed: number
  /** Scenario time at which it begins, epoch ms. */
  startMs: number
}

/** One message that is sent as it stands, at a moment of scenario time. */
export interface Moment {
  atMs: number
  device: TownDevice
  channel: 'telemetry' | 'event'
  compose: () => Promise<string | Uint8Array> | string | Uint8Array
}

/** What a camera's own recognition says of what it sees. */
export interface Sighted {
  atMs: number
  camera: TownDevice
  type: 'smoke' | 'fire'
  state: 'active' | 'clear'
  bearingDeg: number
}

/** What everybody sees who looks there. */
export interface Burning {
  place: LonLat
  /** 0–1. */
  smoke: number
  flames: number
}

/** A line for the person at the terminal. */
export interface Line {
  atMs: number
  en: string
  zh: string
}

/** An alarm that must come of it; tests hold the scenario to it. */
interface Expected {
  rule: string
  devices: string[]
}

/**
 * A scenario on its stage: what it adds to the ordinary day. Every function is pure in time, so a
 * play may be asked for any moment in any order.
 */
export interface Play {
  startMs: number
  endMs: number
  expects: Expected[]
  lines: Line[]
  moments: Moment[]
  /** The same as the cameras' moments, for cameras that are there in person. */
  sighted?: Sighted[]
  burning?(atMs: number): Burning
  /** The value after the scenario's effect on it. */
  reading?(device: TownDevice, measured: Measured): number
  /** A shorter reporting interval while the device is stirred up. */
  everyMs?(device: TownDevice, atMs: number): number | undefined
  /** True while the device cannot be reached. */
  isAway?(device: TownDevice, atMs: number): boolean
}

export interface Measured {
  property: ObservedProperty
  value: number
  atMs: number
}

export interface Scenario {
  name: string
  en: string
  zh: string
  durationMs: number
  defaultVillage: string
  stage(stage: Stage): Play
}

export const minuteMs = 60_000

/** 0 before `from`, 1 after `to`, a straight line between. */
export function ramp(at: number, from: number, to: number): number {
  return Math.min(1, Math.max(0, (at - from) / (to - from)))
}

/** 1 at the centre, falling off with distance. */
export function bell(distance: number, sigma: number): number {
  return Math.exp(-0.5 * (distance / sigma) ** 2)
}

export function lineAt(atMs: number, en: string, zh: string): Line {
  return { atMs, en, zh }
}
