import type { QueryClient } from '@tanstack/react-query'
import type { Comparison } from '../api/history-queries.ts'
import type {
  AlarmView,
  CaseDetail,
  CaseView,
  DeviceView,
  Health,
  SeriesView,
} from '../api/types.ts'
import { setServerNow } from '../app/now.ts'
import {
  appendPoints,
  applyAlarmToDetail,
  applyAlarmToList,
  applyDevice,
  applyReadings,
  applyToComparison,
  type DeviceChange,
  isOpen,
  mergeDetail,
  type ReadingTuple,
  replaceCase,
  upsertOpenCase,
} from './live-cache.ts'
import type { SseEvent } from './sse-parser.ts'

/**
 * Live events into the query cache. What an event carries whole is written at once; what it only
 * touches (counts, timelines, boards) is asked again, at most once in a while.
 */

const askAgainMs = 800

/** Whatever tells of rounds, check-ins and what was walked. */
const patrolKeys = [
  ['patrol-rounds'],
  ['patrol-round'],
  ['patrol-coverage'],
  ['checkins'],
  ['checkin'],
  ['board'],
] as const

export interface LiveUpdates {
  onEvent: (event: SseEvent) => void
  stop: () => void
}

interface CasePages {
  pages: { items: CaseView[]; nextCursor: string | null }[]
  pageParams: unknown[]
}

export function createLiveUpdates(client: QueryClient): LiveUpdates {
  const due = new Map<string, readonly unknown[]>()
  let askTimer: ReturnType<typeof setTimeout> | undefined
  let readings: ReadingTuple[] = []
  let readingsTimer: ReturnType<typeof setTimeout> | undefined

  function askAgain(...keys: (readonly unknown[])[]): void {
    for (const key of keys) due.set(JSON.stringify(key), key)
    askTimer ??= setTimeout(() => {
      askTimer = undefined
      const keysDue = [...due.values()]
      due.clear()
      for (const queryKey of keysDue) void client.invalidateQueries({ queryKey })
    }, askAgainMs)
  }

  function onCase(next: CaseView): void {
    client.setQueryData<CaseView[]>(['queue'], (list) => list && upsertOpenCase(list, next))
    client.setQueryData<CaseView[]>(
      ['tasks'],
      (list) => list && replaceCase(list, next).filter(isOpen),
    )
    client.setQueryData<CaseDetail>(['case', next.id], (one) => one && mergeDetail(one, next))
    client.setQueriesData<CasePages>(
      { queryKey: ['cases'] },
      (shown) =>
        shown && {
          ...shown,
          pages: shown.pages.map((page) => ({ ...page, items: replaceCase(page.items, next) })),
        },
    )
    askAgain(['case', next.id], ['cases'], ['tasks'], ['board'], ['load'])
  }

  function onAlarm(alarm: AlarmView): void {
    client.setQueryData<CaseView[]>(['queue'], (list) => list && applyAlarmToList(list, alarm))
    client.setQueriesData<CaseDetail>(
      { queryKey: ['case'] },
      (one) => one && applyAlarmToDetail(one, alarm),
    )
    askAgain(['load'])
  }

  function onDevice(change: DeviceChange): void {
    client.setQueryData<DeviceView[]>(['devices'], (list) => list && applyDevice(list, change))
    askAgain(['load'], ['board'])
  }

  function flushReadings(): void {
    readingsTimer = undefined
    const arrived = readings
    readings = []
    client.setQueryData<DeviceView[]>(['devices'], (list) => list && applyReadings(list, arrived))
    client.setQueriesData<SeriesView>({ queryKey: ['series'] }, (series) => {
      if (!series || series.resolution !== 'raw') return series
      const own = arrived.filter(([d, p]) => d === series.device && p === series.property)
      return own.length === 0 ? series : { ...series, points: appendPoints(series.points, own) }
    })
    for (const { queryKey } of client.getQueryCache().findAll({ queryKey: ['comparison'] })) {
      client.setQueryData<Comparison>(
        queryKey,
        (shown) => shown && applyToComparison(shown, arrived, Number(queryKey[3])),
      )
    }
  }

  function onReadings(arrived: ReadingTuple[]): void {
    readings.push(...arrived)
    readingsTimer ??= setTimeout(flushReadings, 1_000)
  }

  function onEvent(event: SseEvent): void {
    const body: unknown = JSON.parse(event.text)
    switch (event.type) {
      case 'hello':
        setServerNow((body as { now: number }).now)
        return
      case 'reset':
        void client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'session' })
        return
      case 'case':
        onCase(body as CaseView)
        return
      case 'alarm':
        onAlarm(body as AlarmView)
        return
      case 'device':
        onDevice(body as DeviceChange)
        return
      case 'patrol':
        askAgain(...patrolKeys)
        return
      case 'readings':
        onReadings(body as ReadingTuple[])
        return
      case 'health':
        client.setQueryData<Health>(['health'], body as Health)
        return
      default:
        // An event of a newer gateway: the page asks for what it needs by itself.
        return
    }
  }

  return {
    onEvent,
    stop() {
      clearTimeout(askTimer)
      clearTimeout(readingsTimer)
    },
  }
}
