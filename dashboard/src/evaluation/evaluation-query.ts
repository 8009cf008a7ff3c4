import { queryOptions } from '@tanstack/react-query'
import { call, queryString } from '../api/client.ts'
import type { EvaluationView } from '../api/types.ts'

/** A month of a whole town is read for it, so it may take its time and is not asked for often. */
export function evaluationQuery(month: string) {
  return queryOptions({
    queryKey: ['evaluation', month],
    staleTime: 60_000,
    queryFn: () =>
      call<EvaluationView>(`/evaluation${queryString({ month })}`, { timeoutMs: 120_000 }),
  })
}

export function workbookAddress(month: string): string {
  return `/api/v1/evaluation/workbook${queryString({ month })}`
}
