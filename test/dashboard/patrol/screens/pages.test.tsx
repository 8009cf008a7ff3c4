import { describe, expect, test } from 'vitest'
import { helpKeys } from '../../../../dashboard/patrol/screens/help.tsx'
import { refusalWords, stateWords } from '../../../../dashboard/patrol/screens/queue.tsx'
import { whereWords } from '../../../../dashboard/patrol/screens/report.tsx'
import { words } from '../../../../dashboard/patrol/words/words.ts'
import { all, nameOf, one, textOf } from '../../markup.ts'
import { draw } from '../draw.tsx'
import { scenes } from '../phone-scenes.ts'

const { t } = words.zh
const buttons = (scene: keyof typeof scenes) => all(draw(scenes[scene]), 'button').map(nameOf)

describe('signing in', () => {
  test('says that a tag waits, and who used the phone', () => {
    const drawn = draw(scenes.signIn)
    expect(textOf(one(drawn, '.strip'))).toBe('标签已读到，登录后马上打卡')
    expect(all(drawn, '.others .row').map(textOf)).toEqual(['陈秀英待上传 3', '李建国'])
  })
  test('offers the other language in that language', () => {
    expect(one(draw(scenes.signIn), '.language').attributes['lang']).toBe('en')
    expect(nameOf(one(draw(scenes.signIn, { language: 'en' }), '.language'))).toBe('中文')
  })
  test('says what this browser cannot do', () => {
    const quiet = { isTagKept: false }
    expect(textOf(draw(scenes.signIn, { ...quiet, offline: 'insecure' }))).toContain('没有加密')
    expect(textOf(draw(scenes.signIn, { ...quiet, offline: 'noStore' }))).toContain('无痕')
  })
})

describe('by hand', () => {
  test('the next point comes first, then those to come, then those done', () => {
    const rows = all(draw(scenes.hand), '.row').map(textOf)
    expect(rows.slice(0, 3)).toEqual(['双桥村老屋场300 米', '加油站旁670 米', '双桥村村口打过'])
    expect(rows).toHaveLength(12)
  })
  test('without points says how to get them', () =>
    expect(textOf(draw(scenes.hand, { day: null, walk: null }))).toContain('还没有点位'))
})

describe('a report', () => {
  test('has the hazards of the road, and not those of machines', () => {
    expect(buttons('report').slice(1, 9)).toEqual([
      '森林火情',
      '秸秆焚烧',
      '烟雾',
      '地质灾害',
      '水情汛情',
      '交通安全',
      '人居环境',
      '矛盾纠纷',
    ])
    const day = scenes.report.state.day && {
      ...scenes.report.state.day,
      hazards: ['flood', 'helpCall', 'deviceFault', 'patrolMissed'].map((id) => ({ id, name: id })),
    }
    expect(all(draw(scenes.report, { day }), '.choices button')).toHaveLength(1)
  })
  test('comes with what the check list found', () =>
    expect(nameOf(one(draw(scenes.reportNoFix), '[aria-pressed=true]'))).toBe('人居环境'))
  test('says once where it is', () => {
    expect(textOf(one(draw(scenes.report), '.where'))).toBe('已定位，误差约 12 米')
    expect(textOf(one(draw(scenes.reportNoFix), '.where'))).toBe('没有定位，按土地庙附近报')
    expect(whereWords({ fix: null, walk: null }, words.zh)).toBe('没有定位，请说清在哪里')
  })
})

describe('a call for help', () => {
  test('counts down, and can be taken back', () => {
    const drawn = draw(scenes.help)
    expect(textOf(one(drawn, '.help-big'))).toBe('3 秒后求助')
    expect(all(drawn, 'button').map(nameOf)).toEqual(['马上求助', '取消'])
  })
  test('is stored, on its way, or there', () => {
    const line = {
      id: 'h',
      kind: 'help',
      at: 0,
      text: '',
      progress: null,
      state: 'waiting',
    } as const
    const waits = { queue: [line], isOnline: false, sync: 'away' } as const
    expect(helpKeys({ ...waits, queue: [line] }, 'h').title).toBe('help.stored')
    expect(helpKeys({ queue: [line], isOnline: true, sync: 'sending' }, 'h')).toEqual({
      title: 'help.sending',
      text: null,
    })
    expect(helpKeys({ queue: [], isOnline: true, sync: 'idle' }, 'h').title).toBe('help.sent')
  })
})

