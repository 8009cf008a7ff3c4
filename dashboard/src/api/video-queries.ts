import { queryOptions } from '@tanstack/react-query'
import { call, queryString } from './client.ts'
import type { VideoCoverageView, VideoPlanView, VideoRoundDetail, VideoRoundView } from './types.ts'
import type { Span } from './work-queries.ts'

/** Questions about video rounds: what is planned, what is to be done, what was seen. */

export const videoPlansQuery = queryOptions({
  queryKey: ['video-plans'],
  staleTime: 2_000,
  queryFn: async () => (await call<{ items: VideoPlanView[] }>('/video/plans')).items,
})

export const videoRoundsQuery = ({ from, to }: Span) =>
  queryOptions({
    queryKey: ['video-rounds', from, to],
    staleTime: 2_000,
    refetchInterval: 15_000,
    queryFn: async () =>
      (await call<{ items: VideoRoundView[] }>(`/video/rounds${queryString({ from, to })}`)).items,
  })

export const videoRoundQuery = (id: string) =>
  queryOptions({
    queryKey: ['video-round', id],
    staleTime: 1_000,
    refetchInterval: 10_000,
    queryFn: () => call<VideoRoundDetail>(`/video/rounds/${encodeURIComponent(id)}`),
  })

export const videoCoverageQuery = ({ from, to }: Span) =>
  queryOptions({
    queryKey: ['video-coverage', from, to],
    staleTime: 5_000,
    refetchInterval: 60_000,
    queryFn: () => call<VideoCoverageView>(`/video/coverage${queryString({ from, to })}`),
  })
