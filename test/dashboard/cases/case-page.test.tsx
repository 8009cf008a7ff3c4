import { describe, expect, test } from 'vitest'
import type { CaseDetail, CaseView } from '../../../dashboard/src/api/types.ts'
import { caseStates } from '../../../gateway/domain/case.ts'
import { aCase, aDetail, aDevice, anAlarm } from '../case-views.ts'
import { all, one, textOf } from '../markup.ts'
import { tenTwentyFour as now, renderPage, type Scene } from '../render.tsx'
import { anEntry, aSession } from '../town-views.ts'

function page(part: Partial<CaseDetail> = {}, scene: Scene = {}) {
  const detail = aDetail({ openedAt: now - 60_000, dueAt: now + 120_000, ...part })
  return renderPage('/cases/case-1', {
    ...scene,
    answers: [
      [['case', 'case-1'], detail],
      [['devices'], [camera]],
    ],
  })
}

const camera = aDevice({
  id: 'v7-cam1',
  name: '双桥村瞭望1',
  kind: 'camera',
  headingDeg: 50,
  fieldOfViewDeg: 60,
})

const sight = anAlarm({
  device: 'v7-cam1',
  deviceName: '双桥村瞭望1',
  raisedAt: now - 60_000,
  cause: { event: 'smoke', confidence: 0.87, bearingDeg: 56, picture: 'c'.repeat(64) },
})

describe('the head of a case', () => {
  test('title, number, tier, unit, who is on it', async () => {
    const head = textOf(one(await page(), '.case-head'))
    expect(head).toContain('松林村第二网格 疑似森林火情')
    expect(head).toContain('工单 云岭-20261122-0001 · 层级 网格 · 主责 应急办 · 无人在办')
    const holder = { kind: 'user' as const, id: 'grid05', name: '松林村网格员' }
    expect(textOf(one(await page({ holder }), '.case-head'))).toContain('松林村网格员 在办')
  })
  test.each(caseStates)('%s: a clock runs only while the case does', async (state) => {
    const isOver = ['closed', 'void', 'merged'].includes(state)
    expect(all(await page({ state }), '.due-clock')).toHaveLength(isOver ? 0 : 1)
  })
  test('leads back to the list', async () =>
    expect(one(await page(), 'a.case-back').attributes).toMatchObject({
      href: '/cases',
      'aria-label': '回到工单列表',
    }))
})

describe('the evidence', () => {
  test('a picture says camera, time and what was seen, for who cannot see it', async () => {
    const drawn = await page({ evidence: [sight] })
    expect(one(drawn, 'figure.picture img').attributes).toMatchObject({
      src: `/api/v1/pictures/${'c'.repeat(64)}`,
      alt: '双桥村瞭望1 2026-11-21 10:23:00 烟 0.87、方位 56.0°',
    })
    expect(textOf(one(drawn, 'figure.picture figcaption'))).toBe('双桥村瞭望12026-11-21 10:23:00')
  })
  test('the tape shows the bearing where it lies in the lens’ view', async () => {
    const tape = one(await page({ evidence: [sight] }), '.tape')
    expect(textOf(one(tape, 'b'))).toBe('56.0°')
    // View from 20° to 80°: 56° stands at three fifths.
    expect(one(tape, 'b').attributes['style']).toBe('left:60%')
  })
  test('a bearing outside the view draws no tape', async () => {
    const evidence = [{ ...sight, cause: { ...sight.cause, bearingDeg: 200 } }]
    expect(all(await page({ evidence }), '.tape')).toHaveLength(0)
  })
  test('a view across north', async () => {
    const north = aDevice({ ...camera, headingDeg: 350, fieldOfViewDeg: 40 })
    const drawn = await renderPage('/cases/case-1', {
      answers: [
        [
          ['case', 'case-1'],
          aDetail({ evidence: [{ ...sight, cause: { ...sight.cause, bearingDeg: 0 } }] }),
        ],
        [['devices'], [north]],
      ],
    })
    expect(one(drawn, '.tape b').attributes['style']).toBe('left:75%')
    expect(all(drawn, '.tape-tick').map((tick) => textOf(tick))).toEqual([
      '330°',
      '340°',
      '350°',
      '',
      '10°',
    ])
  })
  test('only one direction is never drawn as a point', async () => {
    expect(textOf(one(await page({ evidence: [sight] }), '.case-map'))).toContain('单线，只知方向')
    const two = [sight, { ...sight, id: 'second', device: 'v5-cam1', lon: 106.8 }]
    expect(textOf(one(await page({ evidence: two }), '.case-map'))).not.toContain('单线')
  })
  test('a picture that retention removed says since when, and asks for no file', async () => {
    const { picture: _picture, ...cause } = sight.cause
    const gone = { ...sight, cause: { ...cause, pictureRemovedAt: now } }
    const drawn = await page({ evidence: [gone] })
    expect(all(drawn, 'figure.picture img')).toEqual([])
    expect(textOf(one(drawn, '.picture-none'))).toBe('图片已过保存期，2026-11-21 删除')
    expect(textOf(one(drawn, 'figure.picture figcaption'))).toContain('双桥村瞭望1')
  })
  test('devices without pictures say that there are readings only', async () =>
    expect(textOf(one(await page(), '.case-evidence'))).toContain('这些设备只有读数，没有画面'))
  test('what a camera took for the case stands beside the readings', async () => {
    const picture = 'd'.repeat(64)
    const taken = anEntry({
      act: 'cameraPicture',
      actor: null,
      pictures: [picture],
      facts: { camera: '双桥村瞭望1', bearingDeg: 56 },
    })
    const evidence = one(await page({ timeline: [taken] }), '.case-evidence')
    expect(one(evidence, 'figure.picture img').attributes.src).toBe(`/api/v1/pictures/${picture}`)
    expect(textOf(evidence)).not.toContain('这些设备只有读数')
  })
  test('every alarm is listed, the newest first, with its state', async () => {
    const evidence = [
      anAlarm({ id: 'a', raisedAt: now - 120_000, state: 'activeAcknowledged' }),
      sight,
    ]
    const rows = all(await page({ evidence }), 'ul.alarm-list li').map((row) => textOf(row))
    expect(rows[0]).toContain('双桥村瞭望1')
    expect(rows[0]).toContain('未确认')
    expect(rows[1]).toContain('烟雾 7.5\u2009%/m（限 5） · 已确认')
    expect(rows[1]).toContain('10:22:00')
  })
  test('a case that a person reported says so', async () =>
    expect(
      textOf(one(await page({ evidence: [], lastAlarm: null, alarms: 0 }), '.case-evidence')),
    ).toContain('这张工单没有报警，是人报上来的。'))
})

