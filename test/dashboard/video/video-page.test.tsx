import { describe, expect, test } from 'vitest'
import { spanOfDay, spanOfDays } from '../../../dashboard/src/video/rounds.ts'
import { type Role, roles } from '../../../gateway/domain/person.ts'
import { videoRoundStates } from '../../../gateway/domain/video-round.ts'
import { all, nameOf, one, textOf, wordsIn } from '../markup.ts'
import { foreign } from '../one-language.ts'
import { tenTwentyFour as now, renderPage, type Scene } from '../render.tsx'
import { aSession } from '../town-views.ts'
import { aCoverage, aVideoLook, aVideoPlan, aVideoRound } from '../video-views.ts'

const zone = 'Asia/Shanghai'
const minute = 60_000
const today = spanOfDay(now, 0, zone)
const month = spanOfDays(now, 14, zone)

type Answers = NonNullable<Scene['answers']>

const dayOf = (rounds: unknown): Answers => [[['video-rounds', today.from, today.to], rounds]]
const day = (rounds: unknown, role: Role = 'operator') =>
  renderPage('/video', { session: aSession(role), answers: dayOf(rounds) })
const round = (detail: ReturnType<typeof aVideoRound>, role: Role = 'operator', path = 'up') =>
  renderPage(`/video/${detail.id}`, {
    session: aSession(role),
    answers: [
      [['video-round', detail.id], detail],
      [['cameras'], detail.cameras.map((camera) => ({ ...camera, path, masks: [] }))],
    ],
  })

describe('the day', () => {
  test('what is to be done now stands first, with its button', async () => {
    const looks = [aVideoLook(), aVideoLook({ camera: 'v5-cam2', verdict: 'reported' })]
    const drawn = await day([
      aVideoRound({ id: 'begun', looks }),
      aVideoRound({ id: 'due', dueUntil: now + 90 * minute }),
      aVideoRound({ id: 'later', dueFrom: now + 60 * minute, dueUntil: now + 90 * minute }),
    ])
    const [begun, due, later] = all(drawn, '.round-row').map(textOf)
    for (const part of ['10:00–11:00', '还剩 36 分', '进行中', '已看 2/3', '上报 1', '继续巡查'])
      expect(begun).toContain(part)
    for (const part of ['待巡查', '已看 0/3', '开始巡查']) expect(due).toContain(part)
    for (const part of ['11:24–11:54', '未到时间', '查看']) expect(later).toContain(part)
    expect(all(drawn, '.is-now .round-row')).toHaveLength(2)
  })
  test('nothing now: what comes next', async () => {
    const drawn = await day([
      aVideoRound({ dueFrom: now + 60 * minute, dueUntil: now + 90 * minute }),
    ])
    expect(textOf(one(drawn, '.video-calm'))).toBe('现在没有要做的巡查。 下一次：11:24，早间巡查。')
  })
  test('signed by whom, excused why', async () => {
    const drawn = await day([
      aVideoRound({ id: 'a', signedAt: now, signedBy: '值守员甲' }),
      aVideoRound({ id: 'b', excusedReason: '大雾' }),
    ])
    expect(textOf(drawn)).toContain('值守员甲 10:24 签名')
    expect(textOf(drawn)).toContain('免巡原因：大雾')
  })
  test('nothing planned: how to plan one, or whom to ask', async () => {
    expect(textOf(one(await day([], 'townAdmin'), '.empty'))).toContain('在“计划”里新增一条')
    expect(textOf(one(await day([], 'villageCadre'), '.empty'))).toContain('请镇管理员或督办员')
  })
  test('a name is text', async () =>
    expect(all(await day([aVideoRound({ name: '<img src=x>' })]), '.round-row img')).toEqual([]))
})

