import { type Panel, panelsOf, type Scale, scaleOf } from './plot-axes.ts'
import type { PlotSeries } from './plot-series.ts'

/** Where everything stands in the picture, in pixels. */

export interface Box {
  panel: Panel
  top: number
  height: number
}

export interface Layout {
  width: number
  height: number
  left: number
  right: number
  /** Above the first box: where alarms stand. */
  strip: number
  boxes: Box[]
}

const stripHeight = 26
const unitHeight = 20
const timeHeight = 24
const panelGap = 10
const axisWidth = 48
/** For the numbers at the ends of the lines. */
const markWidth = 26

/** Of one picture alone: its figures stand below it on the same screen. */
const leastHeight = 270
const mostHeight = 440
const besides = 490
const stackedHeight = 148

/** How high the picture wants to be. */
export function heightOf(panels: number, screen: number): number {
  const one = Math.min(mostHeight, Math.max(leastHeight, screen - besides))
  const each = panels > 1 ? stackedHeight : one
  return (
    stripHeight + timeHeight + Math.max(1, panels) * (each + unitHeight) + (panels - 1) * panelGap
  )
}

export function layoutOf(panels: readonly Panel[], width: number, height: number): Layout {
  const hasRight = panels.some(({ right }) => right !== null)
  const room = height - stripHeight - timeHeight - (panels.length - 1) * panelGap
  const each = panels.length === 0 ? 0 : room / panels.length
  return {
    width,
    height,
    left: axisWidth,
    right: width - markWidth - (hasRight ? axisWidth : 4),
    strip: stripHeight,
    boxes: panels.map((panel, i) => ({
      panel,
      top: stripHeight + i * (each + panelGap) + unitHeight,
      height: each - unitHeight,
    })),
  }
}

export interface Limit {
  unit: string
  value: number
}

/** One for each unit, over all that was asked for: while a picture is moved its axes stand still. */
export function scalesOf(
  series: readonly PlotSeries[],
  limits: readonly Limit[],
  intervals: number,
): Map<string, Scale> {
  const scales = new Map<string, Scale>()
  for (const unit of new Set(series.map((one) => one.unit))) {
    let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    const look = (value: number) => {
      if (value < min) min = value
      if (value > max) max = value
    }
    for (const one of series) {
      if (one.unit !== unit) continue
      for (const value of one.low ?? one.mean) look(value)
      for (const value of one.high ?? one.mean) look(value)
    }
    // The limit stays in sight even while the readings are far below it.
    for (const limit of limits) if (limit.unit === unit) look(limit.value)
    scales.set(unit, scaleOf(min, max, intervals))
  }
  return scales
}

export function panelsFor(series: readonly PlotSeries[]): Panel[] {
  return panelsOf(series.map(({ unit }) => unit))
}

export function yOf({ top, height }: Box, { min, max }: Scale, value: number): number {
  return top + height - ((value - min) / (max - min)) * height
}

/** Tops of labels of that height, in order and one below the other, near where they belong. */
export function spread(
  wanted: readonly number[],
  height: number,
  least: number,
  most: number,
): number[] {
  const order = wanted
    .map((_, i) => i)
    .sort((a, b) => (wanted[a] as number) - (wanted[b] as number))
  const placed = [...wanted]
  let next = least
  for (const i of order) {
    placed[i] = Math.max(wanted[i] as number, next)
    next = placed[i] + height
  }
  let last = most
  for (const i of order.toReversed()) {
    placed[i] = Math.min(placed[i] as number, last - height)
    last = placed[i]
  }
  return placed
}
