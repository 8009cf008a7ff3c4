import { describe, expect, test } from 'vitest'
import type { CaseView, Load } from '../../../dashboard/src/api/types.ts'
import { aCase, aDetail, aDevice, anAlarm } from '../case-views.ts'
import { all, nameOf, one, textOf } from '../markup.ts'
import { tenTwentyFour as now, renderPage, type Scene } from '../render.tsx'
import { aLoad, anEntry } from '../town-views.ts'

interface Desk {
  queue?: CaseView[]
  load?: Load
  detail?: ReturnType<typeof aDetail>
  last?: CaseView
}

function desk({ queue, load = aLoad(), detail, last }: Desk, scene: Scene = {}) {
  return renderPage('/console', {
    ...scene,
    answers: [
      ...(queue ? [[['queue'], queue] as const] : []),
      [['load'], load],
      [['devices'], [aDevice()]],
      ...(detail ? [[['case', detail.id], detail] as const] : []),
      [['lastCase'], { items: last ? [last] : [], nextCursor: null }],
    ],
  })
}

const some = (part: Partial<CaseView>) => aCase({ openedAt: now - 60_000, dueAt: null, ...part })

describe('the load in the top bar', () => {
  test('never a number without its noun', async () => {
    const load = aLoad({ alarmsLast10Min: 3, unacknowledged: 2, overdue: 1, devicesOffline: 4 })
    const drawn = await desk({ queue: [], load })
    expect(all(drawn, '.console-figure').map((figure) => textOf(figure))).toEqual([
      '3近10分钟报警可承受 2',
      '2未确认',
      '1超期',
      '4/ 117设备离线',
    ])
    const english = await desk({ queue: [], load }, { language: 'en' })
    expect(all(english, '.console-figure').map((figure) => textOf(figure))).toEqual([
      '3alarms in 10 min2 are bearable',
      '2unacknowledged',
      '1overdue',
      '4/ 117offline',
    ])
  })
  test('nought is quiet', async () => {
    const drawn = await desk({ queue: [], load: aLoad({ overdue: 1 }) })
    const loud = all(drawn, '.console-figure').filter(
      (figure) => !figure.attributes['class']?.includes('is-zero'),
    )
    expect(loud.map((figure) => textOf(figure))).toEqual(['1超期'])
  })
})

describe('the queue', () => {
  const queue = [
    some({ id: 'seen', unacknowledged: 0, severity: 'red' }),
    some({ id: 'gone', active: 0, severity: 'red' }),
    some({ id: 'new-yellow', severity: 'yellow' }),
    some({ id: 'new-red', severity: 'red', openedAt: now - 1_000 }),
    some({ id: 'old-red', severity: 'red', openedAt: now - 9_000_000 }),
  ]
  test('not seen first, then the graver, then the older; gone by itself last', async () => {
    const drawn = await desk({ queue })
    expect(all(drawn, '.queue-row').map((row) => row.attributes['data-case'])).toEqual([
      'old-red',
      'new-red',
      'new-yellow',
      'seen',
      'gone',
    ])
  })
  test('each group has its name and its count', async () => {
    const drawn = await desk({ queue })
    expect(all(drawn, 'h2.queue-group').map((head) => textOf(head))).toEqual([
      '未确认3',
      '已确认1',
      '已恢复，未确认1',
    ])
  })
  test('the first row is looked at without a click', async () => {
    const drawn = await desk({ queue })
    expect(one(drawn, '.queue-row[aria-current=true]').attributes['data-case']).toBe('old-red')
    expect(all(drawn, 'main.desk')).toHaveLength(1)
  })
  test('filters by severity count every open case, and say which is pressed', async () => {
    const drawn = await desk({ queue })
    const filters = one(drawn, '.queue-filter')
    expect(all(filters, 'button').map((button) => nameOf(button))).toEqual([
      '全部 5',
      '红色 4',
      '橙色 0',
      '黄色 1',
      '蓝色 0',
    ])
    expect(textOf(one(filters, 'button[aria-pressed=true]'))).toBe('全部 5')
  })
  test('empty says what was last and how it ended', async () => {
    const last = some({ state: 'closed', openedAt: Date.UTC(2026, 10, 21, 1, 41) })
    expect(textOf(one(await desk({ queue: [], last }), '.empty'))).toBe(
      '没有报警。上一次 09:41，已办结。',
    )
    expect(textOf(one(await desk({ queue: [], last }, { language: 'en' }), '.empty'))).toBe(
      'No alarms.The last one at 09:41: Closed.',
    )
  })
  test('the last one of an earlier day says its day', async () => {
    const last = some({ state: 'closed', openedAt: Date.UTC(2026, 10, 18, 1, 41) })
    expect(textOf(one(await desk({ queue: [], last }), '.empty'))).toContain('11-18 09:41')
  })
  test('before the first case ever it says what will come', async () =>
    expect(textOf(one(await desk({ queue: [] }), '.empty'))).toBe(
      '没有报警。设备一报警就会出现在这里。',
    ))
  test('while it is asked for, a skeleton and no false calm', async () => {
    const drawn = await desk({})
    expect(all(drawn, '.queue-skeleton')).toHaveLength(1)
    expect(textOf(drawn)).not.toContain('没有报警')
    expect(textOf(drawn)).not.toContain('现在没有要处理的警情')
  })
})

