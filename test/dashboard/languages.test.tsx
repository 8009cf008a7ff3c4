import { describe, expect, test } from 'vitest'
import type { CaseView } from '../../dashboard/src/api/types.ts'
import { auditActs } from '../../dashboard/src/audit/audit-words.ts'
import type { Language } from '../../dashboard/src/i18n/translate.ts'
import { caseStates, caseSteps, tiers } from '../../gateway/domain/case.ts'
import { deviceKinds } from '../../gateway/domain/device.ts'
import { observedProperties } from '../../gateway/domain/observation.ts'
import { roles } from '../../gateway/domain/person.ts'
import { purgedKinds, retentionDefaults } from '../../gateway/domain/retention.ts'
import { severities } from '../../gateway/domain/severity.ts'
import { aCase, aDetail, aDevice, anAlarm } from './case-views.ts'
import { one, wordsIn } from './markup.ts'
import { foreign as foreignIn, withoutNames } from './one-language.ts'
import { tenTwentyFour as now, renderPage, type Scene } from './render.tsx'
import { aBoard, aLoad, anEntry, aQuarantined, aSession, hazards } from './town-views.ts'
import {
  aBackup,
  anAccount,
  anAuditEntry,
  anItem,
  aPurge,
  aSize,
  aToken,
  aUser,
} from './trust-views.ts'

/**
 * Every page in both languages, over a town in which everything happens at once. In Chinese no
 * English word stands, in English no Chinese character but the town's own names.
 */

const causes = [
  { property: 'smoke', value: 7.5, limit: 5 },
  { property: 'pm25', value: 128, neighbours: 34, limit: 109 },
  { event: 'smoke', confidence: 0.87, bearingDeg: 56, picture: 'd'.repeat(64) },
  { event: 'help' },
  { event: 'fire', confidence: 0.6 },
  { lastHeardAt: now - 2_460_000 },
  {},
]
const alarmStates = [
  'activeUnacknowledged',
  'activeAcknowledged',
  'clearedUnacknowledged',
  'cleared',
] as const

const evidence = causes.map((cause, index) =>
  anAlarm({
    id: `alarm-${index}`,
    cause,
    severity: severities[index % 4] ?? 'red',
    state: alarmStates[index % 4] ?? 'cleared',
    raisedAt: now - (index + 1) * 60_000,
  }),
)

const cases: CaseView[] = caseStates.flatMap((state, at) =>
  severities.map((severity, index) =>
    aCase({
      id: `${state}-${severity}`,
      state,
      severity,
      tier: tiers[index % 3] ?? 'grid',
      hazard: hazards[index]?.id ?? 'forestFire',
      unacknowledged: index % 2,
      active: index === 3 ? 0 : 1,
      openedAt: now - 10 ** (index + 4),
      dueAt: index === 0 ? null : now + (at - 4) * 3_000_000,
      stepSince: now - 100_000,
      lastAlarm: evidence[(at + index) % evidence.length] ?? null,
      holder: index === 1 ? { kind: 'unit', id: '应急办', name: '应急办' } : null,
    }),
  ),
)

const timeline = [
  ...['opened', 'alarm', 'severity', 'cleared'].map((act, id) =>
    anEntry({ id, act, actor: null, toState: null, alarm: id > 0 ? (evidence[id] ?? null) : null }),
  ),
  ...caseSteps.map((act, index) =>
    anEntry({ id: 10 + index, act, toState: caseStates[index % caseStates.length] ?? null }),
  ),
  anEntry({ id: 40, act: 'acknowledged', toState: null, alarm: evidence[0] ?? null }),
]

const devices = deviceKinds.map((kind, index) =>
  aDevice({
    id: `v2-device${index}`,
    kind,
    online: [true, false, null][index % 3] ?? null,
    state: (['active', 'commissioning', 'outOfService'] as const)[index % 3] ?? 'active',
    lastReceivedAt: index % 3 === 2 ? null : now - 10 ** (index + 3),
    latest: Object.entries(observedProperties).map(([property, { unit }]) => ({
      property,
      unit,
      value: 12.5,
      at: now - 60_000,
    })),
  }),
)

const reasons = ['unparseable', 'invalid', 'unknownDevice', 'wrongVillage', 'outOfService']
const quarantined = [
  ...reasons,
  'unknownProperty',
  'implausibleValue',
  'impossibleTime',
  'tooLarge',
].map((reason, id) =>
  aQuarantined({ id, reason, payload: '1', detail: '1', topic: '1', count: id + 1 }),
)

const seasons = ['burnBan', 'fireSeason', 'floodSeason'].map((id, index) => ({
  id,
  name: ['禁烧期', '防火期', '汛期'][index] ?? '',
  to: '2027-05-31',
}))

const pageOf = (items: unknown[]) => ({
  pages: [{ items, nextCursor: 'more' }],
  pageParams: [null],
})

const answers: Scene['answers'] = [
  [['load'], aLoad({ alarmsLast10Min: 3, overdue: 2, unacknowledged: 4, quarantineWaiting: 9 })],
  [['queue'], cases],
  [['devices'], devices],
  [['cases', {}], pageOf(cases)],
  [['cases', { q: 'x' }], pageOf([])],
  [['quarantine', 'waiting'], pageOf(quarantined)],
  [
    ['board', '990101101205'],
    aBoard({ seasons, cases, recent: cases, open: 36, overdue: 4, devicesOnline: 3 }),
  ],
  ...cases.map(
    (shown) =>
      [
        ['case', shown.id],
        aDetail({ ...shown, actions: [...caseSteps], evidence, timeline, assist: ['农服中心'] }),
      ] as const,
  ),
]

