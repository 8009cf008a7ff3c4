import { queryOptions } from '@tanstack/react-query'
import { call } from './client.ts'
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
