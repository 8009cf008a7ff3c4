import { useMemo } from 'react'
import type { PlotSeries, View } from './plot-series.ts'
import { traceOf } from './plot-trace.ts'

interface SmallPlotProps {
  series: PlotSeries
  view: View
  min: number
  max: number
  limits: readonly number[]
}

const width = 240
const height = 64

/** One series at a glance, in the words of those beside it. */
export function SmallPlot({ series, view, min, max, limits }: SmallPlotProps) {
  const { line, band, alone } = useMemo(
    () => smallPaths(series, view, { min, max }),
    [series, view, min, max],
  )
  const y = (value: number) => height - ((value - min) / (max - min || 1)) * height
  return (
    <svg
      className="small-plot"
      viewBox={`0 -3 ${width} ${height + 6}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {limits.map((limit) => (
        <path key={limit} className="small-limit" d={`M0 ${y(limit)}H${width}`} />
      ))}
      <path className="small-band" d={band} />
      <path className="small-line" d={line} />
      <path className="small-alone" d={alone} />
    </svg>
  )
}

/** Path texts in a box of 240 × 64: the line, its band, and points that stand between two gaps. */
export function smallPaths(
  series: PlotSeries,
  view: View,
  { min, max }: { min: number; max: number },
): { line: string; band: string; alone: string } {
  const trace = traceOf(series, view, width)
  const y = (value: number) => (height - ((value - min) / (max - min || 1)) * height).toFixed(1)
  let [line, band, alone] = ['', '', '']
  let back = ''
  for (let i = 0; i < trace.length; i++) {
    const x = (trace.x[i] as number).toFixed(1)
    const begins = trace.begins[i] === 1
    const ends = i === trace.length - 1 || trace.begins[i + 1] === 1
    line += `${begins ? 'M' : 'L'}${x} ${y(trace.last[i] as number)}`
    if (begins && ends) alone += `M${x} ${y(trace.last[i] as number)}h0`
    band += `${begins ? 'M' : 'L'}${x} ${y(trace.high[i] as number)}`
    back = `L${x} ${y(trace.low[i] as number)}${back}`
    if (!ends) continue
    band += `${back}Z`
    back = ''
  }
  return { line, band: series.low === null ? '' : band, alone }
}
