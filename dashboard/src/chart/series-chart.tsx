import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Severity } from '../../../gateway/domain/severity.ts'
import { type SeriesWindow, seriesQuery } from '../api/queries.ts'
import { useTown } from '../app/town.ts'
import { useThemeName } from '../theme/theme-choice.ts'
import { Chart } from './chart.tsx'
import { seriesOption } from './series-option.ts'
import './chart.css'

interface SeriesChartProps {
  window: SeriesWindow
  label: string
  limit?: { value: number; label: string } | undefined
  alarm?: { at: number; severity: Severity } | undefined
}

export function SeriesChart({ window, label, limit, alarm }: SeriesChartProps) {
  const { zone, words } = useTown()
  const theme = useThemeName()
  const query = useQuery(seriesQuery(window))
  const { from, to } = window
  const limitValue = limit?.value
  const limitLabel = limit?.label
  const at = alarm?.at
  const severity = alarm?.severity
  const option = useMemo(
    () =>
      query.data &&
      seriesOption({
        series: query.data,
        from,
        to: Math.max(to, query.data.points.at(-1)?.[0] ?? to),
        zone,
        theme,
        limit:
          limitValue === undefined ? undefined : { value: limitValue, label: limitLabel ?? '' },
        alarm: at === undefined || severity === undefined ? undefined : { at, severity },
      }),
    [query.data, from, to, zone, theme, limitValue, limitLabel, at, severity],
  )
  if (query.isError) return <p className="chart-none">{words.t('chart.failed')}</p>
  if (!option) return <div className="chart skeleton" aria-busy="true" />
  if (query.data?.points.length === 0) return <p className="chart-none">{words.t('chart.none')}</p>
  return <Chart option={option} label={label} />
}
