import type { Scale } from './plot-axes.ts'
import type { Box } from './plot-layout.ts'
import type { Trace } from './plot-trace.ts'

/** Lines and bands of traces. */

type Pen = CanvasRenderingContext2D

/**
 * More corners in one picture are drawn finely: a browser without a graphics processor takes a
 * quarter of a second for broad lines of so many, and hardly anything for lines of one pixel and
 * for columns.
 */
const mostBroad = 6_000

export function isFine(traces: readonly Trace[]): boolean {
  return traces.reduce((sum, { length }) => sum + length, 0) > mostBroad
}

export interface Place {
  left: number
  y: (value: number) => number
}

export function placeIn(box: Box, scale: Scale, left: number): Place {
  const factor = box.height / (scale.max - scale.min)
  const foot = box.top + box.height + scale.min * factor
  return { left, y: (value) => foot - value * factor }
}

export function strokeLine(pen: Pen, trace: Trace, { left, y }: Place): void {
  pen.beginPath()
  for (let i = 0; i < trace.length; i++) {
    const x = left + (trace.x[i] as number)
    const [first, last] = [trace.first[i] as number, trace.last[i] as number]
    const [min, max] = [trace.min[i] as number, trace.max[i] as number]
    if (trace.begins[i] === 1) pen.moveTo(x, y(first))
    else pen.lineTo(x, y(first))
    if (min < max) {
      pen.lineTo(x, y(min))
      pen.lineTo(x, y(max))
      pen.lineTo(x, y(last))
    }
  }
  pen.stroke()
  drawAlone(pen, trace, { left, y })
}

/** Columns of a pixel, each reaching to the end of the one before it. */
export function fillColumns(pen: Pen, trace: Trace, { left, y }: Place): void {
  const thick = 1.4
  pen.beginPath()
  for (let i = 0; i < trace.length; i++) {
    const x = left + (trace.x[i] as number)
    let [top, foot] = [y(trace.max[i] as number), y(trace.min[i] as number)]
    if (trace.begins[i] !== 1) {
      const before = y(trace.last[i - 1] as number)
      const first = y(trace.first[i] as number)
      if (x - left - (trace.x[i - 1] as number) > 1) {
        pen.moveTo(left + (trace.x[i - 1] as number), before)
        pen.lineTo(x, first)
      } else {
        top = Math.min(top, before)
        foot = Math.max(foot, before)
      }
    }
    pen.fillRect(x, top - thick / 2, 1, foot - top + thick)
  }
  // Where points are far apart in the midst of a crowd.
  pen.lineWidth = 1
  pen.stroke()
}

/** A point between two gaps has no line, and is seen all the same. */
function drawAlone(pen: Pen, trace: Trace, { left, y }: Place): void {
  for (let i = 0; i < trace.length; i++) {
    const ends = i === trace.length - 1 || trace.begins[i + 1] === 1
    if (trace.begins[i] !== 1 || !ends) continue
    pen.beginPath()
    pen.arc(left + (trace.x[i] as number), y(trace.last[i] as number), 2, 0, 2 * Math.PI)
    pen.fill()
  }
}

export function fillBand(pen: Pen, trace: Trace, { left, y }: Place): void {
  let start = 0
  for (let i = 1; i <= trace.length; i++) {
    if (i < trace.length && trace.begins[i] !== 1) continue
    pen.beginPath()
    for (let at = start; at < i; at++)
      pen.lineTo(left + (trace.x[at] as number), y(trace.high[at] as number))
    for (let at = i - 1; at >= start; at--)
      pen.lineTo(left + (trace.x[at] as number), y(trace.low[at] as number))
    pen.fill()
    start = i
  }
}
