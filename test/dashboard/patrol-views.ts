import type {
  CheckinView,
  PatrolCoverageView,
  PatrolRoundView,
  PointView,
  RouteView,
} from '../../dashboard/src/api/types.ts'

/** Patrols as the gateway tells of them, at 10:24 in the sample town. */

const now = Date.UTC(2026, 10, 21, 2, 24)
const minute = 60_000
const village = '990101101205'

export function aPoint(part: Partial<PointView> = {}): PointView {
  return {
    id: 'p501',
    name: '松林村水库边',
    village,
    grid: `${village}002`,
    lon: 106.71,
    lat: 29.22,
    radiusM: 60,
    tag: 'qr',
    tagUid: null,
    hint: null,
    checklist: [],
    reader: null,
    ...part,
  }
}

export function aRoute(part: Partial<RouteView> = {}): RouteView {
  return {
    id: 'r5',
    name: '松林村联巡线',
    village,
    team: '红袖标5队',
    points: ['p501', 'p502', 'p503'],
    order: 'any',
    minWalkS: 60,
    checklist: ['forestFire'],
    shifts: [
      { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], start: '08:30', end: '11:30' },
      { days: ['sat', 'sun'], start: '22:00', end: '02:00', startJitterMin: 30 },
    ],
    ...part,
  }
}

/** Due now, nobody was anywhere yet. `visits`: points that were visited, minutes ago. */
export function aWalk(
  part: Partial<PatrolRoundView> = {},
  visits: Readonly<Record<string, number>> = {},
): PatrolRoundView {
  const points = ['p501', 'p502', 'p503'].map((id) => ({
    id,
    name: `松林村${id}`,
    visitedAt: visits[id] === undefined ? null : now - visits[id] * minute,
  }))
  return {
    id: 'w1',
    route: 'r5',
    name: '松林村联巡线',
    village,
    team: '红袖标5队',
    state: 'due',
    dueFrom: now - 24 * minute,
    dueUntil: now + 36 * minute,
    points,
    visited: Object.keys(visits).length,
    marked: 0,
    excusedReason: null,
    ...part,
  }
}

/** In order, of a printed code. */
export function aCheckin(part: Partial<CheckinView> = {}): CheckinView {
  return {
    id: 'c1',
    status: 'accepted',
    grade: 'static',
    marks: [],
    round: 'w1',
    at: now - 10 * minute,
    refusal: null,
    point: { id: 'p501', name: '松林村水库边', lon: 106.71, lat: 29.22, radiusM: 60 },
    village,
    grid: `${village}002`,
    patroller: '值守员甲',
    team: '红袖标5队',
    saidAt: now - 10 * minute,
    receivedAt: now - 9 * minute,
    lon: 106.7101,
    lat: 29.2201,
    accuracyM: 12,
    distanceM: 15,
    findings: [],
    note: null,
    picture: null,
    isPhotoAwaited: false,
    chain: 'joined',
    before: null,
    review: null,
    ...part,
  }
}

const counts = { planned: 2, done: 1, missed: 1, excused: 0 }

/** Three days up to 2026-11-21. */
export function aReach(part: Partial<PatrolCoverageView> = {}): PatrolCoverageView {
  const point = (id: string, visited: number[], planned: number[], lastAt: number | null) => ({
    id,
    name: `松林村${id}`,
    village,
    grid: `${village}00${id.at(-1)}`,
    lon: 106.71,
    lat: 29.22,
    planned,
    visited,
    lastAt,
  })
  const days = [counts, { ...counts, done: 2, missed: 0 }, { ...counts, done: 0, missed: 0 }]
  const sums = { planned: 6, done: 3, missed: 1, excused: 0, streakDays: 1, score: 42, days }
  return {
    days: ['20261119', '20261120', '20261121'],
    points: [
      point('p1', [2, 1, 1], [2, 2, 2], now - minute),
      point('p2', [0, 0, 0], [2, 2, 2], null),
      point('p3', [1, 0, 0], [0, 0, 0], now - 2 * 1440 * minute),
    ],
    teams: [{ team: '红袖标5队', village, ...sums }],
    villages: [{ village, ...sums }],
    ...part,
  }
}
