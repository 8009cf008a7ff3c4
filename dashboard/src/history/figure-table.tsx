import { useState } from 'react'
import { useTown } from '../app/town.ts'
import { momentOf } from '../chart/moment.ts'
import { type PlotSeries, pointAt, type View } from '../chart/plot-series.ts'
import { formatValue } from '../parts/words.ts'

const rows = 25

/** The picture as figures, at even distances: for who does not see it. */
export function FigureTable({ series, view }: { series: readonly PlotSeries[]; view: View }) {
  const { t } = useTown().words
  const [isOpen, setOpen] = useState(false)
  return (
    <details
      className="panel history-table"
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>{t('history.table')}</summary>
      {isOpen && <Figures series={series} view={view} />}
    </details>
  )
}

function Figures({ series, view }: { series: readonly PlotSeries[]; view: View }) {
  const { words, zone } = useTown()
  const { t } = words
  const step = (view.to - view.from) / (rows - 1)
  const times = Array.from({ length: rows }, (_, i) => view.from + i * step)
  const valueAt = (one: PlotSeries, at: number) => {
    const index = pointAt(one, at)
    return index === -1 ? t('history.missing') : formatValue(one.mean[index] as number)
  }
  return (
    <div className="history-table-scroll">
      <table>
        <caption className="second">{t('history.tableWhat')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('history.time')}</th>
            {series.map((one) => (
              <th key={one.key} scope="col">
                {one.mark} {one.name} <small>{one.unit}</small>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {times.map((at) => (
            <tr key={at}>
              <th scope="row">{momentOf(at, view, zone)}</th>
              {series.map((one) => (
                <td key={one.key}>{valueAt(one, at)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
