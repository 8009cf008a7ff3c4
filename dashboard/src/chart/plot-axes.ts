import { instantOnDay, localTime } from '../../../gateway/domain/town-time.ts'
import { dayOf, timeOfDay, timeWithSeconds } from '../app/time.ts'
import type { View } from './plot-series.ts'

/** Which units share a picture, how far an axis goes, and where time is marked. */

export interface Panel {
  left: string
  right: string | null
}

/** Two units stand left and right; of more each has a picture of its own, over one time axis. */
export function panelsOf(units: readonly string[]): Panel[] {
  const distinct = [...new Set(units)]
  const [left, right = null, ...more] = distinct
  if (left === undefined) return []
  if (more.length === 0) return [{ left, right }]
  return distinct.map((unit) => ({ left: unit, right: null }))
}

export interface Scale {
  min: number
  max: number
  ticks: number[]
}

const niceSteps = [1, 2, 2.5, 5, 10]
const enough = 1e-9

/** Round steps, always as many as asked for, so that two axes share their lines. */
export function scaleOf(least: number, most: number, intervals: number): Scale {
  let [min, max] = [least, most]
  if (!(min <= max)) [min, max] = [0, 1]
  // Values near nought are drawn from nought, so that a small change does not look like a great one.
  if (min >= 0 && min < max / 2) min = 0
  if (min === max)
    [min, max] = min === 0 ? [0, 1] : [min - Math.abs(min) * 0.1, max + Math.abs(max) * 0.1]
  const power = 10 ** Math.floor(Math.log10((max - min) / intervals))
  const steps = [...niceSteps, ...niceSteps.map((step) => step * 10)].map((step) => step * power)
  for (const step of steps) {
    const from = Math.floor(min / step + enough)
    if ((from + intervals) * step >= max - step * enough) {
      const ticks = Array.from({ length: intervals + 1 }, (_, i) => round((from + i) * step))
      return { min: from * step, max: (from + intervals) * step, ticks }
    }
  }
  return { min, max, ticks: [min, max] }
}

const round = (value: number) => Number(value.toPrecision(10))

export interface TimeTick {
  at: number
  label: string
  /** A day or a year begins: it is said more loudly. */
  isGreat: boolean
}

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
const clockSteps = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * second),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * minute),
  ...[1, 2, 3, 6, 12].map((n) => n * hour),
]
const daySteps = [1, 2, 5, 10]
const monthSteps = [1, 2, 3, 6, 12, 24, 60, 120]

/** Where the town's clock shows round times; at most `most` of them. */
export function timeTicks({ from, to }: View, zone: string, most: number): TimeTick[] {
  const least = (to - from) / Math.max(1, most)
  const clock = clockSteps.find((step) => step >= least)
  if (clock !== undefined) return clockTicks({ from, to }, zone, clock)
  const days = daySteps.find((step) => step * day >= least)
  return days === undefined
    ? monthTicks({ from, to }, zone, least)
    : dayTicks({ from, to }, zone, days)
}

function clockTicks({ from, to }: View, zone: string, step: number): TimeTick[] {
  const ticks: TimeTick[] = []
  for (let n = 0; ; n++) {
    const [midnight, next] = [instantOnDay(from, n, 0, zone), instantOnDay(from, n + 1, 0, zone)]
    if (midnight > to) return ticks
    const first = Math.max(0, Math.ceil((from - midnight) / step)) * step
    for (let at = midnight + first; at < next && at <= to; at += step) {
      const isGreat = at === midnight
      const label = step < minute ? timeWithSeconds(at, zone) : timeOfDay(at, zone)
      ticks.push({ at, label: isGreat ? dayOf(at, zone).slice(5) : label, isGreat })
    }
  }
}

/** Every so many days of the month, so that they stay where they are while time moves. */
function dayTicks({ from, to }: View, zone: string, step: number): TimeTick[] {
  const ticks: TimeTick[] = []
  for (let n = 0; ; n++) {
    const at = instantOnDay(from, n, 0, zone)
    if (at > to) return ticks
    const { day: date } = localTime(at, zone)
    const isFar = step === 1 || date + step / 2 <= 31
    if (at < from || (date - 1) % step !== 0 || !isFar) continue
    ticks.push({ at, label: dayOf(at, zone).slice(5), isGreat: date === 1 })
  }
}

function monthTicks({ from, to }: View, zone: string, least: number): TimeTick[] {
  const step = monthSteps.find((months) => months * 30 * day >= least) ?? 120
  const start = localTime(from, zone)
  const ticks: TimeTick[] = []
  const first = Math.floor((start.year * 12 + start.month - 1) / step) * step
  for (let months = first; ; months += step) {
    const [year, month] = [Math.floor(months / 12), months % 12]
    const at = instantOnDay(Date.UTC(year, month, 1, 12), 0, 0, zone)
    if (at > to) return ticks
    if (at >= from) ticks.push({ at, label: dayOf(at, zone).slice(0, 7), isGreat: month === 0 })
  }
}

export function formatTick(value: number): string {
  return Math.abs(value) >= 100_000 ? value.toExponential(1) : String(value)
}