describe('what waits', () => {
  test('is listed with what, when and how far', () => {
    const drawn = draw(scenes.queue)
    expect(all(drawn, '.line').map(textOf)).toEqual([
      '打卡晒谷坪今天 09:26 没收下：这一次已经用过，请再碰一下标签 知道了',
      '打卡土地庙今天 10:08 等待',
      '照片双桥村老屋场今天 10:13 正在上传 62 %',
    ])
    expect(one(drawn, 'progress').attributes).toMatchObject({ max: '200000', value: '124000' })
  })
  test('the gateway’s own sentence stands beside in its language only', () => {
    expect(textOf(draw(scenes.queue, { language: 'en' }))).toContain('This touch of the tag')
    expect(textOf(draw(scenes.queue))).not.toContain('This touch')
  })
  test('can be sent now, and when it is tried anyway', () => {
    const drawn = draw(scenes.queue, { sync: 'away', nextTryAt: Date.UTC(2026, 10, 21, 2, 17) })
    expect(textOf(one(drawn, '.acts'))).toBe('10:17 再试 现在上传')
  })
  test('may be nothing', () => {
    expect(textOf(one(draw(scenes.queueEmpty), 'main'))).toContain('没有等着上传的')
    expect(all(draw(scenes.queueEmpty), '.acts')).toEqual([])
  })
  test('in words', () => {
    const line = { id: 'q', kind: 'photo', at: 0, text: '' } as const
    expect(stateWords(t, { ...line, progress: null, state: 'waiting' })).toBe('等待')
    expect(stateWords(t, { ...line, progress: null, state: 'sending' })).toBe('正在上传')
    const half = { sent: 999, size: 1000 }
    expect(stateWords(t, { ...line, progress: half, state: 'sending' })).toBe('正在上传 99 %')
    expect(refusalWords(t, { reason: 'forged' })).toBe(
      '没收下：码不对，标签可能被换过，请告诉值守员',
    )
    expect(refusalWords(t, { reason: 'caseNotFound' })).toBe('没收下：服务器没有收下')
  })
})

describe('lists', () => {
  test('own reports come with their answers', () => {
    const [first, second] = all(draw(scenes.reports), '.line').map(textOf)
    expect(first).toContain('已办结')
    expect(first).toContain('已清运，立了牌子 环卫所 · 今天 09:56')
    expect(second).toContain('还没有答复')
  })
  test('rounds say when, whose and how far; the one that is walked is marked', () => {
    const rows = all(draw(scenes.rounds), '.row')
    expect(rows.map((row) => row.attributes['aria-pressed'])).toEqual(['true', 'false'])
    expect(rows.map(textOf)).toEqual([
      '双桥村联巡线今天 08:00 – 12:00红袖标7队 · 正在走 · 4/6',
      '双桥村联巡线今天 14:00 – 18:00红袖标7队 · 没到时间 · 0/6',
    ])
  })
  test('tasks say where', () =>
    expect(textOf(one(draw(scenes.tasks), '.row'))).toBe(
      '双桥村老屋场秸秆焚烧YL20261121-012 · 300 米',
    ))
  test('a task that is gone says so', () =>
    expect(textOf(draw(scenes.task, { tasks: [] }))).toContain('没有要核查的'))
  test('a task near by', () => {
    const fix = { lon: 112.412, lat: 25.9081, accuracyM: 5, at: 0 }
    expect(textOf(one(draw(scenes.task, { fix }), '.where'))).toBe('你就在这里')
    expect(textOf(one(draw(scenes.task, { fix: null }), '.where'))).toBe('双桥村老屋场')
  })
  test('more is all that is not needed on the way', () =>
    expect(buttons('more')).toEqual(['返回', '我的路线', '核查任务', '我的上报', '设置', '换人']))
  test('whoever’s time is over signs in again', () => {
    const names = all(draw(scenes.more, { sync: 'signedOut' }), 'button').map(nameOf)
    expect(names.at(-1)).toBe('重新登录')
  })
  test('settings have language, size, voice, the way out and the version', () => {
    expect(buttons('settings')).toEqual([
      '返回',
      '中文',
      'English',
      '普通',
      '更大',
      '开',
      '关',
      '退出登录',
    ])
    expect(textOf(draw(scenes.settings))).toContain('版本 1.2.3')
  })
})