describe('for whom', () => {
  const makers = new Set<Role>(['townAdmin', 'supervisor', 'operator', 'villageCadre'])
  const planners = new Set<Role>(['townAdmin', 'supervisor'])
  test.each(roles)('%s', async (role) => {
    expect(textOf(await day([aVideoRound()], role)).includes('早间巡查')).toBe(makers.has(role))
    const answers: Answers = [[['video-plans'], [aVideoPlan()]]]
    const plans = await renderPage('/video?tab=plans', { session: aSession(role), answers })
    expect(all(plans, '.plan-add').length > 0).toBe(planners.has(role))
    expect(all(plans, '.plan-row button').length > 0).toBe(planners.has(role))
    const made = await round(aVideoRound(), role)
    expect(textOf(made).includes('免巡')).toBe(planners.has(role))
  })
})

describe('a round', () => {
  const looks = [
    aVideoLook(),
    aVideoLook({
      camera: 'v5-cam2',
      verdict: 'reported',
      findings: ['有烟或有火'],
      note: '山坳有烟',
      case: 'case-1',
      caseNumber: '云岭-20261121-0001',
      picture: 'f'.repeat(64),
    }),
  ]
  test('begins at the first nobody looked at', async () => {
    const drawn = await round(aVideoRound({ looks }))
    expect(textOf(one(drawn, '.look-form h2'))).toBe('3号摄像机')
    expect(all(drawn, '.strip-camera').map((button) => nameOf(button))).toEqual([
      '1 1号摄像机 已看',
      '2 2号摄像机 已上报',
      '3 3号摄像机 未看',
    ])
    expect(textOf(one(drawn, '.round-acts'))).toContain('还有 1 台没看')
    expect(one(drawn, '[data-act=sign]').attributes['disabled']).toBeDefined()
  })
  test('all seen: it can be signed', async () => {
    const all3 = [...looks, aVideoLook({ camera: 'v5-cam3' })]
    const drawn = await round(aVideoRound({ looks: all3 }))
    expect(textOf(one(drawn, '.round-acts'))).toContain('都看过了，请签名')
    expect(one(drawn, '[data-act=sign]').attributes['disabled']).toBeUndefined()
  })
  test('what was reported leads to its case, with the picture that went along', async () => {
    const cameras = [{ id: 'v5-cam2', name: '2号摄像机' }]
    const drawn = await round(aVideoRound({ cameras, looks: looks.slice(1) }))
    const said = one(drawn, '.look-said')
    expect(textOf(said)).toContain('值守员甲 10:19 上报')
    expect(textOf(said)).toContain('发现：有烟或有火')
    expect(one(said, '.look-case').attributes['href']).toBe('/cases/case-1')
    expect(one(said, 'img').attributes['src']).toBe(`/api/v1/pictures/${'f'.repeat(64)}`)
    expect(all(drawn, '[data-act=report]')).toHaveLength(0)
  })
  test.each(['connecting', 'down', 'refused', 'noLogin'])(
    'a camera that is away (%s) says why and can be reported',
    async (path) => {
      const drawn = await round(aVideoRound(), 'operator', path)
      expect(textOf(one(drawn, '.round-gone'))).toContain('上报时不带画面')
      expect(one(drawn, '[data-act=report]').attributes['disabled']).toBeUndefined()
      expect(one(drawn, '[data-act=report]').attributes['class']).toContain('primary')
      expect(all(drawn, '.strip-camera img')).toHaveLength(0)
    },
  )
  test.each([
    ['planned', { dueFrom: now + minute, dueUntil: now + 2 * minute }, '还没到时间，10:25 开始'],
    ['missed', { dueUntil: now - minute }, '时间已过，不能再补'],
    ['done', { signedAt: now, signedBy: '值守员甲' }, '值守员甲 10:24 签名'],
    ['excused', { excusedReason: '大雾' }, '免巡原因：大雾'],
  ])('%s: nothing to press', async (_state, part, words) => {
    const drawn = await round(aVideoRound(part))
    expect(textOf(drawn)).toContain(words)
    expect(all(drawn, '[data-act]')).toHaveLength(0)
  })
})

describe('plans', () => {
  const plans = async (part: Parameters<typeof aVideoPlan>[0]) =>
    textOf(
      one(
        await renderPage('/video?tab=plans', { answers: [[['video-plans'], [aVideoPlan(part)]]] }),
        '.plan-row',
      ),
    )
  test('say where, what and when', async () => {
    const said = await plans({})
    for (const part of ['早间巡查', '云岭镇 · 2 台摄像机', '08:30、14:00', '每天 · 60 分钟内'])
      expect(said).toContain(part)
  })
  test('on some days', async () =>
    expect(await plans({ weekdays: [7, 6] })).toContain('周六、周日'))
  test('off', async () => expect(await plans({ enabled: false })).toContain('已停用'))
})

