import { describe, expect, it } from 'vitest'
import {
  firstRules,
  type Happening,
  isAcknowledged,
  isQuiet,
  type NoticeChannel,
  type NoticePerson,
  type NoticeRule,
  planFallback,
  planNotices,
} from '../../../gateway/domain/notice.ts'

const village = '990101101201'
const grid = `${village}001`

function channel(id: string, kind: NoticeChannel['kind'], enabled = true): NoticeChannel {
  return { id, name: id, kind, enabled }
}

const channels = [
  channel('robot', 'wecom'),
  channel('push', 'webPush'),
  channel('sms', 'sms'),
  channel('off', 'dingtalk', false),
]

function person(id: string, role: NoticePerson['role'], scope: string, more = {}): NoticePerson {
  return { id, role, scope, team: null, unit: null, browsers: [`${id}-phone`], ...more }
}

const people = [
  person('op', 'operator', '990101101', { browsers: ['op-desk', 'op-phone'] }),
  person('chief', 'supervisor', '990101101'),
  person('cadre', 'villageCadre', village),
  person('cadre-elsewhere', 'villageCadre', '990101101202'),
  person('worker', 'gridWorker', grid, { team: '一队' }),
  person('next-grid', 'gridWorker', `${village}002`, { team: '一队' }),
  person('no-phone', 'gridWorker', grid, { browsers: [] }),
  person('firefighter', 'patroller', '990101101', { unit: '应急办' }),
]

function rule(more: Partial<NoticeRule> = {}): NoticeRule {
  return {
    id: 'r',
    name: 'r',
    enabled: true,
    acts: ['opened'],
    hazards: [],
    minSeverity: 'blue',
    to: 'operator',
    channel: 'push',
    quiet: null,
    fallback: null,
    ...more,
  }
}

/** 12:00 in the town. */
const noon = Date.UTC(2026, 10, 21, 4, 0)

type Change = Partial<Omit<Happening, 'case'>> & { case?: Partial<Happening['case']> }

function happening({ case: subject, ...more }: Change = {}): Happening {
  return {
    act: 'opened',
    at: noon,
    actor: null,
    case: {
      hazard: 'forestFire',
      severity: 'orange',
      state: 'reported',
      village,
      grid,
      holder: null,
      ...subject,
    },
    timeZone: 'Asia/Shanghai',
    channels,
    people,
    onDuty: new Set(),
    ...more,
  }
}

const targets = (rules: NoticeRule[], change: Change = {}) =>
  planNotices(rules, happening(change)).map((one) =>
    one.dropped === null ? one.target : `${one.target} ${one.dropped}`,
  )

describe('whether a rule is met', () => {
  it.each<[string, Partial<NoticeRule>, Change, boolean]>([
    ['as it stands', {}, {}, true],
    ['switched off', { enabled: false }, {}, false],
    ['another act', { acts: ['overdue'] }, {}, false],
    ['another hazard', { hazards: ['flood'] }, {}, false],
    ['this hazard', { hazards: ['flood', 'forestFire'] }, {}, true],
    ['not severe enough', { minSeverity: 'red' }, {}, false],
    ['just severe enough', { minSeverity: 'orange' }, {}, true],
    ['a void case', {}, { case: { state: 'void' } }, false],
    ['a merged case', {}, { case: { state: 'merged' } }, false],
    ['a closed case', {}, { case: { state: 'closed' } }, true],
    ['a channel that is gone', { channel: 'gone' }, {}, false],
  ])('%s', (_, more, change, met) => {
    expect(targets([rule(more)], change).length > 0).toBe(met)
  })
})

describe('who is told', () => {
  const user = { kind: 'user', id: 'worker' } as const
  it.each<[string, Partial<NoticeRule>, Change, string[]]>([
    ['each browser of a role', {}, {}, ['op/op-desk', 'op/op-phone']],
    ['a role in the place alone', { to: 'villageCadre' }, {}, ['cadre/cadre-phone']],
    [
      'who has no browser is told of nothing, and it shows',
      { to: 'gridWorker' },
      {},
      ['worker/worker-phone', 'no-phone unreachable'],
    ],
    ['the holder', { to: 'holder' }, { case: { holder: user } }, ['worker/worker-phone']],
    [
      'of a team those who may open the case',
      { to: 'holder' },
      { case: { holder: { kind: 'team', id: '一队' } } },
      ['worker/worker-phone'],
    ],
    [
      'of a unit its members',
      { to: 'holder' },
      { case: { holder: { kind: 'unit', id: '应急办' } } },
      ['firefighter/firefighter-phone'],
    ],
    ['no holder: nobody', { to: 'holder', channel: 'robot' }, {}, []],
    ['who is on duty', { to: 'onDuty' }, { onDuty: new Set(['chief']) }, ['chief/chief-phone']],
    ['nobody on duty, and it shows', { to: 'onDuty' }, {}, [`onDuty@${grid} nobody`]],
    ['not who did it', { to: 'supervisor' }, { actor: 'chief' }, []],
    ['a robot once, whoever is meant', { channel: 'robot' }, {}, ['group']],
    ['an SMS gateway by role and village', { channel: 'sms' }, {}, [`operator@${village}`]],
    ['a channel that is off', { channel: 'off' }, {}, ['group disabled']],
  ])('%s', (_, more, change, expected) => expect(targets([rule(more)], change)).toEqual(expected))

  it('each once, however many rules meet; one that sends goes before one that does not', () => {
    const quiet = { from: '08:00', to: '20:00' }
    const rules = [
      rule({ id: 'quiet', quiet, channel: 'robot' }),
      rule({ id: 'loud', channel: 'robot' }),
      rule({ id: 'again', channel: 'robot' }),
    ]
    expect(planNotices(rules, happening())).toMatchObject([{ rule: 'loud', dropped: null }])
  })
})

