import type { AlarmView, CaseDetail, CaseView, DeviceView } from '../../dashboard/src/api/types.ts'

/** Views as the gateway sends them, with only what a test cares about spelled out. */

export function anAlarm(part: Partial<AlarmView> = {}): AlarmView {
  return {
    id: 'alarm-1',
    rule: 'smoke-high',
    ruleName: '林火烟感报警',
    device: 'v5-smoke2',
    deviceName: '松林村林火烟感2',
    hazard: 'forestFire',
    severity: 'red',
    state: 'activeUnacknowledged',
    village: '990101101205',
    grid: '990101101205002',
    lon: 106.72,
    lat: 29.22,
    raisedAt: 1_000_000,
    clearedAt: null,
    acknowledgedAt: null,
    acknowledgedBy: null,
    cause: { property: 'smoke', value: 7.5, limit: 5 },
    incident: 'incident-1',
    ...part,
  }
}

export function aCase(part: Partial<CaseView> = {}): CaseView {
  return {
    id: 'case-1',
    number: '云岭-20261122-0001',
    state: 'reported',
    tier: 'grid',
    hazard: 'forestFire',
    severity: 'red',
    village: '990101101205',
    grid: '990101101205002',
    title: '松林村第二网格 疑似森林火情',
    lon: 106.72,
    lat: 29.22,
    openedAt: 1_000_000,
    stepSince: 1_000_000,
    dueAt: 1_180_000,
    holder: null,
    overdue: false,
    version: 1,
    incident: 'incident-1',
    source: 'alarm',
    text: null,
    claimed: null,
    overdueSince: null,
    reminders: 0,
    supervisions: 0,
    supervision: null,
    extension: null,
    closedAt: null,
    plannedEvent: null,
    alarms: 1,
    unacknowledged: 1,
    active: 1,
    lastAlarm: anAlarm(),
    ...part,
  }
}

export function aDetail(part: Partial<CaseDetail> = {}): CaseDetail {
  return {
    ...aCase(),
    unit: '应急办',
    assist: ['农服中心'],
    clocks: { accept: 3, dispatch: 5, sign: 5, handle: 120 },
    evidence: [anAlarm()],
    timeline: [],
    pictures: [],
    voices: [],
    merged: [],
    mergedInto: null,
    splitFrom: null,
    actions: ['accept', 'void'],
    ...part,
  }
}

export function aDevice(part: Partial<DeviceView> = {}): DeviceView {
  return {
    id: 'v2-pm4',
    name: '柳溪村空气站4',
    kind: 'airStation',
    village: '990101101202',
    grid: null,
    lon: 106.7,
    lat: 29.2,
    adapter: 'mqtt',
    state: 'active',
    headingDeg: null,
    fieldOfViewDeg: null,
    online: true,
    blocked: null,
    throttled: null,
    oldSecretUntil: null,
    lastReceivedAt: 1_000,
    latest: [{ property: 'pm25', value: 35, unit: 'µg/m³', at: 1_000 }],
    ...part,
  }
}
