import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useMemo, useState } from 'react'
import { devicesQuery } from '../api/queries.ts'
import { useNow } from '../app/now.ts'
import { useTown } from '../app/town.ts'
import { Plot } from '../chart/plot.tsx'
import type { View } from '../chart/plot-series.ts'
import { useIsNarrow } from '../console/use-is-narrow.ts'
import { failureWords } from '../parts/failure-words.ts'
import { CompareActs } from './compare-acts.tsx'
import { FigureTable } from './figure-table.tsx'
import { type HistoryWindow, keyOf, readPicks, windowOf, writePicks } from './history-search.ts'
import { Legend } from './legend.tsx'
import { Picker } from './picker.tsx'
import { TimeBar } from './time-bar.tsx'
import { useCompared } from './use-compared.ts'
import { useHistorySearch } from './use-history-search.ts'

interface TabProps {
  title: ReactNode
  choice: ReactNode
}

export function CompareTab({ title, choice }: TabProps) {
  const { search, change } = useHistorySearch()
  const picks = useMemo(() => readPicks(search.s), [search.s])
  const devices = useQuery(devicesQuery)
  const view = useWindow(search)
  return (
    <>
      <div className="page-head history-head">
        {title}
        {choice}
        <span className="grow" />
        {picks.length > 0 && <CompareActs picks={picks} view={view} />}
      </div>
      <div className="history-compare">
        <Picker
          devices={devices.data}
          isFailed={devices.isError}
          picks={picks}
          onPicks={(next) => change({ s: writePicks(next) })}
        />
        {picks.length === 0 ? <NothingPicked /> : <Compared view={view} />}
      </div>
    </>
  )
}

/** Moves on with the clock, but seldom, so that the question stays the same for a while. */
function useWindow({ last, from, to }: Parameters<typeof windowOf>[0]): HistoryWindow {
  const now = useNow()
  const { isLive, ...view } = windowOf({ last, from, to }, now)
  return useMemo(() => ({ from: view.from, to: view.to, isLive }), [view.from, view.to, isLive])
}

function NothingPicked() {
  const { t } = useTown().words
  return (
    <div className="panel empty history-nothing">
      <strong>{t('history.nothing')}</strong>
      <span>{t('history.nothingNext')}</span>
    </div>
  )
}

function Compared({ view }: { view: HistoryWindow }) {
  const { words, zone } = useTown()
  const { t } = words
  const { search, change } = useHistorySearch()
  const isNarrow = useIsNarrow()
  const [lit, setLit] = useState<string | null>(null)
  const shown = useCompared(view)
  const { series, visible, limits, alarms, query } = shown
  const isEmpty = query.data !== undefined && series.every(({ at }) => at.length === 0)
  const zoom = ({ from, to }: View) => change({ from, to })
  const reset = () => change({ from: undefined, to: undefined })
  return (
    <div className="history-main">
      <TimeBar view={view} resolution={query.data?.resolution} series={series} />
      <section className="panel history-chart">
        {query.isError && (
          <p className="said" role="alert">
            {failureWords(query.error, t, { away: 'history.away', notFound: 'history.gone' })}
          </p>
        )}
        {query.isPending && !query.isError && (
          <div className="skeleton history-waiting" aria-busy="true" />
        )}
        {isEmpty && !query.isPlaceholderData && (
          <p className="said" role="status">
            {t('history.noReadings')}
          </p>
        )}
        {query.data && (
          <Plot
            series={visible}
            limits={limits}
            alarms={alarms}
            view={view}
            zone={zone}
            label={t('history.chart', { n: visible.length })}
            lit={lit}
            isWaiting={query.isPlaceholderData}
            onView={zoom}
            onReset={reset}
          />
        )}
        <p className="second history-keys">{t(isNarrow ? 'history.touch' : 'history.keys')}</p>
      </section>
      <Legend
        series={series}
        view={view}
        off={search.off}
        onOff={(off) => change({ off })}
        onRemove={(key) =>
          change({ s: writePicks(readPicks(search.s).filter((one) => keyOf(one) !== key)) })
        }
        onLit={setLit}
      />
      <FigureTable series={visible} view={view} />
    </div>
  )
}
