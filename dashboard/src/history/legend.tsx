import { useQuery } from '@tanstack/react-query'
import { devicesQuery } from '../api/queries.ts'
import { useNow } from '../app/now.ts'
import { shortTime } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { type Figures, figuresIn, type PlotSeries } from '../chart/plot-series.ts'
import { SeriesMark } from '../chart/series-mark.tsx'
import { Icon } from '../parts/icon.tsx'
import { formatValue } from '../parts/words.ts'
import { type HistoryWindow, keyOf, readPicks, togglePick, writePicks } from './history-search.ts'

interface LegendProps {
  series: readonly PlotSeries[]
  view: HistoryWindow
  /** As in the address. */
  off: string | undefined
  onOff: (off: string | undefined) => void
  onRemove: (key: string) => void
  onLit: (key: string | null) => void
}

/** What each line is and what it comes to: in words for who does not see the picture. */
export function Legend({ series, view, off, onOff, onRemove, onLit }: LegendProps) {
  const { t } = useTown().words
  const hidden = readPicks(off)
  const hiddenKeys = new Set(hidden.map(keyOf))
  const toggle = (key: string) => {
    const [pick] = readPicks(key)
    if (pick) onOff(writePicks(togglePick(hidden, pick)))
  }
  return (
    <section className="panel history-legend">
      <table>
        <caption className="sr-only">{t('history.figures')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('history.line')}</th>
            <th scope="col">{t('history.unit')}</th>
            <th scope="col">{t('history.latest')}</th>
            <th scope="col">{t('history.min')}</th>
            <th scope="col">{t('history.mean')}</th>
            <th scope="col">{t('history.max')}</th>
            <th scope="col">
              <span className="sr-only">{t('history.acts')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {series.map((one) => (
            <LegendRow
              key={one.key}
              series={one}
              view={view}
              isOff={hiddenKeys.has(one.key)}
              onToggle={() => toggle(one.key)}
              onRemove={() => onRemove(one.key)}
              onLit={onLit}
            />
          ))}
        </tbody>
      </table>
    </section>
  )
}

interface LegendRowProps {
  series: PlotSeries
  view: HistoryWindow
  isOff: boolean
  onToggle: () => void
  onRemove: () => void
  onLit: (key: string | null) => void
}

function LegendRow({ series, view, isOff, onToggle, onRemove, onLit }: LegendRowProps) {
  const { t } = useTown().words
  const figures = figuresIn(series, view)
  const cell = (name: 'min' | 'mean' | 'max') => (
    <td data-label={t(`history.${name}`)}>{figures ? formatValue(figures[name]) : '–'}</td>
  )
  return (
    <tr
      className={isOff ? 'is-off' : undefined}
      onPointerEnter={() => onLit(isOff ? null : series.key)}
      onPointerLeave={() => onLit(null)}
    >
      <th scope="row">
        <button
          type="button"
          aria-pressed={!isOff}
          onClick={onToggle}
          onFocus={() => onLit(series.key)}
          onBlur={() => onLit(null)}
        >
          <Icon name={isOff ? 'eyeOff' : 'eye'} size={16} />
          <SeriesMark series={series} />
          <span className="one-line" title={series.name}>
            {series.name}
          </span>
        </button>
      </th>
      <td>{series.unit}</td>
      <td data-label={t('history.latest')}>
        <Latest series={series} figures={figures} isLive={view.isLive} />
      </td>
      {cell('min')}
      {cell('mean')}
      {cell('max')}
      <td>
        <button
          type="button"
          className="history-remove"
          aria-label={t('history.remove', { name: series.name })}
          onClick={onRemove}
        >
          <Icon name="close" size={14} />
        </button>
      </td>
    </tr>
  )
}

interface LatestProps {
  series: PlotSeries
  figures: Figures | null
  isLive: boolean
}

/** Up to now: what the device said last; of a time gone by, its last point. */
function Latest({ series, figures, isLive }: LatestProps) {
  const { zone } = useTown()
  const now = useNow()
  const [pick] = readPicks(series.key)
  const devices = useQuery(devicesQuery).data
  const device = isLive ? devices?.find(({ id }) => id === pick?.device) : undefined
  const said = device?.latest.find(({ property }) => property === pick?.property)
  const last = said ?? (figures && { value: figures.last, at: figures.at })
  if (!last) return <>–</>
  return (
    <>
      <b>{formatValue(last.value)}</b> <small>{shortTime(last.at, now, zone)}</small>
    </>
  )
}
