import { firstFrom, type PlotSeries, type View } from './plot-series.ts'

/**
 * What of a series is drawn on so many pixels: every point while there are few, else one column of
 * a pixel with the first, least, greatest and last in it. The eye sees the same, and the canvas is
 * spared the rest.
 */
export interface Trace {
  length: number
  /** Columns of pixels; else points at their own places. */
  isCrowded: boolean
  /** Pixels from the left edge. */
  x: Float64Array
  first: Float64Array
  min: Float64Array
  max: Float64Array
  last: Float64Array
  /** The band, from least to greatest of what was rolled up. */
  low: Float64Array
  high: Float64Array
  /** 1 where a line begins: before it something is missing. */
  begins: Uint8Array
}

const pointsPerPixel = 1

function emptyTrace(room: number, isCrowded: boolean): Trace {
  const column = () => new Float64Array(room)
  return {
    length: 0,
    isCrowded,
    x: column(),
    first: column(),
    min: column(),
    max: column(),
    last: column(),
    low: column(),
    high: column(),
    begins: new Uint8Array(room),
  }
}

/** One point beyond either edge belongs to it, so that lines leave the picture. */
export function traceOf(series: PlotSeries, view: View, width: number): Trace {
  const start = Math.max(0, firstFrom(series.at, view.from) - 1)
  const end = Math.min(series.at.length, firstFrom(series.at, view.to) + 1)
  const isCrowded = end - start > pointsPerPixel * width
  const trace = emptyTrace(isCrowded ? Math.ceil(width) + 4 : Math.max(0, end - start), isCrowded)
  const scale = width / (view.to - view.from)
  for (let i = start; i < end; i++) {
    const at = series.at[i] as number
    const exact = (at - view.from) * scale
    const x = isCrowded ? Math.min(width + 1, Math.max(-1, Math.round(exact))) : exact
    const begins = i === start || series.begins[i] === 1
    const at0 = trace.length - 1
    if (isCrowded && at0 >= 0 && trace.x[at0] === x) addTo(trace, at0, series, i)
    else addNew(trace, { x, begins }, series, i)
  }
  return trace
}

function addNew(
  trace: Trace,
  where: { x: number; begins: boolean },
  series: PlotSeries,
  i: number,
) {
  const at = trace.length
  const mean = series.mean[i] as number
  trace.x[at] = where.x
  trace.first[at] = mean
  trace.min[at] = mean
  trace.max[at] = mean
  trace.last[at] = mean
  trace.low[at] = (series.low ?? series.mean)[i] as number
  trace.high[at] = (series.high ?? series.mean)[i] as number
  trace.begins[at] = where.begins ? 1 : 0
  trace.length = at + 1
}

function addTo(trace: Trace, at: number, series: PlotSeries, i: number): void {
  const mean = series.mean[i] as number
  trace.last[at] = mean
  if (mean < (trace.min[at] as number)) trace.min[at] = mean
  if (mean > (trace.max[at] as number)) trace.max[at] = mean
  const low = (series.low ?? series.mean)[i] as number
  const high = (series.high ?? series.mean)[i] as number
  if (low < (trace.low[at] as number)) trace.low[at] = low
  if (high > (trace.high[at] as number)) trace.high[at] = high
}
