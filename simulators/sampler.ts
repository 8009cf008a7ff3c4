import type { ObservedProperty } from '../gateway/domain/observation.ts'
import { asMeasured, type Readings, readingsAt, reportEveryMs } from './curves.ts'
import { hash, uniform } from './random.ts'
import type { Play } from './scenarios/play.ts'
import type { TownDevice } from './town.ts'

/**
 * When a device measures and what: a pure function of seed, device, scenario and time. The fleet,
 * the backfill and the tests all ask here, so they see the same day.
 */

/** One element of a telemetry message, as it goes over the wire. */
export interface Sample {
  ts: number
  readings: Readings
}

export interface Day {
  seed: number
  plays: readonly Play[]
}

const minuteMs = 60_000
/** In each window a device drops out once with this chance. */
const dropOut = { windowMs: 180 * minuteMs, chance: 0.05, minMs: 2 * minuteMs, maxMs: 7 * minuteMs }

/** True while the device has a short drop-out of its own; always shorter than the silence rule asks. */
export function hasDroppedOut(seed: number, device: TownDevice, atMs: number): boolean {
  const window = Math.floor(atMs / dropOut.windowMs)
  const key = `${device.id}:drop:${window}`
  if (uniform(seed, key) >= dropOut.chance) return false
  const lengthMs = dropOut.minMs + uniform(seed, `${key}:length`) * (dropOut.maxMs - dropOut.minMs)
  const from = uniform(seed, `${key}:from`) * (dropOut.windowMs - lengthMs)
  const into = atMs - window * dropOut.windowMs
  return into >= from && into < from + lengthMs
}

export function isAway(day: Day, device: TownDevice, atMs: number): boolean {
  return (
    hasDroppedOut(day.seed, device, atMs) ||
    day.plays.some((play) => play.isAway?.(device, atMs) ?? false)
  )
}

function inPlay(play: Play, atMs: number): boolean {
  return atMs >= play.startMs && atMs <= play.endMs
}

export function sampleAt(day: Day, device: TownDevice, atMs: number): Sample {
  const plays = day.plays.filter((play) => inPlay(play, atMs))
  const readings: Readings = {}
  for (const [name, ordinary] of Object.entries(readingsAt(day.seed, device, atMs))) {
    const property = name as ObservedProperty
    const value = plays.reduce(
      (sum, play) => play.reading?.(device, { property, value: sum, atMs }) ?? sum,
      ordinary,
    )
    readings[property] = asMeasured(property, value)
  }
  return { ts: atMs, readings }
}

/** Shorter intervals of scenarios are multiples of this, and divide the usual one. */
const finestMs = 5000

function everyMs(day: Day, device: TownDevice, atMs: number, usual: number): number {
  return day.plays.reduce((least, play) => {
    const own = inPlay(play, atMs) ? play.everyMs?.(device, atMs) : undefined
    return Math.min(least, own ?? usual)
  }, usual)
}

/** The first moment after `atMs` at which the device measures; devices are not in step. */
export function nextSampleMs(day: Day, device: TownDevice, atMs: number): number | undefined {
  const usual = reportEveryMs[device.kind]
  if (usual === undefined) return undefined
  // Whole seconds, at the device's own place within the interval.
  const phase = Math.floor((hash(device.id) % usual) / 1000) * 1000
  const after = (step: number) => Math.floor((atMs - phase) / step) * step + step + phase
  const ordinary = after(usual)
  const isStirred = day.plays.some(
    (play) => play.everyMs && play.startMs <= ordinary && play.endMs >= atMs,
  )
  if (!isStirred) return ordinary
  let at = after(finestMs)
  while (at < ordinary && (at - phase) % everyMs(day, device, at, usual) !== 0) at += finestMs
  return at
}

/** All samples in (afterMs, untilMs]; at a coarser rate when `thinning` is above 1. */
export function samplesBetween(
  day: Day,
  device: TownDevice,
  span: { afterMs: number; untilMs: number; thinning?: number },
): Sample[] {
  const samples: Sample[] = []
  let count = 0
  let at = nextSampleMs(day, device, span.afterMs)
  while (at !== undefined && at <= span.untilMs) {
    if (count++ % (span.thinning ?? 1) === 0) samples.push(sampleAt(day, device, at))
    at = nextSampleMs(day, device, at)
  }
  return samples
}
