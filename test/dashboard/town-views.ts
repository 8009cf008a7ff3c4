import type {
  Board,
  HazardView,
  Load,
  PlaceView,
  QuarantineView,
  Session,
  TimelineEntry,
} from '../../dashboard/src/api/types.ts'
import type { Role } from '../../gateway/domain/person.ts'

/** The sample town as the gateway tells of it: its own names stay Chinese in either language. */

const square = (lon: number, lat: number) => ({
  type: 'Polygon' as const,
  coordinates: [
    [
      [lon, lat],
      [lon + 0.05, lat],
      [lon + 0.05, lat + 0.05],
      [lon, lat + 0.05],
      [lon, lat],
    ] as [number, number][],
  ],
})

export const places: PlaceView[] = [
  { code: '990101101', name: '云岭镇', level: 'town', parent: null, boundary: square(106.6, 29.1) },
  {
    code: '990101101202',
    name: '柳溪村',
    level: 'village',
    parent: '990101101',
    boundary: square(106.6, 29.1),
  },
  {
    code: '990101101205',
    name: '松林村',
    level: 'village',
    parent: '990101101',
    boundary: square(106.7, 29.2),
  },
  {
    code: '990101101205002',
    name: '松林村第二网格',
    level: 'grid',
    parent: '990101101205',
    boundary: square(106.71, 29.21),
  },
]

export const hazards: HazardView[] = [
  { id: 'forestFire', name: '森林火情', unit: '应急办', assist: ['农服中心'] },
  { id: 'strawBurning', name: '秸秆焚烧', unit: '生态环保服务中心', assist: ['各村'] },
  { id: 'helpCall', name: '一键求助', unit: '平安办', assist: ['各村'] },
  { id: 'deviceFault', name: '设备故障', unit: '信息中心', assist: ['各村'] },
]

export function aSession(role: Role = 'operator', scope = '990101101'): Session {
  return {
    person: { username: 'desk01', displayName: '值守员甲', role, scope },
    town: { code: '990101101', name: '云岭镇', timeZone: 'Asia/Shanghai' },
    seasons: [{ id: 'fireSeason', name: '防火期', to: '2027-05-31' }],
    now: Date.UTC(2026, 10, 21, 2, 24),
  }
}

export function aLoad(part: Partial<Load> = {}): Load {
  return {
    at: Date.UTC(2026, 10, 21, 2, 24),
    alarmsLast10Min: 0,
    unacknowledged: 0,
    overdue: 0,
    devicesOffline: 0,
    devices: 117,
    quarantineWaiting: 0,
    ...part,
  }
}

export function anEntry(part: Partial<TimelineEntry> = {}): TimelineEntry {
  return {
    id: 1,
    at: Date.UTC(2026, 10, 21, 2, 12),
    act: 'accept',
    actor: '值守员甲',
    fromState: 'reported',
    toState: 'accepted',
    text: null,
    alarm: null,
    pictures: [],
    facts: {},
    ...part,
  }
}

export function aQuarantined(part: Partial<QuarantineView> = {}): QuarantineView {
  return {
    id: 7,
    count: 1,
    firstAt: Date.UTC(2026, 10, 21, 2, 3),
    lastAt: Date.UTC(2026, 10, 21, 2, 3),
    topic: 'lianxun/990101101204/v4-pm1/telemetry',
    village: '990101101204',
    device: 'v4-pm1',
    payload: '{"readings":{"pm25":"high"}}',
    reason: 'invalid',
    detail: 'readings.pm25: expected number, received string',
    state: 'waiting',
    ...part,
  }
}

export function aBoard(part: Partial<Board> = {}): Board {
  return {
    village: { code: '990101101205', name: '松林村', level: 'village', parent: '990101101' },
    at: Date.UTC(2026, 10, 21, 2, 24),
    seasons: [],
    open: 0,
    overdue: 0,
    cases: [],
    recent: [],
    devicesOnline: 12,
    devices: 14,
    days: ['15', '16', '17', '18', '19', '20', '21'].map((day) => ({
      day: `2026-11-${day}`,
      cases: 0,
    })),
    patrols: { planned: 2, done: 1, missed: 0, excused: 0 },
    ...part,
  }
}