const health = {
  at: now,
  items: ['mqtt', 'store', 'rules', 'disk', 'audit', 'tls', 'clock', 'devices', 'quarantine'].map(
    (id, index) =>
      anItem({ id, level: index < 2 ? 'bad' : index === 8 ? 'ok' : 'warn', facts: {}, text: 'x' }),
  ),
}

const people = roles.map((role, index) =>
  aUser({
    username: `user${index}`,
    role,
    displayName: '值守员甲',
    secondFactor: index % 2 === 0,
    disabled: index === 3,
    lastSeenAt: index === 2 ? null : now - 10 ** (index + 4),
  }),
)

const trust: Scene['answers'] = [
  [['health'], health],
  [
    ['backups'],
    (['done', 'failed', 'running'] as const).map((state, index) =>
      aBackup({
        state,
        name: `${index}`,
        bytes: 0,
        cause: ['schedule', 'request', 'migration'][index] ?? '',
      }),
    ),
  ],
  [['account'], anAccount()],
  [['users'], people],
  [
    ['tokens'],
    [
      aToken({ name: '县平台对接' }),
      aToken({ id: 'b', name: '县平台对接', expiresAt: now + 86_400_000, lastUsedAt: now - 1_000 }),
      aToken({ id: 'c', name: '县平台对接', revokedAt: now, createdBy: null }),
    ],
  ],
  [['audit-verdict'], { ok: false, entries: 40, head: null, brokenAt: 41 }],
  [
    ['audit', {}],
    pageOf(
      auditActs.map((act, id) =>
        anAuditEntry({
          id,
          act,
          actor: id % 3 === 0 ? null : 'token:县平台对接',
          subject: `case:${id}`,
        }),
      ),
    ),
  ],
  [['retention'], retentionDefaults],
  [['retention', 'sizes'], aSize()],
  [['purges'], purgedKinds.map((kind, id) => aPurge({ id, kind, bytes: 0 }))],
]

const trustAddresses = [
  '/account',
  '/people',
  '/people?tab=tokens',
  '/health',
  '/audit',
  '/audit?tab=retention',
]

const addresses = [
  '/console',
  '/cases',
  '/cases?q=x',
  '/devices',
  '/devices?device=v2-device0',
  '/devices?device=v2-device5',
  '/quarantine',
  '/villages/990101101205',
  '/no-such-page',
  ...caseStates.map((state) => `/cases/${state}-red`),
]

const foreign = (path: string, language: Language, scene: Scene = {}) =>
  foreignIn(path, language, { answers, ...scene })

describe('one language a page', () => {
  test.each(addresses)('%s in Chinese', async (path) =>
    expect(await foreign(path, 'zh')).toEqual([]),
  )
  test.each(addresses)('%s in English', async (path) =>
    expect(await foreign(path, 'en')).toEqual([]),
  )
  test.each(trustAddresses)('%s, for who administers', async (path) => {
    const scene = {
      session: aSession('townAdmin'),
      answers: [...(answers ?? []), ...(trust ?? [])],
    }
    expect(await foreign(path, 'zh', scene)).toEqual([])
    expect(await foreign(path, 'en', scene)).toEqual([])
    const nothing = { session: aSession('townAdmin'), answers: [] }
    expect(await foreign(path, 'zh', nothing)).toEqual([])
    expect(await foreign(path, 'en', nothing)).toEqual([])
  })
  test.each(['zh', 'en'] as const)('the first start, in %s', async (language) => {
    const answers = [[['setup'], { needed: true, town: null }]] as const
    expect(await foreign('/setup', language, { session: null, answers })).toEqual([])
  })
  test.each(['zh', 'en'] as const)('the way in, in %s', async (language) =>
    expect(await foreign('/sign-in', language, { session: null })).toEqual([]),
  )
  test.each(roles)('%s sees one language too', async (role) => {
    const session = aSession(role)
    expect(await foreign('/devices', 'en', { session })).toEqual([])
    expect(await foreign('/devices', 'zh', { session })).toEqual([])
  })
  test.each(['connecting', 'stale'] as const)('while the link is %s', async (phase) => {
    const live = { phase, lastHeardAt: phase === 'stale' ? now - 60_000 : null }
    expect(await foreign('/devices', 'zh', { live })).toEqual([])
    expect(await foreign('/devices', 'en', { live })).toEqual([])
  })
  test('while nothing is there yet', async () => {
    for (const path of addresses) {
      expect(await foreign(path, 'zh', { answers: [] }), path).toEqual([])
      expect(await foreign(path, 'en', { answers: [] }), path).toEqual([])
    }
  })
})

describe('the check itself', () => {
  test('notices a word that was left in code', () => {
    expect(/[A-Za-z]{2,}/.test(withoutNames('松林村 acknowledged'))).toBe(true)
    expect(/[A-Za-z]{2,}/.test(withoutNames('细颗粒物 35\u2009µg/m³ v5-smoke2'))).toBe(false)
  })
  test('hears what is only said aloud', async () => {
    const drawn = await renderPage('/console', { answers })
    expect(wordsIn(one(drawn, '.queue'))).toContain('按级别筛选')
  })
})
