import type { Severity } from '../../../gateway/domain/severity.ts'
import {
  fontFamily,
  palette,
  seriesPalette,
  severityPalette,
  type ThemeName,
} from '../theme/tokens.ts'
import { fillBand, fillColumns, isFine, placeIn, strokeLine } from './draw-lines.ts'
import { formatTick, type Scale, timeTicks } from './plot-axes.ts'
import { type Box, type Layout, spread, yOf } from './plot-layout.ts'
import type { PlotSeries, View } from './plot-series.ts'
import { traceOf } from './plot-trace.ts'

export interface PlotLimit {
  key: string
  unit: string
  value: number
  name: string
}

export interface PlotAlarm {
  id: string
  name: string
  severity: Severity
  from: number
  /** Null: it is still on. */
  to: number | null
  case: string | null
}

/** All that a picture shows; on the screen and in a file the same. */
export interface PlotScene {
  layout: Layout
  series: readonly PlotSeries[]
  scales: ReadonlyMap<string, Scale>
  limits: readonly PlotLimit[]
  alarms: readonly PlotAlarm[]
  view: View
  zone: string
  theme: ThemeName
  /** The series that a person points at. */
  lit: string | null
}

type Ink = ReturnType<typeof palette>
type Pen = CanvasRenderingContext2D

const font = (px: number, weight = 400) => `${weight} ${px}px ${fontFamily}`
const dash = [7, 4]
const faded = 0.22
const pixelsPerTick = 96

export function drawPlot(pen: Pen, scene: PlotScene): void {
  const { layout, theme } = scene
  const ink = palette(theme)
  pen.clearRect(0, 0, layout.width, layout.height)
  drawTimes(pen, scene, ink)
  drawStrip(pen, scene)
  for (const box of layout.boxes) {
    drawAxis(pen, scene, box, ink)
    pen.save()
    pen.beginPath()
    pen.rect(layout.left, box.top - 1, layout.right - layout.left, box.height + 2)
    pen.clip()
    drawAlarms(pen, scene, box)
    const ends = drawSeries(pen, scene, box)
    drawLimits(pen, scene, box, ink)
    pen.restore()
    drawEnds(pen, scene, box, ends)
  }
}

export function colourOf({ hue }: Pick<PlotSeries, 'hue'>, theme: ThemeName): string {
  const colours = seriesPalette(theme)
  return colours[hue % colours.length] as string
}

export function isDashed({ hue }: Pick<PlotSeries, 'hue'>, theme: ThemeName): boolean {
  return hue >= seriesPalette(theme).length
}

function drawTimes(pen: Pen, { layout, view, zone }: PlotScene, ink: Ink): void {
  const { left, right, boxes, height } = layout
  const scale = (right - left) / (view.to - view.from)
  pen.textAlign = 'center'
  pen.textBaseline = 'alphabetic'
  for (const { at, label, isGreat } of timeTicks(view, zone, (right - left) / pixelsPerTick)) {
    const x = Math.round(left + (at - view.from) * scale) + 0.5
    pen.strokeStyle = isGreat ? ink.lineStrong : ink.line
    pen.lineWidth = 1
    pen.beginPath()
    for (const { top, height } of boxes) {
      pen.moveTo(x, top)
      pen.lineTo(x, top + height)
    }
    pen.stroke()
    pen.font = font(12, isGreat ? 600 : 400)
    pen.fillStyle = isGreat ? ink.ink2 : ink.ink3
    const half = pen.measureText(label).width / 2
    pen.fillText(label, Math.min(Math.max(x, half), layout.width - half), height - 6)
  }
}

function drawAxis(pen: Pen, { layout, scales }: PlotScene, box: Box, ink: Ink): void {
  const { left, right, width } = layout
  const sides = [
    { unit: box.panel.left, x: left - 8, align: 'right', edge: 0 },
    { unit: box.panel.right, x: right + (width - right) - 4, align: 'right', edge: width - 4 },
  ] as const
  for (const { unit, x, align, edge } of sides) {
    const scale = unit === null ? undefined : scales.get(unit)
    if (!scale || unit === null) continue
    pen.font = font(12)
    pen.fillStyle = ink.ink3
    pen.textBaseline = 'middle'
    pen.textAlign = align
    for (const tick of scale.ticks) {
      const y = Math.round(yOf(box, scale, tick)) + 0.5
      pen.fillText(formatTick(tick), x, y)
      if (unit !== box.panel.left) continue
      pen.strokeStyle = tick === scale.ticks[0] ? ink.lineStrong : ink.line
      pen.lineWidth = 1
      pen.beginPath()
      pen.moveTo(left, y)
      pen.lineTo(right, y)
      pen.stroke()
    }
    pen.fillStyle = ink.ink2
    pen.font = font(12, 600)
    pen.textAlign = edge === 0 ? 'left' : 'right'
    pen.fillText(unit, edge === 0 ? 4 : edge, box.top - 14)
  }
}

