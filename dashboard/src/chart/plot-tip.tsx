import { useTown } from '../app/town.ts'
import { formatValue } from '../parts/words.ts'
import type { PlotScene } from './draw-plot.ts'
import { momentOf } from './moment.ts'
import { type PlotSeries, pointAt } from './plot-series.ts'
import { SeriesMark } from './series-mark.tsx'

/** What all lines say at the time under the pointer. */
export function PlotTip({ scene, cursor }: { scene: PlotScene; cursor: number }) {
  const { zone } = useTown()
  const { layout, view, series, lit } = scene
  const { left, right, strip, height } = layout
  const share = (cursor - left) / (right - left)
  const at = view.from + share * (view.to - view.from)
  const side = share > 0.5 ? { right: layout.width - cursor + 12 } : { left: cursor + 12 }
  return (
    <>
      <i
        className="plot-cursor"
        style={{ left: cursor, top: strip, height: height - strip - 22 }}
      />
      <div className="plot-tip" style={side} role="status">
        <b>{momentOf(at, view, zone)}</b>
        <ul>
          {series.map((one) => (
            <li key={one.key} className={lit === one.key ? 'is-lit' : undefined}>
              <SeriesMark series={one} />
              <span className="one-line">{one.name}</span>
              <TipValue series={one} at={at} />
            </li>
          ))}
        </ul>
      </div>
    </>
  )
}

function TipValue({ series, at }: { series: PlotSeries; at: number }) {
  const { t } = useTown().words
  const index = pointAt(series, at)
  if (index === -1) return <span className="quiet">{t('history.missing')}</span>
  const value = formatValue(series.mean[index] as number)
  const range =
    series.low === null || series.high === null
      ? null
      : `${formatValue(series.low[index] as number)}–${formatValue(series.high[index] as number)}`
  return (
    <span className="plot-tip-value">
      <b>{value}</b> {series.unit}
      {range !== null && <small> ({range})</small>}
    </span>
  )
}
