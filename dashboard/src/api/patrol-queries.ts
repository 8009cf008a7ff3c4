import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { CheckinMark } from '../../../gateway/domain/checkin.ts'
import { call, queryString } from './client.ts'
import type {
  CheckinView,
  Page,
  PatrolCoverageView,
  PatrolRoundView,
  PatrolSeason,
  PointScreenView,
  PointView,
  RotatingCode,
  RouteView,
  ScreenCode,
  TagSetting,
} from './types.ts'
import type { Span } from './work-queries.ts'

/** Questions about patrols: where one goes, when, who was there, and what nobody walked. */

export const patrolPointsQuery = queryOptions({
  queryKey: ['patrol-points'],
  staleTime: 10_000,
  queryFn: async () => (await call<{ items: PointView[] }>('/patrol/points')).items,
})

export const patrolRoutesQuery = queryOptions({
  queryKey: ['patrol-routes'],
  staleTime: 10_000,
  queryFn: async () => (await call<{ items: RouteView[] }>('/patrol/routes')).items,
})

/** Their factors say how many rounds a shift makes on a day. */
export const patrolSeasonsQuery = queryOptions({
  queryKey: ['patrol-seasons'],
  staleTime: 60_000,
  queryFn: async () => (await call<{ seasons: PatrolSeason[] }>('/patrol/routes')).seasons,
})

export const patrolRoundsQuery = ({ from, to }: Span) =>
  queryOptions({
    queryKey: ['patrol-rounds', from, to],
    staleTime: 2_000,
    refetchInterval: 30_000,
    queryFn: async () =>
      (await call<{ items: PatrolRoundView[] }>(`/patrol/rounds${queryString({ from, to })}`))
        .items,
  })

export const patrolRoundQuery = (id: string) =>
  queryOptions({
    queryKey: ['patrol-round', id],
    staleTime: 2_000,
    refetchInterval: 30_000,
    queryFn: () => call<PatrolRoundView>(`/patrol/rounds/${encodeURIComponent(id)}`),
  })

export interface CheckinSearch {
  village?: string | undefined
  team?: string | undefined
  mark?: CheckinMark | undefined
  point?: string | undefined
  round?: string | undefined
  patroller?: string | undefined
  /** Marked or refused. */
  marked?: boolean | undefined
  /** Marked or refused, and nobody looked at it. */
  waiting?: boolean | undefined
  from?: number | undefined
  to?: number | undefined
}

const checkinsInPage = 50

export const checkinsQuery = (search: CheckinSearch) =>
  infiniteQueryOptions({
    queryKey: ['checkins', search],
    staleTime: 2_000,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam }) =>
      call<Page<CheckinView>>(
        `/patrol/checkins${queryString({ ...search, limit: checkinsInPage, cursor: pageParam ?? undefined })}`,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
  })

/** Those of one round: never more than a page. */
export const roundCheckinsQuery = (round: string) =>
  queryOptions({
    queryKey: ['checkins', 'round', round],
    staleTime: 2_000,
    queryFn: async () =>
      (await call<Page<CheckinView>>(`/patrol/checkins${queryString({ round, limit: 200 })}`))
        .items,
  })

export const patrolCoverageQuery = ({ from, to }: Span) =>
  queryOptions({
    queryKey: ['patrol-coverage', from, to],
    staleTime: 5_000,
    refetchInterval: 60_000,
    queryFn: () => call<PatrolCoverageView>(`/patrol/coverage${queryString({ from, to })}`),
  })

/** Every look is written down, so it is asked for when somebody wants to see it, and not kept. */
export const tagSettingQuery = (point: string) =>
  queryOptions({
    queryKey: ['patrol-tag', point],
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
    queryFn: () => call<TagSetting>(`/patrol/points/${encodeURIComponent(point)}/tag`),
  })

export function rotatingCode(point: string): Promise<RotatingCode> {
  return call(`/patrol/points/${encodeURIComponent(point)}/code`)
}

export function screenCode(point: string, secret: string): Promise<ScreenCode> {
  return call(`/patrol/screens/${encodeURIComponent(point)}/code`, { bearer: secret })
}

export const pointScreenQuery = (point: string) =>
  queryOptions({
    queryKey: ['patrol-screen', point],
    queryFn: () => call<PointScreenView>(`/patrol/points/${encodeURIComponent(point)}/screen`),
  })

export const checkinQuery = (id: string) =>
  queryOptions({
    queryKey: ['checkin', id],
    staleTime: 2_000,
    queryFn: () => call<CheckinView>(`/patrol/checkins/${encodeURIComponent(id)}`),
  })
