import { describe, expect, test } from 'vitest'
import type { Board, CaseView } from '../../../dashboard/src/api/types.ts'
import { DayBars } from '../../../dashboard/src/board/day-bars.tsx'
import { aCase, anAlarm } from '../case-views.ts'
import { all, one, textOf } from '../markup.ts'
import { tenTwentyFour as now, renderPage, renderPart, type Scene } from '../render.tsx'
import { aBoard, aSession } from '../town-views.ts'

const village = '990101101205'

function page(part: Partial<Board> = {}, scene: Scene = {}) {
  return renderPage(`/villages/${village}`, {
    ...scene,
    answers: [
      [['board', village], aBoard(part)],
      [['devices'], []],
    ],
  })
}

const some = (id: string, part: Partial<CaseView> = {}) =>
  aCase({ id, openedAt: now - 3_600_000, dueAt: now + 600_000, state: 'handling', ...part })

describe('the season', () => {
  const fire = { id: 'fireSeason', name: '防火期', to: '2027-05-31' }
  test('named, with its last day and what it asks of people', async () => {
    const panel = async (language: 'zh' | 'en') =>
      textOf(one(await page({ seasons: [fire] }, { language }), '.board-season'))
    expect(await panel('zh')).toBe('今日时令 防火期 到 5月31日 林区不用火，不烧秸秆')
    expect(await panel('en')).toBe(
      'Season Fire season until 31 May No fire in the woods, no straw burning',
    )
  })
  test('two at once are both there', async () => {
    const flood = { id: 'floodSeason', name: '汛期', to: '2026-09-30' }
    const panel = textOf(one(await page({ seasons: [fire, flood] }), '.board-season'))
    expect(panel).toContain('防火期')
    expect(panel).toContain('汛期 到 9月30日')
  })
  test('a flood season does not ask people to burn nothing', async () => {
    const flood = { id: 'floodSeason', name: '汛期', to: '2026-09-30' }
    expect(textOf(one(await page({ seasons: [flood] }), '.board-season'))).not.toContain('秸秆')
  })
  test('none is said', async () =>
    expect(textOf(one(await page(), '.board-season'))).toBe('今日时令 平常时期'))
})

describe('open cases', () => {
  const list = async (cases: CaseView[], part: Partial<Board> = {}) =>
    one(await page({ cases, open: cases.length, ...part }), '.board-cases')

  test('none: nought stays quiet and the panel says so', async () => {
    const panel = await list([])
    expect(textOf(panel)).toBe('0 件未办结 0 件超期 没有未办结的工单。')
    expect(all(panel, 'p.quiet')).toHaveLength(2)
  })
  test('one: hazard and grid, without the village’s own name', async () => {
    const panel = await list([some('a')])
    expect(textOf(one(panel, 'li'))).toBe('红森林火情 · 第二网格处置中还剩 10:00')
    expect(all(panel, 'p.quiet')).toHaveLength(1)
  })
  test('many: in the order of the answer, overdue first, each a link to its case', async () => {
    const panel = await list(
      [
        some('late', { dueAt: now - 72 * 60_000, overdue: true }),
        some('soon', { dueAt: now + 60_000 }),
        some('later', { dueAt: now + 600_000 }),
      ],
      { overdue: 1 },
    )
    expect(all(panel, 'a').map((link) => link.attributes['href'])).toEqual([
      '/cases/late',
      '/cases/soon',
      '/cases/later',
    ])
    expect(all(panel, '.board-due').map((due) => textOf(due))).toEqual([
      '超期 1:12:00',
      '还剩 1:00',
      '还剩 10:00',
    ])
    expect(all(panel, '.overdue')).toHaveLength(1)
    expect(textOf(one(panel, '.board-counts'))).toBe('3 件未办结 1 件超期')
  })
  test('a case outside every grid shows its hazard alone', async () =>
    expect(textOf(one(await list([some('a', { grid: null })]), '.board-case'))).toBe('森林火情'))
})

