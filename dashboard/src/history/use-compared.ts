import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { comparisonQuery, marksQuery } from '../api/history-queries.ts'
import { devicesQuery } from '../api/queries.ts'
import { useTown } from '../app/town.ts'
import { alarmsOf, comparedSeries, type DeviceNames, limitsOf, namesOf } from './compared.ts'
import { type HistoryWindow, isTooFine, keyOf, readPicks } from './history-search.ts'
import { useHistorySearch } from './use-history-search.ts'

const noNames: DeviceNames = {}

/** What is picked, asked and made ready for the picture. */
export function useCompared(view: HistoryWindow) {
  const { t } = useTown().words
  const { search } = useHistorySearch()
  const picks = useMemo(() => readPicks(search.s), [search.s])
  const off = useMemo(() => new Set(readPicks(search.off).map(keyOf)), [search.off])
  const names = useQuery({ ...devicesQuery, select: namesOf }).data ?? noNames
  const keys = picks.map(keyOf)
  const fine = search.fine === undefined || isTooFine(search.fine, view) ? 'auto' : search.fine
  const query = useQuery(comparisonQuery({ series: keys, ...view, resolution: fine }))
  const marks = useQuery(marksQuery({ series: keys, from: view.from, to: view.to })).data
  const series = useMemo(
    () => comparedSeries(picks, query.data, { names, until: view.to, t }),
    [picks, query.data, names, view.to, t],
  )
  const visible = useMemo(() => series.filter(({ key }) => !off.has(key)), [series, off])
  const shown = useMemo(() => new Set(visible.map(({ key }) => key)), [visible])
  const limits = useMemo(() => limitsOf(marks, shown, t), [marks, shown, t])
  const alarms = useMemo(() => alarmsOf(marks, shown), [marks, shown])
  return { query, series, visible, limits, alarms }
}
