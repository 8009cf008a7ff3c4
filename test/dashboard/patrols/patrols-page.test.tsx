import { describe, expect, test } from 'vitest'
import type { CheckinView, PatrolRoundView } from '../../../dashboard/src/api/types.ts'
import { spanOfDay, spanOfDays } from '../../../dashboard/src/video/rounds.ts'
import { checkinGrades, checkinMarks, refusals } from '../../../gateway/domain/checkin.ts'
import { roundStates, tagKinds } from '../../../gateway/domain/patrol.ts'
import { type Role, roles } from '../../../gateway/domain/person.ts'
import { all, nameOf, one, textOf, wordsIn } from '../markup.ts'
import { foreign } from '../one-language.ts'
import { aCheckin, aPoint, aReach, aRoute, aWalk } from '../patrol-views.ts'
import { tenTwentyFour as now, renderPage, type Scene } from '../render.tsx'
import { aBoard, aSession } from '../town-views.ts'

const zone = 'Asia/Shanghai'
const minute = 60_000
const today = spanOfDay(now, 0, zone)
const fortnight = spanOfDays(now, 14, zone)
const village = '990101101205'

type Answers = NonNullable<Scene['answers']>

const dayOf = (rounds: readonly PatrolRoundView[]): Answers => [
  [['patrol-rounds', today.from, today.to], rounds],
]
const pageOf = (items: readonly CheckinView[]) => ({
  pages: [{ items, nextCursor: null }],
  pageParams: [null],
})
const waiting = (items: readonly CheckinView[]): Answers => [
  [['checkins', { waiting: true }], pageOf(items)],
]
const ground: Answers = [
  [['patrol-points'], [aPoint(), aPoint({ id: 'p502', name: '松林村老屋场', lon: 106.72 })]],
  [['patrol-routes'], [aRoute()]],
]
const show = (path: string, answers: Answers, role: Role = 'townAdmin') =>
  renderPage(path, { session: aSession(role), answers })

describe('the rounds of a day', () => {
  test('state, points walked as segments, window and team', async () => {
    const begun = aWalk({ id: 'begun', marked: 2 }, { p502: 9 })
    const later = aWalk({
      id: 'later',
      dueFrom: now + 60 * minute,
      dueUntil: now + 90 * minute,
    })
    const drawn = await show('/patrols', dayOf([later, begun]))
    const [first = '', second = ''] = all(drawn, '.walk-row').map(textOf)
    for (const part of ['10:00–11:00', '还剩 36 分', '进行中', '红袖标5队', '到点 1/3', '待复核 2'])
      expect(first).toContain(part)
    for (const part of ['11:24–11:54', '1 小时后开始', '未到时间', '到点 0/3'])
      expect(second).toContain(part)
    const [segments] = all(drawn, '.walk-segments')
    expect(segments && nameOf(segments)).toBe('松林村联巡线：1/3 个点位已到')
    expect(segments && all(segments, '.is-visited')).toHaveLength(1)
    expect(textOf(one(drawn, '.walks-sum'))).toBe('共 2 次：已巡完 0，进行中 1，未完成 0，免巡 0')
  })
  test('excused: why', async () =>
    expect(textOf(await show('/patrols', dayOf([aWalk({ excusedReason: '暴雨' })])))).toContain(
      '免巡原因：暴雨',
    ))
  test('nothing planned: what to do, or whom to ask', async () => {
    expect(textOf(one(await show('/patrols', dayOf([])), '.empty'))).toContain('给路线加上班次')
    const asked = await show('/patrols', dayOf([]), 'operator')
    expect(textOf(one(asked, '.empty'))).toContain('请镇管理员或督办员')
    expect(all(asked, '.empty a')).toHaveLength(0)
  })
  test('a name is text', async () =>
    expect(
      all(await show('/patrols', dayOf([aWalk({ name: '<img src=x>' })])), '.walk-row img'),
    ).toEqual([]))
})