describe('the last five', () => {
  const recent = async (cases: CaseView[], scene: Scene = {}) =>
    one(await page({ recent: cases }, scene), '.board-recent')

  test('none yet', async () => expect(textOf(await recent([]))).toBe('最近五件 还没有发生过事件。'))
  test('not more than five', async () =>
    expect(all(await recent('abcdefg'.split('').map((id) => some(id))), 'li')).toHaveLength(5))
  test('with its picture, or the word that there are readings only', async () => {
    const picture = 'b'.repeat(64)
    const panel = await recent([
      some('seen', { lastAlarm: anAlarm({ cause: { event: 'smoke', picture } }) }),
      some('measured'),
    ])
    expect(one(panel, 'img').attributes).toMatchObject({
      src: `/api/v1/pictures/${picture}?size=small`,
      alt: '松林村林火烟感2',
    })
    expect(textOf(panel)).toContain('仅读数')
  })
  test('today by its time, before that with its day', async () => {
    const panel = await recent([some('a'), some('b', { openedAt: now - 3 * 86_400_000 })])
    expect(all(panel, '.recent-time').map((time) => textOf(time))).toEqual([
      '红09:24',
      '红11-18 10:24',
    ])
  })
})

describe('seven days', () => {
  const days = [0, 2, 1, 0, 4, 0, 3].map((cases, index) => ({
    day: `2026-11-${15 + index}`,
    cases,
  }))
  test('figures above, day of the month below, today by its word', async () => {
    const bars = await renderPart(<DayBars days={days} />)
    expect(all(bars, 'li').map((bar) => textOf(bar))).toEqual([
      '015',
      '216',
      '117',
      '018',
      '419',
      '020',
      '3今',
    ])
    expect(all(bars, 'li.is-today')).toHaveLength(1)
  })
  test('the greatest fills the height, the others in proportion', async () => {
    const bars = await renderPart(<DayBars days={days} />)
    expect(all(bars, 'i').map((bar) => bar.attributes['style'])).toEqual(
      [0, 50, 25, 0, 100, 0, 75].map((height) => `height:${height}%`),
    )
  })
  test('a quiet week divides by nothing', async () => {
    const bars = await renderPart(<DayBars days={days.map((day) => ({ ...day, cases: 0 }))} />)
    expect(all(bars, 'i').map((bar) => bar.attributes['style'])).toEqual(
      days.map(() => 'height:0%'),
    )
  })
})

describe('around it', () => {
  test('devices online of all', async () =>
    expect(textOf(one(await page(), '.board-devices'))).toContain('设备在线 12 / 14'))
  test('who has the town may switch the village, who has one village may not', async () => {
    expect(all(await page(), '.board-switch').length).toBeGreaterThan(0)
    const own = await page({}, { session: aSession('villageCadre', village) })
    expect(all(own, '.board-switch')).toHaveLength(0)
  })
  test('its heading is the village, with the day and the time', async () => {
    const head = one(await page(), '.board-head')
    expect(textOf(one(head, 'h1'))).toBe('松林村')
    expect(textOf(head)).toContain('11月21日 周六')
    expect(textOf(one(head, 'time'))).toBe('10:24')
    const english = one(await page({}, { language: 'en' }), '.board-head')
    expect(textOf(english)).toContain('Sat 21 Nov')
  })
  test('stale figures turn quiet', async () => {
    const live = { phase: 'stale', lastHeardAt: now - 60_000 } as const
    expect(all(await page({}, { live }), 'div.board.is-stale')).toHaveLength(1)
    expect(all(await page(), 'div.board.is-stale')).toHaveLength(0)
  })
  test('while it is asked for: a skeleton in the shape of the board', async () => {
    const drawn = await renderPage(`/villages/${village}`, { answers: [[['devices'], []]] })
    expect(all(one(drawn, '.board-grid[aria-busy=true]'), '.skeleton')).toHaveLength(6)
  })
})

test('a town without villages says what to do', async () => {
  const drawn = await renderPage('/villages', { answers: [[['places'], []]] })
  expect(textOf(one(drawn, '.empty'))).toBe('还没有村。请镇管理员导入村和网格的边界。')
})