describe('coverage', () => {
  const coverage = (part: Parameters<typeof aCoverage>[0] = {}) =>
    renderPage('/video?tab=coverage', {
      answers: [[['video-coverage', month.from, month.to], aCoverage(part)]],
    })
  test('what nobody watched is said first', async () => {
    const said = textOf(one(await coverage(), '.coverage-said'))
    expect(said).toContain('近 4 天没人看过的摄像机：1 台')
    expect(said).toContain('2号摄像机')
    expect(said).toContain('应巡 10 次，看了 5 次，漏看 4 次。')
  })
  test('every cell has its figure, not only its colour', async () => {
    const rows = all(await coverage(), 'tbody tr').filter((row) => row.attributes['data-calendar'])
    const cells = (at: number) => all(rows[at] ?? rows[0]!, '.calendar-cell').map(textOf)
    expect(cells(0)).toEqual(['2/2', '1/2', '0/2', '1/2'])
    expect(cells(1)).toEqual(['–', '0/1', '–', '0/1'])
    expect(cells(2)).toEqual(['1/0', '–', '–', '–'])
  })
  test('all were watched', async () => {
    const drawn = await coverage({ cameras: aCoverage().cameras.slice(0, 1) })
    expect(textOf(one(drawn, '.coverage-said'))).toContain('近 4 天每台摄像机都有人看过')
  })
  test('no cameras: what to do', async () =>
    expect(textOf(one(await coverage({ cameras: [] }), '.empty'))).toContain('接入摄像机'))
})

describe('one language a page', () => {
  const detail = aVideoRound({
    name: '值守群',
    checklist: ['值守群'],
    looks: [aVideoLook({ note: '值守群', findings: ['值守群'] })],
  })
  const ends = [
    { signedAt: now, signedBy: '值守员甲' },
    { excusedReason: '值守群' },
    { dueUntil: now - 1 },
    { dueUntil: now - 1, looked: 0 },
    { dueFrom: now + 1 },
    { looked: 0 },
    {},
  ].map((part, at) => aVideoRound({ ...detail, ...part, id: `r${at}` }))
  const cameras = aCoverage().cameras.map((one) => ({ ...one, name: '1号摄像机' }))
  const answers: Answers = [
    ...dayOf(ends),
    [['video-plans'], [aVideoPlan({ name: '值守群', checklist: ['值守群'], weekdays: [1, 7] })]],
    [['video-coverage', month.from, month.to], aCoverage({ cameras })],
    [['cameras'], []],
    ...ends.map((one) => [['video-round', one.id], one] as const),
  ]
  const pages = ['/video', '/video?tab=plans', '/video?tab=coverage']
  test.each([...pages, ...ends.map(({ id }) => `/video/${id}`)])('%s', async (path) => {
    const scene = { session: aSession('townAdmin'), answers }
    // The third camera of a round is named as the other two are.
    const named = (words: string[]) => words.filter((word) => !word.includes('3号摄像机'))
    expect(wordsIn(await renderPage(path, scene)).length).toBeGreaterThan(25)
    expect(named(await foreign(path, 'zh', scene))).toEqual([])
    expect(named(await foreign(path, 'en', scene))).toEqual([])
  })
  test.each(pages)('%s, while nothing is there yet', async (path) => {
    const scene = { session: aSession('townAdmin'), answers: [] }
    expect(await foreign(path, 'zh', scene)).toEqual([])
    expect(await foreign(path, 'en', scene)).toEqual([])
  })
  test('every state has its words', async () => {
    const drawn = textOf(await renderPage('/video', { answers }))
    expect(videoRoundStates).toHaveLength(7)
    for (const words of ['未到时间', '待巡查', '进行中', '已完成', '未巡完', '漏巡', '已免巡'])
      expect(drawn).toContain(words)
  })
})
