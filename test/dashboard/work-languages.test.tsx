import { describe, expect, test } from 'vitest'
import { weekOf } from '../../dashboard/src/duty/duty-week.ts'
import { caseStates, caseSteps, tiers } from '../../gateway/domain/case.ts'
import { addressees, channelKinds, noticeActs } from '../../gateway/domain/notice.ts'
import { firstRules } from '../../gateway/domain/notice-first-rules.ts'
import { roles } from '../../gateway/domain/person.ts'
import { severities } from '../../gateway/domain/severity.ts'
import { aDetail } from './case-views.ts'
import { wordsIn } from './markup.ts'
import { foreign } from './one-language.ts'
import { tenTwentyFour as now, renderPage, type Scene } from './render.tsx'
import { aSession, hazards } from './town-views.ts'
import {
  aChannel,
  aDelivery,
  aDuty,
  anEvaluated,
  anEvaluation,
  aPlannedEvent,
} from './work-views.ts'

/** One's own tasks, duty, notices and the evaluation, in both languages, when everything happens at once. */

const week = weekOf(now, 0, 'Asia/Shanghai')
const robots = channelKinds.map((kind, index) =>
  aChannel({
    id: kind,
    name: '值守群',
    kind,
    host: kind === 'webPush' ? null : '10.0.0.9',
    enabled: index > 1,
    lastSentAt: index === 2 ? null : now - 10 ** (index + 3),
    waiting: index,
    trouble: index === 3 ? '1' : null,
  }),
)
const rules = [
  ...firstRules(aChannel()).map((rule) => ({ ...rule, name: '值守群' })),
  ...addressees.map((to) => ({
    id: to,
    name: '值守群',
    enabled: to !== 'onDuty',
    acts: [...noticeActs],
    hazards: to === 'holder' ? hazards.map(({ id }) => id) : [],
    minSeverity: 'yellow' as const,
    to,
    channel: 'c1',
    quiet: { from: '22:00', to: '07:00' },
    fallback: { afterMinutes: 5, channel: 'wecom' },
  })),
]
const told = [
  ...noticeActs.map((act, id) => aDelivery({ id, act, own: id % 2 === 0 })),
  ...(['waiting', 'failed', 'dropped'] as const).map((state, at) =>
    aDelivery({ id: 100 + at, state, sentAt: null, attempts: 3, error: '1' }),
  ),
  ...['quiet', 'disabled', 'unreachable', 'nobody'].map((error, at) =>
    aDelivery({ id: 200 + at, state: 'dropped', sentAt: null, error }),
  ),
  ...['operator@990101101', 'supervisor@990101101205', '值守员甲'].map((target, at) =>
    aDelivery({ id: 300 + at, target, readAt: now, readBy: at === 1 ? null : '值守员甲' }),
  ),
]

const evaluation = anEvaluation({ teams: [anEvaluated('红袖标5队', { points: null })] })
const states = caseStates.filter((state) => !['closed', 'void', 'merged'].includes(state))
const mine = states.flatMap((state, at) =>
  tiers.map((tier, index) =>
    aDetail({
      id: `${state}-${tier}`,
      state,
      tier,
      severity: severities[at % 4] ?? 'red',
      hazard: hazards[index]?.id ?? 'forestFire',
      openedAt: now - 10 ** (index + 4),
      dueAt: index === 0 ? null : now + (at - 2) * 3_000_000,
      supervision: index === 1 ? { text: '1', dueAt: now, by: '值守员甲', at: now } : null,
      actions: [...caseSteps],
      evidence: [],
      timeline: [],
    }),
  ),
)

const answers: NonNullable<Scene['answers']> = [
  [['duty', week.from, week.to], [aDuty({ name: '值守员甲' })]],
  [['planned', Math.floor(now / 3_600_000) * 3_600_000, null], [aPlannedEvent({ title: 'P' })]],
  [['calendar'], { restDays: ['2026-12-01', '2027-01-01'], workDays: ['2027-02-07'] }],
  [['channels'], robots],
  [['notice-rules'], rules],
  [['deliveries'], { pages: [{ items: told, nextCursor: 'more' }], pageParams: [null] }],
  [['evaluation', '2026-11'], evaluation],
  [['tasks'], mine],
  ...mine.map((detail) => [['case', detail.id], detail] as const),
]

const workAddresses = [
  '/tasks',
  '/duty',
  '/duty?tab=calendar',
  '/planned',
  '/notices',
  '/notices?tab=rules',
  '/notices?tab=deliveries',
  '/evaluation',
  '/evaluation?kind=units',
  '/evaluation?kind=teams',
]

const session = aSession('townAdmin')

describe('one language a page', () => {
  test.each(workAddresses)('%s', async (path) => {
    const scene = { session, answers }
    expect(wordsIn(await renderPage(path, scene)).length).toBeGreaterThan(30)
    expect(await foreign(path, 'zh', scene)).toEqual([])
    expect(await foreign(path, 'en', scene)).toEqual([])
  })
  test.each(workAddresses)('%s, while nothing is there yet', async (path) => {
    expect(await foreign(path, 'zh', { session, answers: [] })).toEqual([])
    expect(await foreign(path, 'en', { session, answers: [] })).toEqual([])
  })
  test.each(roles)('%s sees one language too', async (role) => {
    const scene = { session: aSession(role), answers }
    for (const path of ['/tasks', '/notices', '/duty', '/evaluation']) {
      expect(await foreign(path, 'zh', scene), path).toEqual([])
      expect(await foreign(path, 'en', scene), path).toEqual([])
    }
  })
})
