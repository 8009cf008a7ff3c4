import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { ApiError, call, queryString } from './client.ts'
import type {
  Board,
  CaseDetail,
  CaseView,
  DeviceView,
  HazardView,
  Load,
  Page,
  PlaceView,
  QuarantineView,
  SeriesView,
  Session,
} from './types.ts'

/** Every question the pages ask, with its place in the cache; live events write to the same places. */

const longestList = 40

/** Follows the cursor to the end of a list that a page needs whole. */
export async function whole<T>(path: string, limit = 200): Promise<T[]> {
  const items: T[] = []
  let cursor: string | undefined
  for (let page = 0; page < longestList; page++) {
    const answer = await call<Page<T>>(`${path}${queryString({ limit, cursor })}`)
    items.push(...answer.items)
    if (answer.nextCursor === null) break
    cursor = answer.nextCursor
  }
  return items
}

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async (): Promise<Session | null> => {
    try {
      return await call<Session>('/session')
    } catch (error) {
      if (error instanceof ApiError && error.kind === 'signedOut') return null
      throw error
    }
  },
})

export const placesQuery = queryOptions({
  queryKey: ['places'],
  staleTime: 10 * 60_000,
  queryFn: () => whole<PlaceView>('/places'),
})

export const hazardsQuery = queryOptions({
  queryKey: ['hazards'],
  staleTime: 10 * 60_000,
  queryFn: () => whole<HazardView>('/hazards'),
})

export const devicesQuery = queryOptions({
  queryKey: ['devices'],
  staleTime: 60_000,
  queryFn: () => whole<DeviceView>('/devices'),
})

export const queueQuery = queryOptions({
  queryKey: ['queue'],
  staleTime: 60_000,
  queryFn: async (): Promise<CaseView[]> =>
    (await call<Page<CaseView>>('/cases?open=true&sort=urgency&limit=200')).items,
})

export const loadQuery = queryOptions({
  queryKey: ['load'],
  staleTime: 10_000,
  refetchInterval: 30_000,
  queryFn: () => call<Load>('/load'),
})

export const caseQuery = (id: string) =>
  queryOptions({
    queryKey: ['case', id],
    staleTime: 30_000,
    queryFn: () => call<CaseDetail>(`/cases/${encodeURIComponent(id)}`),
  })

export interface CaseSearch {
  state?: string
  severity?: string
  hazard?: string
  village?: string
  tier?: string
  source?: string
  overdue?: boolean
  /** Held by the asker, their team or unit, or claimed by them. */
  mine?: boolean
  open?: boolean
  q?: string
}

export function casesPage(search: CaseSearch, cursor: string | null): Promise<Page<CaseView>> {
  return call(`/cases${queryString({ ...search, limit: 50, cursor: cursor ?? undefined })}`)
}

export const boardQuery = (village: string) =>
  queryOptions({
    queryKey: ['board', village],
    staleTime: 10_000,
    refetchInterval: 60_000,
    placeholderData: keepPreviousData,
    queryFn: () => call<Board>(`/villages/${village}/board`),
  })

export interface SeriesWindow {
  device: string
  property: string
  from: number
  to: number
  resolution?: 'raw' | 'minute' | 'hour' | 'day' | 'auto'
}

export const seriesQuery = ({ device, property, from, to, resolution = 'auto' }: SeriesWindow) =>
  queryOptions({
    queryKey: ['series', device, property, from, to, resolution],
    staleTime: 60_000,
    placeholderData: keepPreviousData,
    queryFn: () =>
      call<SeriesView>(`/series${queryString({ device, property, from, to, resolution })}`),
  })

export function quarantinePage(
  state: string,
  cursor: string | null,
): Promise<Page<QuarantineView>> {
  return call(`/quarantine${queryString({ state, limit: 50, cursor: cursor ?? undefined })}`)
}