describe('for whom', () => {
  const open = new Set<Role>(['townAdmin', 'supervisor', 'operator', 'villageCadre'])
  const planners = new Set<Role>(['townAdmin', 'supervisor'])
  const excusers = new Set<Role>(['townAdmin', 'supervisor', 'villageCadre'])
  test.each(roles)('%s', async (role) => {
    const day = await show('/patrols', dayOf([aWalk()]), role)
    expect(all(day, '.walk-row').length > 0).toBe(open.has(role))
    expect(all(day, '.excuse-many').length > 0).toBe(excusers.has(role))
    const points = await show('/patrols?tab=points', ground, role)
    expect(all(points, '.point-add').length > 0).toBe(planners.has(role))
    expect(textOf(points).includes('标签内容')).toBe(role === 'townAdmin')
    const routes = await show('/patrols?tab=points&list=routes', ground, role)
    expect(all(routes, '.route-acts button').length > 0).toBe(planners.has(role))
    const queue = await show(
      '/patrols?tab=checkins',
      waiting([aCheckin({ marks: ['noFix'] })]),
      role,
    )
    expect(all(queue, '[data-verdict=counts]').length > 0).toBe(open.has(role))
  })
})

describe('one round', () => {
  const round = aWalk({ marked: 1 }, { p503: 14, p501: 4 })
  const checkins = [
    aCheckin({ id: 'a', marks: ['outsideRadius'], at: now - 4 * minute }),
    aCheckin({ id: 'b', status: 'refused', refusal: { kind: 'forged', text: 'x' } }),
  ]
  const answers: Answers = [
    ...ground,
    [['patrol-round', 'w1'], round],
    [['checkins', 'round', 'w1'], checkins],
  ]
  test('points in the order of visits, with time, who, proof and what to look at', async () => {
    const drawn = await show('/patrols/rounds/w1', answers)
    const visits = all(drawn, '.walk-visit').map(textOf)
    expect(visits[0]).toContain('1 松林村p503 10:10:00 到')
    for (const part of [
      '2 松林村p501',
      '10:20:00 到 · 值守员甲',
      '不在点位范围内',
      '普通码',
      '去复核',
    ])
      expect(visits[1]).toContain(part)
    expect(visits[2]).toContain('松林村p502 未到')
  })
  test('its review is one click away', async () => {
    const [link] = all(await show('/patrols/rounds/w1', answers), '.walk-visit-end a')
    expect(link?.attributes['href']).toContain('checkin=b')
  })
  test.each([
    ['due', aWalk(), ['换队…', '免巡…']],
    ['missed', aWalk({ dueUntil: now - 1 }), ['免巡…']],
    ['done', aWalk({}, { p501: 1, p502: 1, p503: 1 }), []],
    ['excused', aWalk({ excusedReason: '暴雨' }), []],
  ])('%s: what can be done', async (_state, shown, buttons) => {
    const drawn = await show('/patrols/rounds/w1', [[['patrol-round', 'w1'], shown]])
    expect(all(drawn, '.walk-acts button').map(textOf)).toEqual(buttons)
  })
  test('no line of anybody’s way is drawn', async () =>
    expect(all(await show('/patrols/rounds/w1', answers), '.walk-map svg polyline')).toEqual([]))
})

