import { useQuery } from '@tanstack/react-query'
import { Button, Segmented, Select } from 'antd'
import type { Resolution } from '../../../gateway/domain/resolution.ts'
import { resolutions } from '../../../gateway/domain/resolution.ts'
import { devicesQuery } from '../api/queries.ts'
import { formatRough } from '../app/duration.ts'
import { serverNow, useNow } from '../app/now.ts'
import { dayOf } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { DayInput } from '../audit/day-input.tsx'
import { spanInWords } from '../chart/moment.ts'
import type { PlotSeries } from '../chart/plot-series.ts'
import { heldIn, moved } from '../chart/plot-view.ts'
import { Icon } from '../parts/icon.tsx'
import { newestOf } from './compared.ts'
import { type HistoryWindow, isTooFine, type Last, lasts, readPicks } from './history-search.ts'
import { dayEnd, dayStart } from './town-day.ts'
import { useHistorySearch } from './use-history-search.ts'

interface TimeBarProps {
  view: HistoryWindow
  resolution: Resolution | undefined
  series: readonly PlotSeries[]
}

/** Which time is shown, how finely, and how old the newest of it is. */
export function TimeBar({ view, resolution, series }: TimeBarProps) {
  const { words, zone } = useTown()
  const { t } = words
  const { search, change } = useHistorySearch()
  const isOwn = search.from !== undefined
  const points = series.reduce((sum, { at }) => sum + at.length, 0)
  const move = (share: number) => {
    const { from, to } = heldIn(moved(view, share), Math.max(serverNow(), view.to))
    change({ from, to })
  }
  return (
    <div className="history-time">
      <Segmented<Last | 'own'>
        aria-label={t('history.span')}
        value={isOwn ? 'own' : (search.last ?? 'day')}
        onChange={(last) =>
          change(
            last === 'own'
              ? { from: view.from, to: view.to }
              : { last: last === 'day' ? undefined : last, from: undefined, to: undefined },
          )
        }
        options={[
          ...lasts.map((value) => ({ value, label: t(`history.last.${value}`) })),
          { value: 'own' as const, label: t('history.own') },
        ]}
      />
      <span className="history-arrows">
        <Button aria-label={t('history.earlier')} onClick={() => move(-1)}>
          <Icon name="back" size={16} />
        </Button>
        <Button aria-label={t('history.later')} disabled={view.isLive} onClick={() => move(1)}>
          <Icon name="next" size={16} />
        </Button>
        <Button disabled={!isOwn} onClick={() => change({ from: undefined, to: undefined })}>
          {t('history.reset')}
        </Button>
      </span>
      {isOwn && <OwnDays view={view} />}
      <FineChoice view={view} resolution={resolution} />
      <p className="second history-said">
        <span>{spanInWords(view, zone)}</span>
        {resolution !== undefined && (
          <span>{t(`history.each.${resolution}`, { n: points.toLocaleString('en') })}</span>
        )}
        <Newest />
      </p>
    </div>
  )
}

function Newest() {
  const { words } = useTown()
  const { t, durations } = words
  const { search } = useHistorySearch()
  const now = useNow()
  const devices = useQuery(devicesQuery).data ?? []
  const newest = newestOf(readPicks(search.s), devices)
  if (newest === null) return null
  return <span>{t('history.newest', { age: formatRough(now - newest, durations) })}</span>
}

function OwnDays({ view }: { view: HistoryWindow }) {
  const { words, zone } = useTown()
  const { t } = words
  const { change } = useHistorySearch()
  const [from, to] = [dayOf(view.from, zone), dayOf(view.to - 1, zone)]
  const set = (first: string, last: string) => {
    if (first === '' || last === '') return
    const span = { from: dayStart(first, zone), to: dayEnd(last, zone) }
    if (span.from < span.to) change(span)
  }
  return (
    <span className="history-days">
      <DayInput label={t('audit.fromDay')} value={from} max={to} onChange={(day) => set(day, to)} />
      <DayInput label={t('audit.toDay')} value={to} min={from} onChange={(day) => set(from, day)} />
    </span>
  )
}

function FineChoice({ view, resolution }: Omit<TimeBarProps, 'series'>) {
  const { t } = useTown().words
  const { search, change } = useHistorySearch()
  return (
    <Select<Resolution | 'auto'>
      className="history-fine"
      aria-label={t('history.fine')}
      value={search.fine ?? 'auto'}
      onChange={(fine) => change({ fine: fine === 'auto' ? undefined : fine })}
      options={[
        {
          value: 'auto' as const,
          label:
            resolution === undefined || search.fine !== undefined
              ? t('history.fine.auto')
              : t('history.fine.autoIs', { fine: t(`history.fine.${resolution}`) }),
        },
        ...resolutions.map((value) => ({
          value,
          label: t(`history.fine.${value}`),
          disabled: isTooFine(value, view),
        })),
      ]}
    />
  )
}
