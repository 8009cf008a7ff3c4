import { queryOptions } from '@tanstack/react-query'
import { call, queryString } from './client.ts'
import { whole } from './queries.ts'
import type {
  Account,
  AuditEntryView,
  AuditVerdict,
  BackupView,
  Health,
  Page,
  PurgeView,
  Retention,
  SeriesSize,
  SetupState,
  TokenView,
  UserView,
} from './types.ts'

/** Questions about people, the first start, health, audit and backups. */

export const setupQuery = queryOptions({
  queryKey: ['setup'],
  staleTime: Number.POSITIVE_INFINITY,
  retry: false,
  queryFn: () => call<SetupState>('/setup'),
})

export const accountQuery = queryOptions({
  queryKey: ['account'],
  staleTime: 5_000,
  refetchInterval: 60_000,
  queryFn: () => call<Account>('/account'),
})

export const usersQuery = queryOptions({
  queryKey: ['users'],
  staleTime: 5_000,
  refetchInterval: 60_000,
  queryFn: () => whole<UserView>('/users'),
})

export const teamsQuery = queryOptions({
  queryKey: ['teams'],
  staleTime: 60_000,
  queryFn: async () => (await call<{ items: string[] }>('/teams')).items,
})

export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  staleTime: 5_000,
  queryFn: () => whole<TokenView>('/tokens'),
})

/** The live stream writes to it as well; asked again in case a word of it was missed. */
export const healthQuery = queryOptions({
  queryKey: ['health'],
  staleTime: 5_000,
  refetchInterval: 30_000,
  queryFn: () => call<Health>('/health'),
})

export const backupsQuery = queryOptions({
  queryKey: ['backups'],
  staleTime: 1_000,
  refetchInterval: (query) =>
    query.state.data?.some((one) => one.state === 'running') ? 1_000 : 60_000,
  queryFn: () => whole<BackupView>('/backups'),
})

export interface AuditSearch {
  actor?: string
  act?: string
  from?: number
  to?: number
}

export function auditPage(
  search: AuditSearch,
  cursor: string | null,
): Promise<Page<AuditEntryView>> {
  return call(`/audit${queryString({ ...search, limit: 50, cursor: cursor ?? undefined })}`)
}

/** Reads the whole log, so it may take its time. */
export const verdictQuery = queryOptions({
  queryKey: ['audit-verdict'],
  staleTime: 60_000,
  queryFn: () => call<AuditVerdict>('/audit/verdict', { timeoutMs: 120_000 }),
})

export const retentionQuery = queryOptions({
  queryKey: ['retention'],
  staleTime: 5_000,
  queryFn: () => call<Retention>('/retention'),
})

/** Counted from all months, so it may take its time. */
export const seriesSizeQuery = queryOptions({
  queryKey: ['retention', 'sizes'],
  staleTime: 60_000,
  queryFn: () => call<SeriesSize>('/retention/sizes', { timeoutMs: 60_000 }),
})

export const purgesQuery = queryOptions({
  queryKey: ['purges'],
  staleTime: 30_000,
  queryFn: async () => (await call<Page<PurgeView>>('/purges?limit=50')).items,
})
