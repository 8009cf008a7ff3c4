import { describe, expect, test } from 'vitest'
import type { ChannelView, DeliveryView } from '../../../dashboard/src/api/types.ts'
import { firstRules } from '../../../gateway/domain/notice-first-rules.ts'
import { type Role, roles } from '../../../gateway/domain/person.ts'
import { all, nameOf, one, textOf } from '../markup.ts'
import { tenTwentyFour as now, renderPage } from '../render.tsx'
import { aSession } from '../town-views.ts'
import { aChannel, aDelivery } from '../work-views.ts'

const session = aSession('townAdmin')

const channels = (list: ChannelView[], role: Role = 'townAdmin') =>
  renderPage('/notices', { session: aSession(role), answers: [[['channels'], list]] })

const rules = (items = firstRules(aChannel())) =>
  renderPage('/notices?tab=rules', {
    session,
    answers: [
      [['notice-rules'], items],
      [['channels'], [aChannel()]],
    ],
  })

const deliveries = (items: DeliveryView[], role: Role = 'townAdmin') =>
  renderPage('/notices?tab=deliveries', {
    session: aSession(role),
    answers: [[['deliveries'], { pages: [{ items, nextCursor: null }], pageParams: [null] }]],
  })

describe('channels', () => {
  test('each with its kind, host and when it last worked', async () => {
    const row = one(await channels([aChannel()]), '[data-row]')
    const cells = all(row, '[role=cell]').map((cell) => textOf(cell))
    expect(cells[0]).toBe('值守群企业微信机器人 · robot.example')
    expect(cells[2]).toBe('5 分前发过')
    expect(all(row, 'button').map((button) => nameOf(button))).toEqual([
      '启用值守群',
      '试发',
      '修改',
      '删除值守群',
    ])
  })
  test('what waits and why it does not work', async () => {
    const trouble = '45009 api freq out of limit'
    const row = one(await channels([aChannel({ waiting: 3, trouble })]), '[data-row]')
    expect(textOf(row)).toContain('3 条在排队')
    expect(textOf(row)).toContain(trouble)
    const said = all(row, '.channel-trouble span').filter((part) => textOf(part) === trouble)
    expect(said.map((part) => part.attributes['lang'])).toContain('en')
  })
  test('one of a village says so', async () =>
    expect(
      textOf(one(await channels([aChannel({ place: '990101101205' })]), '[data-row]')),
    ).toContain('企业微信机器人 · robot.example · 只管松林村'))
  test('never used is said', async () =>
    expect(textOf(await channels([aChannel({ lastSentAt: null })]))).toContain('还没有发过'))
  test('none yet: what the first one brings', async () =>
    expect(textOf(one(await channels([]), '.empty'))).toContain('自动带上一套常用的通知规则'))
  test.each(roles.filter((role) => role !== 'townAdmin'))('not for %s', async (role) =>
    expect(textOf(await channels([aChannel()], role))).not.toContain('值守群'),
  )
})

describe('rules', () => {
  test('each as it would be said', async () => {
    const [first] = all(await rules(), '.rule')
    const lines = all(first as never, 'p').map((line) => textOf(line))
    expect(lines[0]).toMatch(/^新工单、级别升高、重新打开（全部类别，.+以上）$/)
    expect(lines.slice(1)).toEqual([
      '告诉值守员，走值守群',
      '10 分钟没有人理会，再通知：督查负责人',
    ])
  })
  test('quiet hours stand there', async () =>
    expect(textOf(await rules())).toContain('22:00 到 07:00 不打扰'))
  test('one that is switched off is still there', async () => {
    const drawn = await rules(firstRules(aChannel()).map((rule) => ({ ...rule, enabled: false })))
    expect(all(drawn, '.rule.is-off')).toHaveLength(4)
  })
  test('none: nobody is told', async () =>
    expect(textOf(one(await rules([]), '.empty'))).toContain('谁也不会收到通知'))
})

describe('deliveries', () => {
  const cells = async (part: Partial<DeliveryView>) =>
    all(one(await deliveries([aDelivery(part)]), '[data-row]'), '[role=cell]').map((cell) =>
      textOf(cell),
    )
  test('of which case, to whom, when', async () =>
    expect(await cells({})).toEqual([
      '云岭-20261121-0001新工单',
      '10:23',
      '群值守群',
      '已送到10:23',
    ]))
  test('who read it', async () =>
    expect((await cells({ readAt: now, readBy: '周小兰' }))[3]).toContain('周小兰 10:24 已读'))
  test('why it was not sent', async () =>
    expect((await cells({ state: 'dropped', sentAt: null, error: 'settled' }))[3]).toBe(
      '没有发这期间已经处理，不再发送',
    ))
  test('to when it waits', async () => {
    const part = { state: 'postponed', sentAt: null, postponedTo: now + 3_600_000 } as const
    expect((await cells(part))[3]).toMatch(/^免打扰，到点再发\d\d:\d\d$/)
  })
  test('what the other side said, and how often it was tried', async () => {
    const part = { state: 'waiting', sentAt: null, attempts: 4, error: 'refused: 45009' } as const
    const [, , , state] = await cells(part)
    expect(state).toContain('试了 4 次')
    expect(state).toContain('refused: 45009')
  })
  test('none yet', async () =>
    expect(textOf(one(await deliveries([]), '.empty'))).toContain('还没有发过通知'))

  const own = { own: true, target: '王五' }
  test.each<[string, Partial<DeliveryView>, boolean]>([
    ['one of mine', own, true],
    [
      'one of mine that never reached a browser',
      { ...own, state: 'dropped', error: 'unreachable' },
      true,
    ],
    ['one of mine that still waits', { ...own, state: 'waiting', sentAt: null }, true],
    ['one that waits for the morning', { ...own, state: 'postponed', sentAt: null }, false],
    ['one that was settled by then', { ...own, state: 'dropped', error: 'settled' }, false],
    ['one of mine that was read', { ...own, readAt: now, readBy: '王五' }, false],
    ['that of somebody else', { target: '王五' }, false],
  ])('%s can be marked as read: %o %s', async (_name, part, may) => {
    const buttons = all(one(await deliveries([aDelivery(part)]), '[data-row]'), 'button')
    expect(buttons.map((button) => nameOf(button))).toEqual(
      may ? ['把 云岭-20261121-0001 的通知标为已读'] : [],
    )
  })
  test('what is mine is marked', async () => {
    const [mine, other] = all(
      await deliveries([aDelivery({ ...own, id: 1 }), aDelivery({ id: 2 })]),
      '[data-row]',
    )
    expect(mine && textOf(mine)).toContain('王五给我的')
    expect(other && textOf(other)).not.toContain('给我的')
  })
  test.each(roles)('%s sees what was sent, and only administrators the rest', async (role) => {
    const drawn = await deliveries([aDelivery()], role)
    expect(textOf(one(drawn, '[data-row]'))).toContain('云岭-20261121-0001')
    expect(all(drawn, '.page-head .ant-segmented')).toHaveLength(role === 'townAdmin' ? 1 : 0)
  })
})