describe('quiet hours', () => {
  it.each<[string, string, string, boolean]>([
    ['22:00', '07:00', '21:59', false],
    ['22:00', '07:00', '22:00', true],
    ['22:00', '07:00', '00:00', true],
    ['22:00', '07:00', '06:59', true],
    ['22:00', '07:00', '07:00', false],
    ['12:00', '14:00', '12:00', true],
    ['12:00', '14:00', '14:00', false],
    ['12:00', '12:00', '12:00', false],
  ])('from %s to %s, at %s: %s', (from, to, at, quiet) => {
    const [hour = 0, minute = 0] = at.split(':').map(Number)
    expect(isQuiet({ from, to }, { minute: hour * 60 + minute })).toBe(quiet)
  })

  it('are those of the town, and red passes', () => {
    const at = Date.UTC(2026, 10, 21, 15, 0)
    const quiet = [rule({ channel: 'robot', quiet: { from: '22:00', to: '07:00' } })]
    expect(targets(quiet, { at })).toEqual(['group quiet'])
    expect(targets(quiet, { at, case: { severity: 'red' } })).toEqual(['group'])
    expect(targets(quiet, { at, timeZone: 'UTC' })).toEqual(['group'])
  })
})

describe('when somebody else is told', () => {
  const fallback = { afterMinutes: 10, channel: 'robot' }
  const minutes = (more: Partial<NoticeRule>, change: Change = {}) =>
    planNotices([rule({ fallback, ...more })], happening(change)).map((one) => one.fallbackMinutes)

  it('after the time, at once where nobody can be told, never in quiet hours', () => {
    expect(minutes({})).toEqual([10, 10])
    expect(minutes({ fallback: null })).toEqual([null, null])
    expect(minutes({ to: 'gridWorker' })).toEqual([10, null])
    expect(minutes({ to: 'gridWorker' }, { people: [people[6] as NoticePerson] })).toEqual([0])
    expect(minutes({ to: 'onDuty' })).toEqual([0])
    expect(minutes({ channel: 'off' })).toEqual([0])
    expect(minutes({ channel: 'robot', quiet: { from: '00:00', to: '23:59' } })).toEqual([null])
  })

  it('the same people through the next channel', () => {
    expect(planFallback(rule({ fallback }), happening())).toMatchObject([
      { channel: 'robot', target: 'group', to: 'operator', fallbackMinutes: null },
    ])
  })

  it.each([
    ['through its own channel, where that tells people apart', 'push', 'push'],
    ['else through one that does', 'robot', 'push'],
  ])('without one the supervisors, %s', (_, own, used) => {
    const one = rule({ channel: own, fallback: { afterMinutes: 5, channel: '' } })
    expect(planFallback(one, happening())).toMatchObject([
      { channel: used, target: 'chief/chief-phone', to: 'supervisor' },
    ])
  })

  it('nobody, where there is no way, or nothing left to do', () => {
    const one = rule({ channel: 'robot', fallback: { afterMinutes: 5, channel: '' } })
    const robots = [channel('robot', 'wecom')]
    expect(planFallback(one, happening({ channels: robots }))).toEqual([])
    expect(planFallback(rule({ fallback }), happening({ case: { state: 'void' } }))).toEqual([])
    expect(planFallback(rule(), happening())).toEqual([])
  })

  it.each([
    [[], false, false],
    [[], true, true],
    [[{ act: 'accept', actor: 'p' }], false, true],
    [[{ act: 'claim', actor: 'p' }], false, true],
    [[{ act: 'acknowledged', actor: 'p' }], false, true],
    [[{ act: 'escalated', actor: null }], false, false],
    [[{ act: 'remind', actor: 'p' }], false, false],
    [
      [
        { act: 'release', actor: 'p' },
        { act: 'note', actor: 'p' },
      ],
      false,
      false,
    ],
  ])('%j, read: %s, is an answer: %s', (since, read, answered) => {
    expect(isAcknowledged(since, read)).toBe(answered)
  })
})

describe('the rules of a new town', () => {
  it('tell the desk of new cases day and night, and the holder of work', () => {
    const rules = firstRules(channel('push', 'webPush'))
    const night = { at: Date.UTC(2026, 10, 21, 18, 0) }
    expect(targets(rules, night)).toEqual(['op/op-desk', 'op/op-phone'])
    expect(
      targets(rules, { act: 'dispatch', case: { holder: { kind: 'user', id: 'worker' } } }),
    ).toEqual(['worker/worker-phone'])
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length)
  })

  it('let a loudspeaker speak of the worst alone', () => {
    const speaker = channel('horn', 'loudspeaker')
    const rules = firstRules(speaker)
    expect(targets(rules, { channels: [speaker] })).toEqual([])
    expect(targets(rules, { channels: [speaker], case: { severity: 'red' } })).toEqual(['group'])
  })
})
