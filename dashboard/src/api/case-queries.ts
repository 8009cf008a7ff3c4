import { queryOptions } from '@tanstack/react-query'
import type { LonLat } from '../../../gateway/domain/place.ts'
import { call, queryString } from './client.ts'
import type { CaseAction, CaseDetail, NewReport, Problem, Similar, Suggestion } from './types.ts'

/** Questions and wishes about cases beside the case itself: who could take it, what is like it. */

const of = (id: string) => `/cases/${encodeURIComponent(id)}`

export const suggestionsQuery = (id: string) =>
  queryOptions({
    queryKey: ['suggestions', id],
    staleTime: 10_000,
    retry: false,
    queryFn: async () => (await call<{ items: Suggestion[] }>(`${of(id)}/suggestions`)).items,
  })

export const similarQuery = (id: string) =>
  queryOptions({
    queryKey: ['similar', id],
    staleTime: 10_000,
    retry: false,
    queryFn: async () => (await call<{ items: Similar[] }>(`${of(id)}/similar`)).items,
  })

export interface Sighted {
  hazard: string
  point: LonLat
  /** Code of the grid, for who knows no more. */
  grid: string | undefined
}

/** What may be the same as something that nobody has reported yet. */
export const alikeQuery = (seen: Sighted | null) =>
  queryOptions({
    queryKey: ['alike', seen],
    enabled: seen !== null,
    staleTime: 10_000,
    retry: false,
    queryFn: async ({ signal }) => {
      if (seen === null) return []
      const { hazard, point, grid } = seen
      const [lon, lat] = point
      const query = queryString({ hazard, lon, lat, grid })
      return (await call<{ items: Similar[] }>(`/cases/similar${query}`, { signal })).items
    },
  })

export function sendReport(report: NewReport): Promise<CaseDetail> {
  return call('/cases', { method: 'POST', body: report })
}

export type BulkAction = Omit<CaseAction, 'version'> & { ids: string[] }

export interface BulkOutcome {
  id: string
  ok: boolean
  problem?: Problem | null
}

/** Each case is judged by itself: some may go through while others are refused. */
export function sendBulk(body: BulkAction): Promise<{ items: BulkOutcome[] }> {
  return call('/cases/actions', { method: 'POST', body, timeoutMs: 60_000 })
}
