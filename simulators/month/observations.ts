import type { Observation, ObservedProperty } from '../../gateway/domain/observation.ts'
import { hash } from '../random.ts'
import { type Day, nextSampleMs, sampleAt } from '../sampler.ts'
import { minuteMs } from '../scenarios/play.ts'
import { mqttDevices, type TownDevice } from '../town.ts'
import type { Occurrence } from './occurrences.ts'

/**
 * What the devices of a town say between two moments. A month of readings by the minute would be
 * millions of which the rules make nothing; so who has nothing to tell is heard a few times a day, while
 * something goes on anywhere each six minutes, and where it goes on as often as in life.
 */

/** Neighbours are compared with what they said within half an hour. */
const beforeMs = 12 * minuteMs
/** So that what was raised is seen to clear. */
const afterMs = 10 * minuteMs
const restMs = 360 * minuteMs
const lookMs = 3 * minuteMs
/** With the minutes between looks less than the quarter of an hour that is silence. */
const beatMs = 6 * minuteMs
const lastWordMs = 5 * minuteMs

function isUnderWay({ play }: Occurrence, fromMs: number, untilMs: number): boolean {
  return play.startMs - beforeMs < untilMs && play.endMs + afterMs > fromMs
}

/** The next moment at which it is worth listening. */
export function nextLookMs(occurrences: readonly Occurrence[], nowMs: number): number {
  if (occurrences.some((one) => isUnderWay(one, nowMs, nowMs + 1))) return nowMs + lookMs
  const begins = occurrences
    .map(({ play }) => play.startMs - beforeMs)
    .filter((startMs) => startMs > nowMs)
  return Math.min((Math.floor(nowMs / restMs) + 1) * restMs, ...begins)
}

export interface Devices {
  observe(fromMs: number, untilMs: number): Observation[]
}

function readingsOf(device: TownDevice, atMs: number, day: Day): Observation[] {
  if (day.plays.some((play) => play.isAway?.(device, atMs) ?? false)) return []
  const times = { device: device.id, observedAt: atMs, receivedAt: atMs }
  const said = Object.entries(sampleAt(day, device, atMs).readings)
  // A reader of tags measures nothing and says only that it is there.
  if (said.length === 0) return [{ kind: 'status', ...times, online: true }]
  return said.map(([property, value]) => {
    return { kind: 'reading', ...times, property: property as ObservedProperty, value }
  })
}

export function createDevices(
  devices: readonly TownDevice[],
  occurrences: readonly Occurrence[],
  seed: number,
): Devices {
  const speaking = mqttDevices(devices)

  function timesOf(device: TownDevice, span: { fromMs: number; untilMs: number }, day: Day) {
    const { fromMs, untilMs } = span
    const current = occurrences.filter((one) => isUnderWay(one, fromMs, untilMs))
    const isStirred = current.some(({ stirred }) => stirred.has(device.id))
    if (current.length === 0) {
      const atMs = untilMs - (hash(device.id) % lastWordMs)
      return atMs > fromMs ? [atMs] : []
    }
    const phaseMs = hash(device.id) % beatMs
    const next = (atMs: number) =>
      isStirred
        ? (nextSampleMs(day, device, atMs) ?? Number.POSITIVE_INFINITY)
        : Math.floor((atMs - phaseMs) / beatMs + 1) * beatMs + phaseMs
    const times: number[] = []
    for (let atMs = next(fromMs); atMs <= untilMs; atMs = next(atMs)) times.push(atMs)
    return times
  }

  return {
    observe(fromMs, untilMs) {
      const current = occurrences.filter((one) => isUnderWay(one, fromMs, untilMs))
      const day = { seed, plays: current.map(({ play }) => play) }
      const readings = speaking.flatMap((device) =>
        timesOf(device, { fromMs, untilMs }, day).flatMap((at) => readingsOf(device, at, day)),
      )
      const events = current
        .flatMap((one) => one.events)
        .filter(({ atMs }) => atMs > fromMs && atMs <= untilMs)
        .map(({ atMs, ...event }): Observation => {
          return { kind: 'event', ...event, observedAt: atMs, receivedAt: atMs }
        })
      return [...readings, ...events].sort((a, b) => a.receivedAt - b.receivedAt)
    },
  }
}