describe('the review', () => {
  const checkin = aCheckin({
    marks: ['outsideRadius', 'lateSync'],
    distanceM: 412,
    saidAt: now - 13 * minute,
    receivedAt: now + 20 * minute,
    before: { point: '松林村村口', at: now - 30 * minute, distanceM: 1_400 },
    findings: ['forestFire'],
    note: '绕路了',
    picture: 'f'.repeat(64),
  })
  test('why, where, three clocks side by side, the one before, proof, photo and note', async () => {
    const drawn = await show('/patrols?tab=checkins', waiting([checkin]))
    const said = textOf(one(drawn, '.checkin-detail'))
    for (const part of [
      '离点位 410 米，点位范围 60 米，定位误差 12 米',
      '打卡后过了 30 分 才传到',
      '手机上 10:11:00 早 3 分',
      '改正后 2026-11-21 10:14:00',
      '服务器收到 10:44:00 晚 30 分',
      '松林村村口，相距 1.4 公里，相隔 20 分',
      '约每小时 4 公里',
      '普通码',
      '与上一条相连',
      '发现 森林火情',
      '本人说明 绕路了',
    ])
      expect(said).toContain(part)
    expect(one(drawn, '.checkin-photo').attributes['src']).toContain(`/pictures/${'f'.repeat(64)}`)
    expect(one(drawn, '[data-verdict=counts]').attributes['class']).toContain('primary')
  })
  test('the one in the address is shown, else the first', async () => {
    const list = waiting([checkin, aCheckin({ id: 'c2', marks: ['noFix'] })])
    const chosen = async (path: string) =>
      one(await show(path, list), '.checkin-detail').attributes['data-checkin']
    expect(await chosen('/patrols?tab=checkins')).toBe('c1')
    expect(await chosen('/patrols?tab=checkins&checkin=c2')).toBe('c2')
  })
  test('one that left the queue says who judged it how', async () => {
    const review = { verdict: 'discounted' as const, by: '值守员甲', at: now, text: '代打' }
    const answers: Answers = [...waiting([]), [['checkin', 'c9'], aCheckin({ id: 'c9', review })]]
    const drawn = await show('/patrols?tab=checkins&checkin=c9', answers)
    expect(textOf(one(drawn, '.checkin-reviewed'))).toBe('值守员甲 10:24 判为不计入 · 说明：代打')
  })
  test('nothing waits: where the others are', async () =>
    expect(textOf(one(await show('/patrols?tab=checkins', waiting([])), '.empty'))).toContain(
      '看“全部打卡”',
    ))
  test('a stray tag says neither a distance nor that somebody wrote it by hand', async () => {
    const stray = aCheckin({
      id: 'c7',
      point: null,
      status: 'refused',
      grade: 'manual',
      refusal: { kind: 'unknownTag', text: 'x' },
      before: { point: '松林村村口', at: now - 10 * minute, distanceM: null },
    })
    const said = textOf(
      one(await show('/patrols?tab=checkins', waiting([stray])), '.checkin-detail'),
    )
    expect(said).toContain('松林村村口，相隔')
    expect(said).not.toContain('相距')
    expect(said).toContain('标签不是本镇的')
    expect(said).not.toContain('由本人填写')
  })
  test('the queue can be narrowed to a village and a team', async () => {
    const routes = [aRoute(), aRoute({ id: 'r2', team: '红袖标6队' })]
    const answers: Answers = [...waiting([checkin]), [['patrol-routes'], routes]]
    const drawn = await show('/patrols?tab=checkins', answers)
    const names = all(drawn, '.checkin-filters [role=combobox]').map(nameOf)
    expect(names).toEqual(['按标记筛选', '按村筛选', '按队伍筛选'])
  })
  test('the whole book', async () => {
    const answers: Answers = [[['checkins', {}], pageOf([checkin, aCheckin({ id: 'c2' })])]]
    const rows = all(await show('/patrols?tab=checkins&list=book', answers), '[data-row]').map(
      textOf,
    )
    expect(rows[0]).toContain('待复核')
    expect(rows[1]).toContain('计入')
  })
})

describe('coverage', () => {
  const reach = (part: Parameters<typeof aReach>[0] = {}) =>
    show('/patrols?tab=coverage', [
      [['patrol-coverage', fortnight.from, fortnight.to], aReach(part)],
    ])
  test('where nobody was today is said first, never before longest', async () => {
    const drawn = await reach()
    expect(textOf(one(drawn, '.reach-said'))).toContain('今天还没有人到的点位：2 个')
    const rows = all(drawn, '.reach-nobody li').map(textOf)
    expect(rows[0]).toContain('从未有人到过')
    expect(rows[1]).toContain('上次 11-19 10:24')
  })
  test('every cell has its figure, not only its colour', async () => {
    const rows = all(await reach(), 'tbody tr').filter((row) => row.attributes['data-calendar'])
    const cells = (at: number) => all(rows[at] ?? rows[0]!, '.calendar-cell').map(textOf)
    expect(cells(0)).toEqual(['2/2', '1/2', '1/2'])
    expect(cells(1)).toEqual(['0/2', '0/2', '0/2'])
    expect(cells(2)).toEqual(['1/0', '–', '–'])
  })
  test('teams and villages with streak and points, and nobody by name', async () => {
    const rows = all(await reach(), '.reach-figures [data-row]').map(textOf)
    expect(rows).toEqual(['松林村 6 3 1 0 50% 1 天 42', '红袖标5队 6 3 1 0 50% 1 天 42'])
  })
  test('all were visited', async () => {
    const drawn = await reach({ points: aReach().points.slice(0, 1) })
    expect(textOf(one(drawn, '.reach-said'))).toBe('今天每个点位都有人到过。')
  })
  test('no points: what to do', async () =>
    expect(textOf(one(await reach({ points: [] }), '.empty'))).toContain('添加点位和路线'))
})

