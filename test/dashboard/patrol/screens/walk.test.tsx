import { describe, expect, test } from 'vitest'
import type { PhoneState } from '../../../../dashboard/patrol/phone.ts'
import { all, nameOf, one, textOf } from '../../markup.ts'
import { draw } from '../draw.tsx'
import { afternoon, aRound, aWalk, morning, scenes, tenSixteen } from '../phone-scenes.ts'

const { home, homeOnline, done } = scenes
const strip = (change: Partial<PhoneState>) => textOf(one(draw(home, change), '.strip'))

describe('the walk', () => {
  test('is as in the reference picture', () => {
    const drawn = draw(home)
    expect(textOf(one(drawn, '.walk-head'))).toContain('双桥村联巡线')
    expect(textOf(one(drawn, '.walk-team'))).toBe('红袖标7队更多')
    expect(textOf(one(drawn, '.strip'))).toBe('没有信号，照常打卡')
    expect(textOf(one(drawn, '.progress-text'))).toBe('已打卡4/12上午 4/6')
    expect(all(drawn, '.segment-group').map((group) => all(group, 'i').length)).toEqual([6, 6])
    expect(all(drawn, '.segments .is-done')).toHaveLength(4)
    expect(textOf(one(drawn, '.card'))).toBe(
      '下一个点 双桥村老屋场 320 米 往东北走 标签在老屋大门右边，蓝色圆牌',
    )
    expect(all(drawn, '.walk-acts button').map(nameOf)).toEqual([
      '扫码打卡',
      '上报',
      '待上传 2',
      '一键求助',
    ])
  })
  test('shows the way by the arrow, as on a map', () =>
    expect(one(draw(home), '.arrow-turn').attributes['style']).toBe('transform:rotate(45deg)'))
  test('of one round says until when', () => {
    const day = home.state.day && { ...home.state.day, rounds: [morning] }
    const drawn = draw(home, { day, otherRounds: [] })
    expect(textOf(one(drawn, '.progress-text'))).toBe('已打卡4/612:00 前走完')
    expect(all(drawn, '.walk-head h1 button')).toEqual([])
  })
  test('has a round to choose where there are several', () =>
    expect(nameOf(one(draw(home), '.walk-head h1 button'))).toContain('换一条路线'))
  test('says quietly that there is no position', () => {
    const drawn = draw(scenes.homeNoFix)
    expect(textOf(one(drawn, '.way-none'))).toContain('没有定位')
    expect(all(drawn, '.arrow')).toEqual([])
  })
  test('says that one is there', () =>
    expect(textOf(one(draw(scenes.homeHere), '.way'))).toBe('就在这里'))
  test('puts what is to be verified on top', () => {
    expect(all(draw(homeOnline), '.walk-main button').map(nameOf)[0]).toBe('核查任务 1')
    expect(textOf(draw(home))).not.toContain('核查任务')
  })
  test('ends with thanks', () =>
    expect(textOf(one(draw(scenes.homeAllDone), '.card'))).toContain('都走完了'))
  test('says when the next round is', () =>
    expect(textOf(one(draw(scenes.homeNoRound), '.card'))).toContain('下一次：今天 14:00'))
  test('says that none comes', () => {
    const drawn = draw(scenes.homeNoRound, { walk: null, otherRounds: [] })
    expect(textOf(one(drawn, '.card'))).toContain('明天也没有安排')
  })
  test('without a day says how to get one, and can be scanned all the same', () => {
    const drawn = draw(scenes.homeNoDay)
    expect(textOf(one(drawn, '.card'))).toContain('还没有路线')
    expect(nameOf(one(drawn, '.button-big'))).toBe('扫码打卡')
  })
  test('a round that is over its time but under way goes on', () => {
    const round = aRound({ from: 0, till: 6, done: 4, dueUntil: tenSixteen - 1 })
    expect(textOf(one(draw(home, { walk: aWalk(round) }), '.card'))).toContain('双桥村老屋场')
    const over = aRound({
      from: 0,
      till: 6,
      done: 4,
      state: 'incomplete',
      dueUntil: tenSixteen - 1,
    })
    const drawn = draw(home, { walk: aWalk(over), otherRounds: [afternoon] })
    expect(textOf(one(drawn, '.card'))).toContain('下一次：今天 14:00')
  })
})

