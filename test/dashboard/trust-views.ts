import type {
  Account,
  AuditEntryView,
  BackupView,
  HealthItem,
  PurgeView,
  SeriesSize,
  TokenView,
  UserView,
} from '../../dashboard/src/api/types.ts'

/** People, health and audit as the gateway tells of them, at 10:24 in the sample town. */

export const tenTwentyFour = Date.UTC(2026, 10, 21, 2, 24)

export function aUser(part: Partial<UserView> = {}): UserView {
  return {
    username: 'zhou.xiaolan',
    displayName: '周小兰',
    role: 'gridWorker',
    scope: '990101101205',
    team: null,
    unit: null,
    secondFactor: false,
    disabled: false,
    lastSeenAt: tenTwentyFour - 300_000,
    sessions: 1,
    ...part,
  }
}

export function aToken(part: Partial<TokenView> = {}): TokenView {
  return {
    id: 't1',
    name: '县平台对接',
    role: 'viewer',
    scope: '990101101',
    unit: null,
    createdBy: 'admin',
    createdAt: tenTwentyFour - 86_400_000,
    expiresAt: tenTwentyFour + 89 * 86_400_000,
    lastUsedAt: null,
    revokedAt: null,
    ...part,
  }
}

export function anAccount(part: Partial<Account> = {}): Account {
  return {
    person: {
      username: 'desk01',
      displayName: '值守员甲',
      role: 'operator',
      scope: '990101101',
    },
    secondFactor: false,
    passwordChangedAt: null,
    sessions: [
      {
        id: 's1',
        createdAt: tenTwentyFour - 7_200_000,
        lastSeenAt: tenTwentyFour - 60_000,
        address: '10.0.0.8',
        agent: 'Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0',
        current: false,
      },
      {
        id: 's2',
        createdAt: tenTwentyFour - 600_000,
        lastSeenAt: tenTwentyFour - 1_000,
        address: null,
        agent: null,
        current: true,
      },
    ],
    ...part,
  }
}

export function anItem(part: Partial<HealthItem> = {}): HealthItem {
  return {
    id: 'disk',
    level: 'warn',
    since: tenTwentyFour - 3_600_000,
    facts: { freeBytes: 5_400_000_000, freePercent: 4.2, daysLeft: 12 },
    text: '5.0 GiB are free.',
    ...part,
  }
}

export function aBackup(part: Partial<BackupView> = {}): BackupView {
  return {
    name: 'lianxun-20261121T022400Z-request.tar',
    at: tenTwentyFour,
    bytes: 12_300_000,
    cause: 'request',
    state: 'done',
    progress: 1,
    error: null,
    ...part,
  }
}

export function anAuditEntry(part: Partial<AuditEntryView> = {}): AuditEntryView {
  return {
    id: 41,
    at: tenTwentyFour,
    actor: 'admin',
    act: 'addUser',
    subject: 'user:zhou.xiaolan',
    address: '10.0.0.8',
    reason: null,
    detail: null,
    ...part,
  }
}

/** Two months with single readings, and an old one that has hours and days only. */
export function aSize(part: Partial<SeriesSize> = {}): SeriesSize {
  const none = { air: 0, weather: 0, water: 0, slope: 0, device: 0 }
  return {
    store: 'files',
    months: [
      { month: '2026-11', bytes: 80_000_000, readings: { ...none, air: 300, device: 100 } },
      { month: '2026-10', bytes: 120_000_000, readings: { ...none, air: 600 } },
      { month: '2025-01', bytes: 4_000_000, readings: none },
    ],
    bytes: 204_000_000,
    bytesPerDay: 4_000_000,
    settledBytes: 3_200_000_000,
    disk: { freeBytes: 80_600_000_000, totalBytes: 271_000_000_000, daysLeft: 214 },
    ...part,
  }
}

export function aPurge(part: Partial<PurgeView> = {}): PurgeView {
  return {
    id: 3,
    at: tenTwentyFour,
    kind: 'pictures',
    before: tenTwentyFour - 180 * 86_400_000,
    removed: 1_204,
    bytes: 88_000_000,
    ...part,
  }
}