describe('points and routes', () => {
  test('what is missing on a tag is said', async () => {
    const points = [
      aPoint({ tag: 'nfc424' }),
      aPoint({ id: 'p2', tag: 'nfcUid', tagUid: '04A1B2C3' }),
      aPoint({ id: 'p3', tag: 'reader' }),
      aPoint({ id: 'p4', tag: 'qrRotating' }),
    ]
    const drawn = await show('/patrols?tab=points', [
      [['patrol-points'], points],
      [['patrol-routes'], []],
    ])
    const rows = all(drawn, '.point-row').map(textOf)
    expect(rows[0]).toContain('还没填卡号')
    expect(rows[1]).toContain('卡号 04A1B2C3')
    expect(rows[2]).toContain('还没选打卡器')
    expect(textOf(one(drawn, '[data-point=p4] .point-acts'))).toContain('屏幕二维码')
  })
  test('to who makes no links the screen is a page to look at', async () => {
    const points = [aPoint({ id: 'p4', tag: 'qrRotating' })]
    const answers: Answers = [
      [['patrol-points'], points],
      [['patrol-routes'], []],
    ]
    const drawn = await show('/patrols?tab=points', answers, 'operator')
    const [screen] = all(drawn, '.point-acts a')
    expect(screen?.attributes['href']).toBe('/patrols/code/p4')
  })
  test('a cadre gets to the link of a screen in the own village only', async () => {
    const points = [
      aPoint({ id: 'p4', tag: 'qrRotating' }),
      aPoint({ id: 'p9', tag: 'qrRotating', village: '990101101208', grid: '990101101208001' }),
    ]
    const answers: Answers = [
      [['patrol-points'], points],
      [['patrol-routes'], []],
    ]
    const drawn = await renderPage('/patrols?tab=points', {
      session: aSession('villageCadre', village),
      answers,
    })
    expect(all(drawn, '[data-point=p4] .point-acts button')).toHaveLength(1)
    expect(all(drawn, '[data-point=p9] .point-acts button')).toHaveLength(0)
  })
  test('none yet: how to begin', async () => {
    const none: Answers = [
      [['patrol-points'], []],
      [['patrol-routes'], []],
    ]
    expect(textOf(one(await show('/patrols?tab=points', none), '.empty'))).toContain('新增点位')
    const routes = await show('/patrols?tab=points&list=routes', none)
    expect(textOf(one(routes, '.empty'))).toContain('先添加点位')
  })
  test('a route says its shifts and what chance has made of them', async () => {
    const tomorrow = spanOfDay(now, 1, zone)
    const drawn = await show('/patrols?tab=points&list=routes', [
      ...ground,
      [['patrol-rounds', today.from, tomorrow.to], [aWalk()]],
    ])
    const said = textOf(one(drawn, '.route-row'))
    for (const part of [
      '每天 08:30–11:30',
      '周六、周日 22:00–次日 02:00',
      '最多晚 30 分',
      '接下来 10:00–11:00',
      '3 个点位 · 顺序不限',
    ])
      expect(said).toContain(part)
  })
})

describe('elsewhere', () => {
  test('the village board shows planned, done and missed, and the points of what runs', async () => {
    const board = aBoard({ patrols: { planned: 4, done: 1, missed: 1, excused: 1 } })
    const drawn = await show(`/villages/${village}`, [
      [['board', village], board],
      ...dayOf([aWalk({}, { p501: 3 }), aWalk({ id: 'x', village: '990101101202' })]),
    ])
    const panel = one(drawn, '.board-patrols')
    expect(textOf(panel)).toContain('今日巡逻 · 红袖标5队')
    expect(textOf(panel)).toContain('1 / 3 巡完')
    expect(textOf(panel)).toContain('1 漏巡')
    expect(all(panel, '.board-walks li')).toHaveLength(1)
    expect(all(panel, '.board-points .is-visited')).toHaveLength(1)
  })
  test('a board without patrols says so', async () => {
    const board = aBoard({ patrols: { planned: 0, done: 0, missed: 0, excused: 0 } })
    const drawn = await show(`/villages/${village}`, [[['board', village], board], ...dayOf([])])
    expect(textOf(one(drawn, '.board-patrols'))).toContain('今天没有安排巡逻。')
  })
})