test('the figures of a stale page turn quiet', async () => {
  const live = { phase: 'stale', lastHeardAt: now - 60_000 } as const
  expect(all(await page({}, { live }), 'div.case.is-stale')).toHaveLength(1)
})

test('while it is asked for: a skeleton', async () => {
  const drawn = await renderPage('/cases/case-1')
  expect(all(drawn, '.case-skeleton[aria-busy=true]')).toHaveLength(1)
})

describe('the list of cases', () => {
  const list = (cases: CaseView[] | undefined, path = '/cases', scene: Scene = {}, search = {}) =>
    renderPage(path, {
      ...scene,
      answers: cases
        ? [[['cases', search], { pages: [{ items: cases, nextCursor: null }], pageParams: [null] }]]
        : [],
    })

  test('a row: what, where, state, who, until when, since when', async () => {
    const shown = aCase({ openedAt: now - 60_000, dueAt: now + 120_000 })
    const row = one(await list([shown]), 'a.case-row')
    expect(all(row, '[role=cell]').map((cell) => textOf(cell))).toEqual([
      '红松林村第二网格 疑似森林火情云岭-20261122-0001 · 松林村林火烟感2 烟雾 7.5\u2009%/m（限 5）',
      '松林村',
      '待受理网格',
      '无人',
      '受理还剩 2:00',
      '10:23',
    ])
    expect(row.attributes['href']).toBe('/cases/case-1')
  })
  test('its head names every column', async () => {
    const heads = async (language: 'zh' | 'en') =>
      all(await list([aCase()], '/cases', { language }), '[role=columnheader]').map((head) =>
        textOf(head),
      )
    expect(await heads('zh')).toEqual(['工单', '村', '状态', '在办', '时限', '首报'])
    expect(await heads('en')).toEqual(['Case', 'Village', 'State', 'With', 'Due', 'Opened'])
  })
  test('none yet, and none that match, are two things', async () => {
    expect(textOf(one(await list([]), '.empty'))).toBe(
      '还没有工单。设备报警后，工单会自己出现在这里。',
    )
    const filtered = await list([], '/cases?state=closed', {}, { state: 'closed' })
    expect(textOf(one(filtered, '.empty'))).toBe('没有符合的工单。清除筛选')
    expect(one(filtered, '.empty a').attributes['href']).toBe('/cases')
  })
  test('who has one village is not asked which', async () => {
    const combos = async (session: ReturnType<typeof aSession>) =>
      all(await list([], '/cases', { session }), 'input[role=combobox]').length
    expect(await combos(aSession())).toBe(6)
    expect(await combos(aSession('villageCadre', '990101101205'))).toBe(5)
  })
  test('while it is asked for: rows of a skeleton', async () =>
    expect(all(await list(undefined), '.case-rows[aria-busy=true] .skeleton').length).toBe(6))
  test('a shared address opens with its filters on', async () => {
    const drawn = await list([], '/cases?overdue=true&q=0001', {}, { overdue: true, q: '0001' })
    expect(textOf(one(drawn, '.empty'))).toContain('没有符合的工单')
    const [overdue, mine] = all(drawn, 'button[role=switch]')
    expect(overdue?.attributes['aria-checked']).toBe('true')
    expect(mine?.attributes['aria-checked']).toBe('false')
  })
})
