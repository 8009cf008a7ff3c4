import { queryOptions } from '@tanstack/react-query'
import { call, queryString } from './client.ts'
import type {
  CaseView,
  ChannelView,
  DeliveryView,
  DutyPerson,
  DutyView,
  NoticeRuleView,
  Page,
  PlannedEventView,
  WorkCalendarView,
} from './types.ts'

/** Questions about one's own work, the duty roster, the work calendar and who is told of what. */

export const tasksQuery = queryOptions({
  queryKey: ['tasks'],
  staleTime: 5_000,
  refetchInterval: 60_000,
  queryFn: async (): Promise<CaseView[]> =>
    (await call<Page<CaseView>>('/cases?mine=true&open=true&sort=urgency&limit=100')).items,
})

export interface Span {
  from: number
  to: number
}

export const dutyQuery = ({ from, to }: Span) =>
  queryOptions({
    queryKey: ['duty', from, to],
    staleTime: 5_000,
    refetchInterval: 60_000,
    queryFn: async () =>
      (await call<{ items: DutyView[] }>(`/duty${queryString({ from, to })}`)).items,
  })

/** Who can be put on duty by the asker. */
export const dutyPeopleQuery = queryOptions({
  queryKey: ['duty-people'],
  staleTime: 5_000,
  queryFn: async () => (await call<{ items: DutyPerson[] }>('/duty/people')).items,
})

export const calendarQuery = queryOptions({
  queryKey: ['calendar'],
  staleTime: 5_000,
  queryFn: () => call<WorkCalendarView>('/calendar'),
})

export const channelsQuery = queryOptions({
  queryKey: ['channels'],
  staleTime: 2_000,
  refetchInterval: 15_000,
  queryFn: async () => (await call<{ items: ChannelView[] }>('/channels')).items,
})

export const noticeRulesQuery = queryOptions({
  queryKey: ['notice-rules'],
  staleTime: 2_000,
  queryFn: async () => (await call<{ items: NoticeRuleView[] }>('/notice-rules')).items,
})

export function deliveryPage(cursor: string | null): Promise<Page<DeliveryView>> {
  return call(`/deliveries${queryString({ limit: 50, cursor: cursor ?? undefined })}`)
}

const plannedPages = 5

export const plannedQuery = ({ from, to }: { from: number; to?: number }) =>
  queryOptions({
    queryKey: ['planned', from, to ?? null],
    staleTime: 5_000,
    refetchInterval: 60_000,
    queryFn: async () => {
      const items: PlannedEventView[] = []
      let cursor: string | undefined
      for (let page = 0; page < plannedPages; page++) {
        const query = queryString({ from, to, limit: 200, cursor })
        const answer = await call<Page<PlannedEventView>>(`/planned-events${query}`)
        items.push(...answer.items)
        if (answer.nextCursor === null) break
        cursor = answer.nextCursor
      }
      return items
    },
  })
