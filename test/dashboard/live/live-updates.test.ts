import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type {
  CaseDetail,
  CaseView,
  DeviceView,
  SeriesView,
} from '../../../dashboard/src/api/types.ts'
import { serverNow, setServerNow } from '../../../dashboard/src/app/now.ts'
import { createLiveUpdates, type LiveUpdates } from '../../../dashboard/src/live/live-updates.ts'
import { aCase, aDetail, aDevice, anAlarm } from '../case-views.ts'

let client: QueryClient
let updates: LiveUpdates
const send = (type: string, body: unknown) =>
  updates.onEvent({ type, text: JSON.stringify(body), lastId: '1' })

beforeEach(() => {
  vi.useFakeTimers()
  client = new QueryClient()
  updates = createLiveUpdates(client)
})

afterEach(() => {
  updates.stop()
  client.clear()
  vi.useRealTimers()
  setServerNow(Date.now())
})

describe('live events in the cache', () => {
  test('a case reaches queue, detail and pages at once', () => {
    client.setQueryData(['queue'], [aCase()])
    client.setQueryData(['case', 'case-1'], aDetail())
    client.setQueryData(['cases', {}], {
      pages: [{ items: [aCase()], nextCursor: null }],
      pageParams: [null],
    })
    send('case', aCase({ version: 2, state: 'accepted' }))
    expect(client.getQueryData<CaseView[]>(['queue'])?.[0]?.state).toBe('accepted')
    expect(client.getQueryData<CaseDetail>(['case', 'case-1'])?.state).toBe('accepted')
    const pages = client.getQueryData<{ pages: { items: CaseView[] }[] }>(['cases', {}])
    expect(pages?.pages[0]?.items[0]?.state).toBe('accepted')
  })

  test('readings join the lines of the window that they lie in', () => {
    const series = [{ device: 'v2-pm4', property: 'pm25', unit: 'µg/m³', points: [[1, 30]] }]
    const open = ['comparison', ['v2-pm4:pm25'], 0, 100, 'auto']
    const past = ['comparison', ['v2-pm4:pm25'], 0, 5, 'auto']
    for (const key of [open, past]) client.setQueryData(key, { resolution: 'raw', series })
    send('readings', [['v2-pm4', 'pm25', 7, 41]])
    vi.advanceTimersByTime(1_000)
    const pointsOf = (key: unknown[]) =>
      client.getQueryData<{ series: { points: number[][] }[] }>(key)?.series[0]?.points.length
    expect([pointsOf(open), pointsOf(past)]).toEqual([2, 1])
  })

  test('a task changes at once, and goes when its case ends', () => {
    client.setQueryData(['tasks'], [aCase({ id: 'a' }), aCase({ id: 'b' })])
    send('case', aCase({ id: 'a', version: 2, state: 'handling' }))
    send('case', aCase({ id: 'b', version: 2, state: 'closed' }))
    send('case', aCase({ id: 'of-others' }))
    const tasks = client.getQueryData<CaseView[]>(['tasks'])
    expect(tasks?.map(({ id, state }) => `${id} ${state}`)).toEqual(['a handling'])
  })

  test('a check-in is asked for by whatever shows check-ins', () => {
    const asked = vi.spyOn(client, 'invalidateQueries')
    send('patrol', { id: 'round-1', kind: 'round' })
    send('patrol', { id: 'checkin-1', kind: 'checkin' })
    vi.advanceTimersByTime(1_000)
    const keys = asked.mock.calls.map(([filters]) => filters?.queryKey?.[0])
    expect(keys).toEqual(expect.arrayContaining(['patrol-rounds', 'checkins', 'checkin', 'board']))
    expect(new Set(keys).size).toBe(keys.length)
  })

  test('nothing is put where nothing was asked', () => {
    send('case', aCase())
    send('alarm', anAlarm())
    expect(client.getQueryData(['queue'])).toBeUndefined()
    expect(client.getQueryData(['case', 'case-1'])).toBeUndefined()
  })

  test('health is shown as it comes, also to who may not ask for it', () => {
    const health = { at: 1, items: [{ id: 'disk', level: 'bad', since: 1, facts: {}, text: '' }] }
    send('health', health)
    expect(client.getQueryData(['health'])).toEqual(health)
  })

  test('a burst asks for the counts once', () => {
    const asked = vi.spyOn(client, 'invalidateQueries')
    for (let n = 0; n < 50; n++) send('case', aCase({ id: `case-${n}` }))
    vi.advanceTimersByTime(1_000)
    const loads = asked.mock.calls.filter(([filter]) => filter?.queryKey?.[0] === 'load')
    expect(loads).toHaveLength(1)
  })

  test('readings are gathered for a second, then drawn', () => {
    client.setQueryData(['devices'], [aDevice()])
    client.setQueryData<SeriesView>(['series', 'v2-pm4', 'pm25', 0, 1, 'auto'], {
      device: 'v2-pm4',
      property: 'pm25',
      unit: 'µg/m³',
      resolution: 'raw',
      points: [[1_000, 35]],
    })
    send('readings', [['v2-pm4', 'pm25', 2_000, 81]])
    send('readings', [['v2-pm4', 'pm25', 3_000, 90]])
    expect(client.getQueryData<DeviceView[]>(['devices'])?.[0]?.latest[0]?.value).toBe(35)
    vi.advanceTimersByTime(1_000)
    expect(client.getQueryData<DeviceView[]>(['devices'])?.[0]?.latest[0]?.value).toBe(90)
    const series = client.getQueryData<SeriesView>(['series', 'v2-pm4', 'pm25', 0, 1, 'auto'])
    expect(series?.points).toEqual([
      [1_000, 35],
      [2_000, 81],
      [3_000, 90],
    ])
  })

  test('a device going away is shown at once', () => {
    client.setQueryData(['devices'], [aDevice()])
    send('device', { id: 'v2-pm4', online: false, at: 1 })
    expect(client.getQueryData<DeviceView[]>(['devices'])?.[0]?.online).toBe(false)
  })

  test('hello sets the clock of the page', () => {
    vi.setSystemTime(10_000)
    send('hello', { now: 25_000 })
    expect(serverNow()).toBe(25_000)
  })

  test('after a reset everything is asked again but who is signed in', () => {
    const asked = vi.spyOn(client, 'invalidateQueries')
    send('reset', {})
    const predicate = asked.mock.calls[0]?.[0]?.predicate
    const query = (key: string) =>
      ({ queryKey: [key] }) as unknown as Parameters<NonNullable<typeof predicate>>[0]
    expect(predicate?.(query('queue'))).toBe(true)
    expect(predicate?.(query('session'))).toBe(false)
  })

  test('an event of a newer gateway is left alone', () => {
    expect(() => send('patrol', { id: 'x' })).not.toThrow()
  })
})