/** How long each alarm was on. */
function drawStrip(pen: Pen, { layout, view, alarms, theme }: PlotScene): void {
  const { left, right, strip } = layout
  const place = (at: number) => left + ((at - view.from) / (view.to - view.from)) * (right - left)
  for (const { from, to, severity } of alarms) {
    const [start, end] = [Math.max(left, place(from)), Math.min(right, place(to ?? view.to))]
    if (end < left || start > right) continue
    pen.fillStyle = severityPalette(severity, theme).line
    pen.fillRect(start, strip - 4, Math.max(2, end - start), 3)
  }
}

/** The moment as a line; how long it was on stands in the strip above. */
function drawAlarms(pen: Pen, { layout, view, alarms, theme }: PlotScene, box: Box): void {
  const scale = (layout.right - layout.left) / (view.to - view.from)
  for (const { from, severity } of alarms) {
    if (from < view.from || from > view.to) continue
    const x = Math.round(layout.left + (from - view.from) * scale) + 0.5
    pen.strokeStyle = severityPalette(severity, theme).line
    pen.lineWidth = 1
    pen.beginPath()
    pen.moveTo(x, box.top)
    pen.lineTo(x, box.top + box.height)
    pen.stroke()
  }
}

interface End {
  series: PlotSeries
  y: number
}

function inBox({ panel }: Box, { unit }: PlotSeries): boolean {
  return unit === panel.left || unit === panel.right
}

function drawSeries(pen: Pen, scene: PlotScene, box: Box): End[] {
  const { layout, view, scales, theme, lit } = scene
  const ends: End[] = []
  const width = layout.right - layout.left
  const shown = scene.series.filter((series) => inBox(box, series))
  const traced = shown.map((series) => ({ series, trace: traceOf(series, view, width) }))
  const fine = isFine(traced.map(({ trace }) => trace))
  for (const { series, trace } of traced) {
    const scale = scales.get(series.unit)
    if (!scale || trace.length === 0) continue
    const isFaded = lit !== null && lit !== series.key
    const place = placeIn(box, scale, layout.left)
    pen.strokeStyle = colourOf(series, theme)
    pen.fillStyle = pen.strokeStyle
    const isLit = lit === series.key
    // Bands of many series upon each other hide what they are there to show.
    pen.globalAlpha = isFaded ? 0.03 : isLit ? 0.3 : 0.34 / Math.max(1, shown.length / 2)
    if (series.low !== null) fillBand(pen, trace, place)
    pen.globalAlpha = isFaded ? faded : 1
    if (fine && !isLit && trace.isCrowded) fillColumns(pen, trace, place)
    else {
      const isBroad = isLit || !fine
      pen.lineWidth = isLit ? 2.5 : fine ? 1 : shown.length > 4 ? 1.25 : 1.75
      pen.lineJoin = isBroad ? 'round' : 'bevel'
      pen.setLineDash(isBroad && isDashed(series, theme) ? dash : [])
      strokeLine(pen, trace, place)
      pen.setLineDash([])
    }
    pen.globalAlpha = 1
    const y = place.y(trace.last[trace.length - 1] as number)
    ends.push({ series, y: Math.min(Math.max(y, box.top), box.top + box.height) })
  }
  return ends
}

function drawLimits(
  pen: Pen,
  { layout, scales, limits, series }: PlotScene,
  box: Box,
  ink: Ink,
): void {
  let above = Number.NEGATIVE_INFINITY
  const own = limits.filter(({ unit }) =>
    series.some((one) => one.unit === unit && inBox(box, one)),
  )
  for (const { unit, value, name } of [...own].sort((a, b) => b.value - a.value)) {
    const scale = scales.get(unit)
    if (!scale) continue
    const y = Math.round(yOf(box, scale, value)) + 0.5
    pen.strokeStyle = ink.ink2
    pen.lineWidth = 1
    pen.setLineDash([4, 3])
    pen.beginPath()
    pen.moveTo(layout.left, y)
    pen.lineTo(layout.right, y)
    pen.stroke()
    pen.setLineDash([])
    if (y - above < 16) continue
    above = y
    pen.font = font(12)
    pen.textAlign = 'left'
    pen.textBaseline = 'bottom'
    pen.lineWidth = 3
    pen.strokeStyle = ink.panel
    pen.strokeText(name, layout.left + 6, y - 2)
    pen.fillStyle = ink.ink2
    pen.fillText(name, layout.left + 6, y - 2)
  }
}

const endHeight = 15

/** The number of each line where it ends, none upon another. */
function drawEnds(
  pen: Pen,
  { layout, theme, lit }: PlotScene,
  box: Box,
  ends: readonly End[],
): void {
  const least = Math.min(box.top, box.top + box.height - ends.length * endHeight)
  const tops = spread(
    ends.map(({ y }) => y - endHeight / 2),
    endHeight,
    least,
    Math.max(box.top + box.height + endHeight / 2, least + ends.length * endHeight),
  )
  pen.textAlign = 'left'
  pen.textBaseline = 'middle'
  ends.forEach(({ series }, i) => {
    pen.globalAlpha = lit !== null && lit !== series.key ? faded : 1
    pen.font = font(12, 700)
    pen.fillStyle = colourOf(series, theme)
    pen.fillText(series.mark, layout.right + 5, (tops[i] as number) + endHeight / 2)
  })
  pen.globalAlpha = 1
}
