import type {
  ChannelView,
  DeliveryView,
  DutyView,
  EvaluationRow,
  EvaluationView,
  PlannedEventView,
} from '../../dashboard/src/api/types.ts'

/** A month that was evaluated, a roster and notices as the gateway tells of them, at 10:24 in the sample town. */

const now = Date.UTC(2026, 10, 21, 2, 24)

export function aDuty(part: Partial<DutyView> = {}): DutyView {
  return {
    id: 'd1',
    username: 'zhou.xiaolan',
    name: '周小兰',
    startsAt: now - 7_200_000,
    endsAt: now + 7_200_000,
    ...part,
  }
}

export function aPlannedEvent(part: Partial<PlannedEventView> = {}): PlannedEventView {
  return {
    id: 'p1',
    kind: 'burn',
    title: '田埂烧除',
    hazards: ['forestFire'],
    place: '990101101205',
    circle: null,
    startsAt: now - 3_600_000,
    endsAt: now + 3_600_000,
    unit: null,
    note: '',
    registeredAt: now - 86_400_000,
    ...part,
  }
}

export function aChannel(part: Partial<ChannelView> = {}): ChannelView {
  return {
    id: 'c1',
    name: '值守群',
    kind: 'wecom',
    enabled: true,
    host: 'robot.example',
    carrier: 'http',
    topic: null,
    place: null,
    waiting: 0,
    lastSentAt: now - 300_000,
    trouble: null,
    ...part,
  }
}

export function aDelivery(part: Partial<DeliveryView> = {}): DeliveryView {
  return {
    id: 1,
    case: { id: 'case-1', number: '云岭-20261121-0001' },
    act: 'opened',
    channel: '值守群',
    target: 'group',
    own: false,
    postponedTo: null,
    state: 'sent',
    attempts: 1,
    at: now - 60_000,
    sentAt: now - 59_000,
    readAt: null,
    readBy: null,
    error: null,
    ...part,
  }
}

export function anEvaluated(name: string, over: Partial<EvaluationRow> = {}): EvaluationRow {
  return {
    id: name,
    name,
    opened: 12,
    closed: 9,
    onTime: { accept: 0.5, dispatch: 1, sign: null, handle: 0.254 },
    returnRate: 0.125,
    reworkRate: null,
    medianMinutes: { accept: 2, dispatch: 4, sign: null, handle: 61, close: 90 },
    meanScore: 4.5,
    points: 81.3,
    ...over,
  }
}

export function anEvaluation(part: Partial<EvaluationView> = {}): EvaluationView {
  return {
    month: '2026-11',
    villages: [anEvaluated('柳溪村'), anEvaluated('松林村', { opened: 0, points: null })],
    units: [anEvaluated('应急办')],
    teams: [],
    devices: [
      {
        id: 'd1',
        name: '1号摄像机',
        village: '990101101205',
        alarms: 8,
        falseAlarms: 2,
        falseAlarmRate: 0.25,
      },
      {
        id: 'd2',
        name: '2号摄像机',
        village: '990101101205',
        alarms: 3,
        falseAlarms: 0,
        falseAlarmRate: 0,
      },
    ],
    excluded: { deviceFaults: 3, plannedBurns: 0, suspendedMinutes: 45, offlineMinutes: 480 },
    days: Array.from({ length: 30 }, (_, at) => ({
      day: `2026-11-${String(at + 1).padStart(2, '0')}`,
      opened: at === 3 ? 4 : 0,
      closed: at === 4 ? 2 : 0,
    })),
    ...part,
  }
}
