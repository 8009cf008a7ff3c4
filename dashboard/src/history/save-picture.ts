import { alarmMarks } from '../chart/alarm-marks.ts'
import { colourOf, drawPlot, isDashed, type PlotAlarm, type PlotLimit } from '../chart/draw-plot.ts'
import { heightOf, layoutOf, panelsFor, scalesOf } from '../chart/plot-layout.ts'
import { figuresIn, type PlotSeries, type View } from '../chart/plot-series.ts'
import { formatValue } from '../parts/words.ts'
import { fontFamily, palette, severityPalette, severityShape } from '../theme/tokens.ts'

/** The picture by itself, for a report: title, time, lines and what they are; always light. */

interface Picture {
  title: string
  span: string
  series: readonly PlotSeries[]
  limits: readonly PlotLimit[]
  alarms: readonly PlotAlarm[]
  view: View
  zone: string
  language: 'zh' | 'en'
  legend: { latest: string; min: string; mean: string; max: string }
}

const width = 1200
const edge = 24
const headHeight = 72
const rowHeight = 24
const sharpness = 2
const ink = palette('light')
const columns = ['latest', 'min', 'mean', 'max'] as const

type Pen = CanvasRenderingContext2D

export async function drawPicture(picture: Picture): Promise<Blob | null> {
  const { series, limits } = picture
  const panels = panelsFor(series)
  const plotHeight = heightOf(panels.length, 900)
  const height = headHeight + plotHeight + (series.length + 2) * rowHeight + edge
  const canvas = document.createElement('canvas')
  canvas.width = width * sharpness
  canvas.height = height * sharpness
  const pen = canvas.getContext('2d')
  if (!pen) return null
  const layout = layoutOf(panels, width - 2 * edge, plotHeight)
  const scene = { ...picture, layout, scales: scalesOf(series, limits, 4), theme: 'light' as const }
  pen.scale(sharpness, sharpness)
  pen.translate(edge, headHeight)
  drawPlot(pen, { ...scene, lit: null })
  drawBadges(pen, picture, layout)
  pen.translate(-edge, -headHeight)
  drawHead(pen, picture)
  drawLegend(pen, picture, headHeight + plotHeight + rowHeight)
  // What was drawn so far stands on nothing.
  pen.globalCompositeOperation = 'destination-over'
  pen.fillStyle = ink.panel
  pen.fillRect(0, 0, width, height)
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'))
}

function drawHead(pen: Pen, { title, span }: Picture): void {
  pen.textAlign = 'left'
  pen.textBaseline = 'alphabetic'
  pen.fillStyle = ink.ink
  pen.font = `700 20px ${fontFamily}`
  pen.fillText(title, edge, 36)
  pen.fillStyle = ink.ink2
  pen.font = `400 14px ${fontFamily}`
  pen.fillText(span, edge, 58)
}

function drawBadges(
  pen: Pen,
  { alarms, view, language }: Picture,
  layout: ReturnType<typeof layoutOf>,
): void {
  const size = 18
  const marks = alarmMarks(alarms, view, { width: layout.right - layout.left, apart: size })
  for (const { x, severity } of marks) {
    const shape = severityShape(severity, language)
    pen.save()
    pen.translate(layout.left + x - size / 2, 1)
    pen.scale(size / 32, size / 32)
    pen.fillStyle = severityPalette(severity, 'light').fill
    // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- a pen is no array
    pen.fill(new Path2D(shape.path))
    pen.fillStyle = '#16130F'
    pen.font = `700 ${shape.fontSize}px ${fontFamily}`
    pen.textAlign = 'center'
    pen.textBaseline = 'alphabetic'
    pen.fillText(shape.character, 16, shape.baseline)
    pen.restore()
  }
}

function drawLegend(pen: Pen, picture: Picture, top: number): void {
  const columnX = (column: number) => width - edge - (columns.length - 1 - column) * 110
  pen.font = `400 13px ${fontFamily}`
  pen.fillStyle = ink.ink3
  pen.textAlign = 'right'
  columns.forEach((name, at) => pen.fillText(picture.legend[name], columnX(at), top))
  picture.series.forEach((series, row) => {
    const y = top + (row + 1) * rowHeight
    drawSample(pen, series, y)
    pen.fillStyle = ink.ink
    pen.textAlign = 'left'
    pen.font = `400 13px ${fontFamily}`
    pen.fillText(`${series.name}  ${series.unit}`, edge + 70, y)
    const figures = figuresIn(series, picture.view)
    pen.textAlign = 'right'
    columns.forEach((name, at) => {
      const value = name === 'latest' ? figures?.last : figures?.[name]
      pen.fillText(value === undefined ? '–' : formatValue(value), columnX(at), y)
    })
  })
}

function drawSample(pen: Pen, series: PlotSeries, y: number): void {
  pen.strokeStyle = colourOf(series, 'light')
  pen.lineWidth = 2.5
  pen.setLineDash(isDashed(series, 'light') ? [5, 3] : [])
  pen.beginPath()
  pen.moveTo(edge, y - 4)
  pen.lineTo(edge + 30, y - 4)
  pen.stroke()
  pen.setLineDash([])
  pen.fillStyle = colourOf(series, 'light')
  pen.textAlign = 'left'
  pen.font = `700 13px ${fontFamily}`
  pen.fillText(series.mark, edge + 38, y)
}