const refused = [
  { id: 'x', kind: 'checkin', at: 1, text: '', reason: 'forged', detail: null },
] as const

describe('the strip', () => {
  test.each([
    [{ isOnline: false }, '没有信号，照常打卡'],
    [{ isOnline: true, sync: 'away' }, '连不上服务器，照常打卡'],
    [{ isOnline: true, sync: 'sending' }, '有信号，正在上传'],
    [{ isOnline: true, sync: 'idle' }, '有信号，会自动上传'],
    [{ isOnline: true, sync: 'idle', queue: [] }, '有信号，都已上传'],
    [{ isOnline: true, sync: 'signedOut' }, '登录过期了，点这里重新登录'],
    [{ isOnline: true, sync: 'idle', queue: [], refused }, '有 1 条没收下，点“待上传”看'],
    [{ isOnline: true, isTagWrong: true }, '刚才扫的不是本镇的巡逻码'],
    [{ offline: 'insecure', isOnline: false }, '没信号时不能用：网址没有加密'],
    [{ offline: 'noStore' }, '无痕窗口，存不了打卡'],
    [{ isDiskFull: true }, '手机存满了，请先上传或删照片'],
  ] as const)('%o', (change, text) =>
    expect(strip({ ...change } as Partial<PhoneState>)).toBe(text),
  )
})

describe('the tick', () => {
  test('is as in the reference picture', () => {
    const drawn = draw(done)
    expect(textOf(one(drawn, '.done'))).toBe(
      '打卡成功 双桥村老屋场 · 10:16 已存在手机里，有信号就自动上传',
    )
    expect(textOf(one(drawn, '.next-line'))).toBe('下一个加油站旁往北 2.0 公里')
    expect(all(drawn, '.walk-acts button').map(nameOf)).toEqual([
      '继续巡逻',
      '上报',
      '待上传 3',
      '一键求助',
    ])
    expect(nameOf(one(drawn, '.button-solid'))).toBe('待上传 3')
  })
  test('asks whether all is in order there', () =>
    expect(all(draw(done), '.done-more button').map(nameOf)).toEqual(['都正常', '有不正常']))
  test('of a point without a check list takes a photo and a word', () => {
    const { done: checkin } = done.state
    const bare = checkin && { ...checkin, checklist: [] }
    expect(all(draw(done, { done: bare }), '.done-more button').map(nameOf)).toEqual([
      '拍照',
      '留言',
    ])
  })
  test('that was sent already takes a word alone', () =>
    expect(all(draw(scenes.doneProbable), '.done-more button').map(nameOf)).toEqual(['留言']))
  test('says what it can know of a tag that only the gateway reads', () => {
    expect(textOf(one(draw(scenes.doneProbable), '.done'))).toContain('大概是双桥村老屋场')
    const { done: checkin } = done.state
    const nowhere = checkin && { ...checkin, point: null }
    expect(textOf(one(draw(done, { done: nowhere }), '.done'))).toContain('标签已读到')
  })
  test('of the same tag once more says so', () => {
    const { done: checkin } = done.state
    const again = checkin && { ...checkin, isAgain: true }
    expect(textOf(one(draw(done, { done: again }), '.done h2'))).toBe('刚才打过了')
  })
  test('says that it has arrived', () => {
    const taken = [{ id: 'd1', at: tenSixteen, point: 'p5', round: null, marks: [] }]
    expect(textOf(one(draw(done, { taken }), '.done'))).toContain('已上传')
  })
  test('of the last point says that the round is done', () => {
    const walk = aWalk(aRound({ from: 0, till: 6, done: 6 }))
    expect(textOf(one(draw(done, { walk }), '.next-line'))).toBe('这一趟走完了')
  })
})
