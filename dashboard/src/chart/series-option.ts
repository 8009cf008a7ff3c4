import type { EChartsCoreOption } from 'echarts/core'
import type { Severity } from '../../../gateway/domain/severity.ts'
import type { SeriesView } from '../api/types.ts'
import { dayOf, timeOfDay } from '../app/time.ts'
import { fontFamily, palette, severityPalette, type ThemeName } from '../theme/tokens.ts'

/** One series as a chart: ink line, grey band from least to greatest, dashed limit, the alarm's moment. */

export interface SeriesDrawing {
  series: SeriesView
  from: number
  to: number
  zone: string
  theme: ThemeName
  limit?: { value: number; label: string } | undefined
  alarm?: { at: number; severity: Severity } | undefined
}

interface Drawn {
  line: [number, number][]
  low: [number, number][]
  span: [number, number][]
}

/** Raw points are [time, value], rolled-up ones [time, min, mean, max, count]. */
export function drawnPoints(series: Pick<SeriesView, 'resolution' | 'points'>): Drawn {
  const drawn: Drawn = { line: [], low: [], span: [] }
  for (const point of series.points) {
    const [at = 0, first = 0, mean = first, most = first] = point
    if (series.resolution === 'raw') {
      drawn.line.push([at, first])
    } else {
      drawn.line.push([at, mean])
      drawn.low.push([at, first])
      drawn.span.push([at, most - first])
    }
  }
  return drawn
}

function axes(drawing: SeriesDrawing): EChartsCoreOption {
  const { from, to, zone, theme } = drawing
  const ink = palette(theme)
  const isLong = to - from > 2 * 86_400_000
  const text = { color: ink.ink3, fontSize: 12, fontFamily }
  return {
    grid: { left: 8, right: 52, top: 20, bottom: 4, containLabel: true },
    xAxis: {
      type: 'time',
      min: from,
      max: to,
      splitNumber: 4,
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { show: false },
      axisLabel: {
        ...text,
        hideOverlap: true,
        formatter: (at: number) => (isLong ? dayOf(at, zone).slice(5) : timeOfDay(at, zone)),
      },
    },
    yAxis: {
      type: 'value',
      scale: true,
      splitNumber: 3,
      splitLine: { lineStyle: { color: ink.line } },
      axisLabel: { ...text, showMaxLabel: false },
    },
  }
}

function markLines(drawing: SeriesDrawing) {
  const { limit, alarm, theme } = drawing
  const ink = palette(theme)
  const lines: object[] = []
  if (limit)
    lines.push({
      yAxis: limit.value,
      lineStyle: { color: ink.ink2, type: [4, 3], width: 1 },
      label: {
        show: true,
        position: 'insideStartTop',
        color: ink.ink2,
        fontSize: 12,
        fontFamily,
        formatter: limit.label,
      },
    })
  if (alarm)
    lines.push({
      xAxis: alarm.at,
      lineStyle: { color: severityPalette(alarm.severity, theme).line, type: 'solid', width: 1 },
      label: { show: false },
    })
  return { silent: true, symbol: 'none', animation: false, data: lines }
}

export function seriesOption(drawing: SeriesDrawing): EChartsCoreOption {
  const { series, theme, zone, limit } = drawing
  const ink = palette(theme)
  const drawn = drawnPoints(series)
  const quiet = {
    type: 'line',
    silent: true,
    symbol: 'none',
    lineStyle: { opacity: 0 },
    stack: 'band',
    tooltip: { show: false },
  }
  const base = axes(drawing)
  return {
    ...base,
    animation: false,
    // The limit stays in sight even while the readings are far below it.
    yAxis: {
      ...(base['yAxis'] as object),
      min: (v: { min: number; max: number }) =>
        axisFloor(Math.min(v.min, limit?.value ?? v.min), Math.max(v.max, limit?.value ?? v.max)),
      max: (v: { min: number; max: number }) => ceilNice(Math.max(v.max, limit?.value ?? v.max)),
    },
    tooltip: {
      trigger: 'axis',
      backgroundColor: ink.raised,
      borderColor: ink.lineStrong,
      textStyle: { color: ink.ink, fontSize: 13, fontFamily },
      formatter: (items: { axisValue: number; value: [number, number]; seriesName: string }[]) => {
        const item = items.find((one) => one.seriesName === 'line')
        return item
          ? `${timeOfDay(item.axisValue, zone)}  ${round(item.value[1])} ${series.unit}`
          : ''
      },
    },
    series: [
      { ...quiet, name: 'low', data: drawn.low },
      { ...quiet, name: 'span', data: drawn.span, areaStyle: { color: ink.ink3, opacity: 0.28 } },
      {
        name: 'line',
        type: 'line',
        data: drawn.line,
        symbol: 'none',
        lineStyle: { color: ink.ink, width: 2 },
        itemStyle: { color: ink.ink },
        endLabel: {
          show: drawn.line.length > 0,
          formatter: ({ value }: { value: [number, number] }) => round(value[1]),
          color: ink.ink,
          fontSize: 14,
          fontWeight: 700,
          fontFamily,
        },
        markLine: markLines(drawing),
      },
    ],
  }
}

function round(value: number): string {
  return String(Number(value.toPrecision(4)))
}

function step(value: number): number {
  return 10 ** Math.floor(Math.log10(Math.max(1e-6, Math.abs(value)))) / 2
}

/** Values near nought are drawn from nought, so that a small change does not look like a great one. */
function axisFloor(least: number, most: number): number {
  return least >= 0 && least < most / 2 ? 0 : floorNice(least)
}

function floorNice(value: number): number {
  return value === 0 ? 0 : Math.floor(value / step(value)) * step(value)
}

function ceilNice(value: number): number {
  return Math.ceil((value * 1.05) / step(value)) * step(value)
}
