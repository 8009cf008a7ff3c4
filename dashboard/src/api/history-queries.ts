import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { PropertyClass } from '../../../gateway/domain/property-class.ts'
import type { Resolution } from '../../../gateway/domain/resolution.ts'
import type {
  Comparison,
  SeriesImport,
  SeriesMarks,
  SeriesOverview,
} from '../../../gateway/http/schemas/series.ts'
import { call, queryString } from './client.ts'
import type { Page } from './types.ts'

export type { Comparison, SeriesImport, SeriesMarks, SeriesOverview }

interface Asked {
  /** device:property */
  series: readonly string[]
  from: number
  to: number
}

type ListedQuery = Record<string, string | number | readonly (string | number)[] | undefined>

/** A list is written as the same name several times. */
function listedQuery(values: ListedQuery): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) {
    const list = Array.isArray(value) ? value : [value]
    for (const one of list) if (one !== undefined && one !== '') search.append(name, String(one))
  }
  return search.toString()
}

const longTimeoutMs = 60_000

export interface ComparisonAsked extends Asked {
  resolution: Resolution | 'auto'
  isLive: boolean
}

export const comparisonQuery = ({ isLive, ...asked }: ComparisonAsked) =>
  queryOptions({
    queryKey: ['comparison', asked.series, asked.from, asked.to, asked.resolution],
    enabled: asked.series.length > 0,
    staleTime: 30_000,
    // Comparing a hundred thousand points with those before takes longer than drawing them.
    structuralSharing: false,
    refetchInterval: isLive ? 60_000 : false,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      call<Comparison>(`/series/compare?${listedQuery({ ...asked })}`, { signal }),
  })

export const marksQuery = ({ series, from, to }: Asked) =>
  queryOptions({
    queryKey: ['series-marks', series, from, to],
    enabled: series.length > 0,
    staleTime: 30_000,
    refetchInterval: 60_000,
    placeholderData: keepPreviousData,
    queryFn: () => call<SeriesMarks>(`/series/marks?${listedQuery({ series, from, to })}`),
  })

export interface OverviewAsked {
  place: string
  class: PropertyClass
  from: number
  to: number
}

export const overviewQuery = (asked: OverviewAsked) =>
  queryOptions({
    queryKey: ['series-overview', asked.place, asked.class, asked.from, asked.to],
    staleTime: 30_000,
    refetchInterval: 60_000,
    placeholderData: keepPreviousData,
    queryFn: () =>
      call<SeriesOverview>(`/series/overview${queryString({ ...asked })}`, {
        timeoutMs: longTimeoutMs,
      }),
  })

export interface ExportAsked {
  format: 'csv' | 'parquet' | 'line'
  device?: readonly string[]
  place?: string | undefined
  property?: readonly string[]
  from: number
  to: number
}

export interface ExportSize {
  series: number
  readings: number
  bytes: number
}

export const exportSizeQuery = (asked: ExportAsked) =>
  queryOptions({
    queryKey: ['export-size', asked],
    staleTime: 30_000,
    placeholderData: keepPreviousData,
    queryFn: () =>
      call<ExportSize>(`/series/export-size?${listedQuery({ ...asked })}`, {
        timeoutMs: longTimeoutMs,
      }),
  })

export function exportUrl(asked: ExportAsked): string {
  return `/api/v1/series/export?${listedQuery({ ...asked })}`
}

const isUnderWay = ({ state }: SeriesImport) => state === 'checking' || state === 'writing'

export const importsQuery = queryOptions({
  queryKey: ['series-imports'],
  staleTime: 1_000,
  refetchInterval: (query) => (query.state.data?.some(isUnderWay) ? 1_000 : 60_000),
  queryFn: async () => (await call<Page<SeriesImport>>('/series/imports')).items,
})
