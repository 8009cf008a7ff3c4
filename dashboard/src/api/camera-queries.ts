import { queryOptions } from '@tanstack/react-query'
import type { EventMapping, UnmappedTopic } from '../../../gateway/domain/camera-event.ts'
import { call } from './client.ts'
import type { CameraStill, CameraView } from './types.ts'

/** Questions about cameras: what they are, what they showed, what their events mean. */

const pathOf = (id: string) => `/cameras/${encodeURIComponent(id)}`

/** Who waits for a camera to answer sees it soon. */
const connectingMs = 3_000

export const camerasQuery = queryOptions({
  queryKey: ['cameras'],
  staleTime: 5_000,
  refetchInterval: ({ state }) =>
    state.data?.some(({ path }) => path === 'connecting') ? connectingMs : 15_000,
  queryFn: async () => (await call<{ items: CameraView[] }>('/cameras')).items,
})

export const cameraQuery = (id: string) =>
  queryOptions({
    queryKey: ['camera', id],
    staleTime: 2_000,
    refetchInterval: 10_000,
    queryFn: () => call<CameraView>(pathOf(id)),
  })

export const stillsQuery = (id: string) =>
  queryOptions({
    queryKey: ['camera-stills', id],
    staleTime: 5_000,
    refetchInterval: 30_000,
    queryFn: async () => (await call<{ items: CameraStill[] }>(`${pathOf(id)}/stills`)).items,
  })

export const mappingsQuery = queryOptions({
  queryKey: ['camera-mappings'],
  staleTime: 5_000,
  queryFn: async () => (await call<{ items: EventMapping[] }>('/camera-events/mappings')).items,
})

export const unmappedQuery = queryOptions({
  queryKey: ['camera-unmapped'],
  staleTime: 5_000,
  refetchInterval: 15_000,
  queryFn: async () => (await call<{ items: UnmappedTopic[] }>('/camera-events/unmapped')).items,
})
