import { describe, expect, it } from 'vitest'
import {
  fallbackAt,
  type Happening,
  isAcknowledged,
  type NoticeChannel,
  type NoticePerson,
  type NoticeRule,
  planFallback,
  planNotices,
} from '../../../gateway/domain/notice.ts'
import { firstRules } from '../../../gateway/domain/notice-first-rules.ts'

const village = '990101101201'
const grid = `${village}001`

function channel(id: string, kind: NoticeChannel['kind'], enabled = true): NoticeChannel {
  return { id, name: id, kind, enabled, place: null }
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
    now: noon,
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
    one.dropped !== null
      ? `${one.target} ${one.dropped}`
      : one.quietUntil === null
        ? one.target
        : `${one.target} quiet`,
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
  const night = { from: '22:00', to: '07:00' }
  const eleven = Date.UTC(2026, 10, 21, 15, 0)
  const seven = Date.UTC(2026, 10, 21, 23, 0)

  it('are those of the town at the time of telling, and red passes', () => {
    const quiet = [rule({ channel: 'robot', quiet: night })]
    expect(targets(quiet, { now: eleven })).toEqual(['group quiet'])
    // It happened by night and is told by day, or the other way round.
    expect(targets(quiet, { at: eleven })).toEqual(['group'])
    expect(targets(quiet, { now: eleven, case: { severity: 'red' } })).toEqual(['group'])
    expect(targets(quiet, { now: eleven, timeZone: 'UTC' })).toEqual(['group'])
  })

  it('wait for their end; what nobody can be told does not wait', () => {
    const [planned] = planNotices([rule({ channel: 'robot', quiet: night })], {
      ...happening({ now: eleven }),
    })
    expect(planned).toMatchObject({ dropped: null, quietUntil: seven })
    expect(targets([rule({ to: 'gridWorker', quiet: night })], { now: eleven })).toEqual([
      'worker/worker-phone quiet',
      'no-phone unreachable',
    ])
  })

  it('of two rules the one that tells sooner', () => {
    const later = rule({ id: 'later', channel: 'robot', quiet: { from: '20:00', to: '09:00' } })
    const sooner = rule({ id: 'sooner', channel: 'robot', quiet: night })
    for (const rules of [
      [later, sooner],
      [sooner, later],
    ]) {
      expect(planNotices(rules, happening({ now: eleven }))).toMatchObject([{ rule: 'sooner' }])
    }
  })
})

describe('the place of a channel', () => {
  const elsewhere = '990101101202'
  const placed = (place: string | null) => [{ ...channel('robot', 'wecom'), place }]
  const told = (place: string | null, where: Change['case']) =>
    planNotices(
      [rule({ channel: 'robot', to: 'channel', fallback: { afterMinutes: 5, channel: '' } })],
      happening({ channels: placed(place), case: where }),
    ).length

  it.each([
    ['the whole town', null, { village, grid }, 1],
    ['the town by its code', '990101101', { village, grid }, 1],
    ['the village of the case', village, { village, grid }, 1],
    ['the village of a case outside its grids', village, { village, grid: null }, 1],
    ['the grid of the case', grid, { village, grid }, 1],
    ['another village', elsewhere, { village, grid }, 0],
    ['another grid of the village', `${village}002`, { village, grid }, 0],
    ['a grid, where the case lies in none', grid, { village, grid: null }, 0],
  ])('%s', (_, place, where, count) => expect(told(place, where)).toBe(count))

  it('narrows what tells persons, too', () => {
    const push = (place: string) => [{ ...channel('push', 'webPush'), place }]
    expect(targets([rule()], { channels: push(village) })).toEqual(['op/op-desk', 'op/op-phone'])
    expect(targets([rule()], { channels: push(elsewhere) })).toEqual([])
  })

  const fallback = { afterMinutes: 5, channel: 'robot' }
  const [push, sms] = [channel('push', 'webPush'), channel('sms', 'sms')]
  it.each([
    [
      'takes the next channel in its place',
      rule({ fallback }),
      [push, ...placed(village)],
      'robot',
    ],
    ['else tells the supervisors', rule({ fallback }), [push, ...placed(elsewhere)], 'push'],
    [
      'through a channel of the place alone',
      rule({ channel: 'robot', fallback: { ...fallback, channel: '' } }),
      [...placed(village), { ...push, place: elsewhere }, { ...sms, place: village }],
      'sms',
    ],
    ['or nobody', rule({ fallback }), [{ ...push, place: elsewhere }, ...placed(elsewhere)], null],
  ])('the fallback %s', (_, one, list, used) => {
    const planned = planFallback(one, happening({ channels: list }))
    expect(planned.map((each) => each.channel)).toEqual(used === null ? [] : [used])
  })
})

describe('when somebody else is told', () => {
  const fallback = { afterMinutes: 10, channel: 'robot' }
  const minutes = (more: Partial<NoticeRule>, change: Change = {}) =>
    planNotices([rule({ fallback, ...more })], happening(change)).map((one) => one.fallbackMinutes)

  it('after the time, at once where nobody can be told', () => {
    expect(minutes({})).toEqual([10, 10])
    expect(minutes({ fallback: null })).toEqual([null, null])
    expect(minutes({ to: 'gridWorker' })).toEqual([10, null])
    expect(minutes({ to: 'gridWorker' }, { people: [people[6] as NoticePerson] })).toEqual([0])
    expect(minutes({ to: 'onDuty' })).toEqual([0])
    expect(minutes({ channel: 'off' })).toEqual([0])
  })

  it('counts from the end of quiet hours, and keeps them too', () => {
    const quiet = { from: '11:00', to: '13:00' }
    const one = rule({ channel: 'robot', fallback, quiet })
    const hour = 3_600_000
    const [planned] = planNotices([one], happening())
    expect(planned && fallbackAt(planned, noon)).toBe(noon + hour + 10 * 60_000)
    expect(planFallback(one, happening())).toMatchObject([{ quietUntil: noon + hour }])
    expect(planFallback(one, happening({ now: noon + hour }))).toMatchObject([{ quietUntil: null }])
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
    const time = Date.UTC(2026, 10, 21, 18, 0)
    const night = { at: time, now: time }
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