describe('the case on the desk', () => {
  const opened = some({ dueAt: now + 90_000 })
  const detail = aDetail({ ...opened, timeline: [anEntry({ at: now - 30_000 })] })

  test('title, number, how many alarms, since when, with whom', async () => {
    const head = textOf(one(await desk({ queue: [opened], detail }), '.desk-head'))
    expect(head).toContain('松林村第二网格 疑似森林火情')
    expect(head).toContain('工单 云岭-20261122-0001 · 并入 1 条报警 · 首报 10:23:00 · 无人在办')
    expect(head).toContain('1:30受理还剩（时限 3 分）')
  })
  test('while it is new, to have seen it is the one primary button', async () => {
    const drawn = one(await desk({ queue: [opened], detail }), '.desk-actions')
    const primary = all(drawn, 'button.ant-btn-primary')
    expect(primary.map((button) => textOf(button))).toEqual(['确认看到 A'])
  })
  test('every button keeps its place and prints its key; what cannot be done is dimmed', async () => {
    const closed = aDetail({ ...opened, unacknowledged: 0, actions: [] })
    const queue = [{ ...opened, unacknowledged: 0 }]
    for (const [shown, dimmed] of [
      [await desk({ queue: [opened], detail }), ['dispatch']],
      [await desk({ queue, detail: closed }), ['acknowledge', 'accept', 'falseAlarm', 'dispatch']],
    ] as const) {
      const buttons = all(one(shown, '.desk-actions'), 'button')
      expect(buttons.map((button) => button.attributes['data-act'])).toEqual([
        'acknowledge',
        'accept',
        'falseAlarm',
        'dispatch',
      ])
      expect(buttons.map((button) => button.attributes['aria-keyshortcuts'])).toEqual([
        'A',
        'T',
        'F',
        'D',
      ])
      expect(
        buttons
          .filter((button) => button.attributes['disabled'] !== undefined)
          .map((button) => button.attributes['data-act']),
      ).toEqual(dimmed)
    }
  })
  test('seen and accepted, dispatch takes the primary place', async () => {
    const accepted = { ...opened, unacknowledged: 0, state: 'accepted' as const }
    const drawn = await desk({
      queue: [accepted],
      detail: aDetail({ ...accepted, actions: ['dispatch'] }),
    })
    expect(all(drawn, 'button.ant-btn-primary').map((button) => textOf(button))).toEqual(['派单 D'])
    expect(textOf(one(drawn, '[data-act=acknowledge]'))).toBe('已确认 A')
  })
  test('where and whose', async () => {
    const where = textOf(one(await desk({ queue: [opened], detail }), '.location-facts'))
    expect(where).toContain('106.72000, 29.22000')
    expect(where).toContain('松林村第二网格')
    expect(where).toContain('主责 应急办')
    expect(where).toContain('配合 农服中心')
    expect(where).toContain('层级 网格')
  })
  test('pictures of two cameras stand side by side, each with its camera, time and bearing', async () => {
    const sight = (device: string, bearingDeg: number) =>
      anAlarm({
        id: device,
        device,
        deviceName: `双桥村瞭望${device.slice(-1)}`,
        raisedAt: now - 60_000,
        cause: { event: 'smoke', confidence: 0.87, bearingDeg, picture: 'a'.repeat(64) },
      })
    const drawn = await desk({
      queue: [opened],
      detail: { ...detail, evidence: [sight('cam1', 56), sight('cam2', 311)] },
    })
    expect(all(drawn, 'figure.picture')).toHaveLength(2)
    expect(all(drawn, 'img').map((image) => image.attributes['alt'])).toEqual([
      '双桥村瞭望1 2026-11-21 10:23:00 烟 0.87、方位 56.0°',
      '双桥村瞭望2 2026-11-21 10:23:00 烟 0.87、方位 311.0°',
    ])
  })
})

describe('the age of what is shown', () => {
  test('stale figures say since when and turn quiet', async () => {
    const live = { phase: 'stale', lastHeardAt: Date.UTC(2026, 10, 21, 2, 21) } as const
    const drawn = await desk({ queue: [some({})] }, { live })
    expect(all(drawn, 'div.console.is-stale')).toHaveLength(1)
    expect(textOf(one(drawn, '.live-note'))).toBe('数据停在 10:21，正在重连')
    expect(all(drawn, '.queue-row')).toHaveLength(1)
  })
})

test('every key of the desk is listed at its foot', async () => {
  const bar = one(await desk({ queue: [] }), 'footer.key-bar')
  expect(all(bar, 'kbd').map((key) => textOf(key))).toEqual([
    'J',
    'K',
    'Enter',
    'A',
    'T',
    'D',
    'F',
    'L',
    'M',
    'R',
    '/',
    '?',
  ])
  expect(textOf(bar)).toContain('输入文字时按键停用')
})