describe('one language a page', () => {
  const name = '第二网格'
  const everything = roundStates.map((state, at) =>
    aWalk({
      id: state,
      name,
      team: '红袖标5队',
      points: aWalk().points.map((point) => ({ ...point, name })),
      marked: at,
      ...{
        planned: { dueFrom: now + minute, dueUntil: now + 9 * minute },
        due: {},
        underWay: {
          points: [
            { id: 'a', name, visitedAt: now },
            { id: 'b', name, visitedAt: null },
          ],
        },
        done: { points: [{ id: 'a', name, visitedAt: now }] },
        incomplete: {
          dueUntil: now - 1,
          points: [
            { id: 'a', name, visitedAt: now },
            { id: 'b', name, visitedAt: null },
          ],
        },
        missed: { dueUntil: now - 1 },
        excused: { excusedReason: '值守群' },
      }[state],
    }),
  )
  const point = { id: 'p501', name, lon: 106.71, lat: 29.22, radiusM: 60 }
  const checkins = [
    ...checkinMarks.map((mark, at) =>
      aCheckin({
        id: mark,
        marks: [mark],
        point,
        grade: checkinGrades[at % 4] ?? 'manual',
        note: '值守群',
        before: { point: name, at: now - 30 * minute, distanceM: 900 },
        isPhotoAwaited: at % 2 === 0,
        chain: (['first', 'joined', 'broken'] as const)[at % 3] ?? 'first',
        ...(at === 1 && { lon: null, lat: null, distanceM: null, accuracyM: null }),
      }),
    ),
    ...refusals.map((kind) =>
      aCheckin({
        id: kind,
        status: 'refused',
        refusal: { kind, text: '' },
        point: null,
        round: null,
        lon: null,
        lat: null,
        patroller: null,
        team: null,
      }),
    ),
  ]
  const points = tagKinds.map((tag, at) =>
    aPoint({ id: `p${at}`, name, tag, hint: '值守群', ...(at > 2 && { tagUid: '04A1' }) }),
  )
  const reach = aReach()
  const answers: Answers = [
    ...dayOf(everything),
    ...everything.map((walk) => [['patrol-round', walk.id], walk] as const),
    ...waiting(checkins),
    [['checkins', {}], pageOf(checkins)],
    [['patrol-points'], points],
    [
      ['patrol-routes'],
      [aRoute({ name }), aRoute({ id: 'r2', name, shifts: [], order: 'strict' })],
    ],
    [
      ['patrol-coverage', fortnight.from, fortnight.to],
      { ...reach, points: reach.points.map((one) => ({ ...one, name })) },
    ],
    [['board', village], aBoard()],
  ]
  // Ids of points and numbers of tags are of no language.
  const spoken = (words: string[]) => words.filter((said) => !/\bp\d|04A1/.test(said))
  const pages = [
    '/patrols',
    '/patrols?tab=checkins&list=book',
    '/patrols?tab=coverage',
    '/patrols?tab=points',
    '/patrols?tab=points&list=routes',
    ...everything.map(({ id }) => `/patrols/rounds/${id}`),
    ...checkins.map(({ id }) => `/patrols?tab=checkins&checkin=${id}`),
  ]
  test.each(pages)('%s', async (path) => {
    const scene = { session: aSession('townAdmin'), answers }
    expect(wordsIn(await renderPage(path, scene)).length).toBeGreaterThan(25)
    expect(spoken(await foreign(path, 'zh', scene))).toEqual([])
    expect(spoken(await foreign(path, 'en', scene))).toEqual([])
  })
  test.each([...pages.slice(0, 5), '/patrols?tab=checkins', '/patrols/code/p1'])(
    '%s, while nothing is there yet',
    async (path) => {
      const scene = { session: aSession('townAdmin'), answers: [] }
      expect(spoken(await foreign(path, 'zh', scene))).toEqual([])
      expect(spoken(await foreign(path, 'en', scene))).toEqual([])
    },
  )
})
