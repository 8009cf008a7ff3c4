import { describe, expect, test } from 'vitest'
import { ApiError, type FailureKind } from '../../../dashboard/src/api/client.ts'
import type { QuarantineView } from '../../../dashboard/src/api/types.ts'
import { createTranslate } from '../../../dashboard/src/i18n/translate.ts'
import {
  QuarantineCard,
  replayFailure,
} from '../../../dashboard/src/quarantine/quarantine-card.tsx'
import type { Role } from '../../../gateway/domain/person.ts'
import { all, nameOf, one, textOf } from '../markup.ts'
import { renderPage, renderPart, type Scene } from '../render.tsx'
import { aQuarantined, aSession } from '../town-views.ts'

function card(part: Partial<QuarantineView>, scene?: Scene) {
  return renderPart(
    <QuarantineCard one={aQuarantined(part)} onRepair={() => {}} onAdopt={() => {}} />,
    scene,
  )
}

function page(items: QuarantineView[] | undefined, nextCursor: string | null = null) {
  return renderPage('/quarantine', {
    answers: items
      ? [[['quarantine', 'waiting'], { pages: [{ items, nextCursor }], pageParams: [null] }]]
      : [],
  })
}

const reasons = [
  ['unparseable', '不是可读的报文', 'Not a readable message'],
  ['invalid', '内容不符合格式', 'Not in the agreed form'],
  ['unknownDevice', '没有登记的设备', 'Device not registered'],
  ['wrongVillage', '设备不属于这个村', 'Device belongs to another village'],
  ['outOfService', '设备已停用', 'Device is out of service'],
  ['unknownProperty', '不认识的观测项', 'Unknown property'],
  ['implausibleValue', '数值不可能', 'Impossible value'],
  ['impossibleTime', '时间不可能', 'Impossible time'],
  ['tooLarge', '报文太大', 'Message too large'],
] as const

describe('why it did not count', () => {
  test.each(reasons)('%s', async (reason, zh, en) => {
    expect(textOf(one(await card({ reason }), 'h2'))).toBe(zh)
    expect(textOf(one(await card({ reason }, { language: 'en' }), 'h2'))).toBe(en)
  })
  test('a reason of a newer gateway is shown as it is', async () =>
    expect(textOf(one(await card({ reason: 'duplicate' }), 'h2'))).toBe('duplicate'))
  test('the gateway’s own sentence and the topic are there to be told on the phone', async () => {
    const drawn = textOf(one(await card({}), 'dl'))
    expect(drawn).toContain('lianxun/990101101204/v4-pm1/telemetry')
    expect(drawn).toContain('readings.pm25: expected number, received string')
  })
})

describe('what can be done with it', () => {
  const buttons = async (part: Partial<QuarantineView>, role: Role = 'townAdmin') =>
    all(await card(part, { session: aSession(role) }), 'button').map((button) => nameOf(button))

  test.each(reasons.map(([reason]) => reason))('%s', async (reason) => {
    const offered = await buttons({ reason })
    expect(offered.includes('登记这台设备')).toBe(reason === 'unknownDevice')
    expect(offered.slice(-3)).toEqual(['重放', '修改后重放', '丢弃'])
  })
  test('an unknown sender without a name cannot be adopted', async () =>
    expect(await buttons({ reason: 'unknownDevice', device: null })).not.toContain('登记这台设备'))
  test('the desk may mend, but asks the administrator to adopt', async () => {
    expect(await buttons({ reason: 'unknownDevice' }, 'operator')).toEqual([
      '重放',
      '修改后重放',
      '丢弃',
    ])
    expect(textOf(await card({ reason: 'unknownDevice' }))).toContain('请镇管理员登记这台设备')
    expect(textOf(await card({ reason: 'invalid' }))).not.toContain('请镇管理员')
  })
  test('a supervisor looks on', async () =>
    expect(await buttons({ reason: 'unknownDevice' }, 'supervisor')).toEqual([]))
  test.each(['replayed', 'discarded'] as const)('%s is over', async (state) =>
    expect(await buttons({ state })).toEqual([]),
  )
})

describe('how often and when', () => {
  test('once', async () =>
    expect(textOf(one(await card({}), 'header .second'))).toBe('1 次 · 10:03'))
  test('many times, from and to, an earlier day with its day', async () => {
    const drawn = await card({
      count: 214,
      firstAt: Date.UTC(2026, 10, 19, 10),
      lastAt: Date.UTC(2026, 10, 21, 2, 3),
    })
    expect(textOf(one(drawn, 'header'))).toContain('214 次 · 11-19 18:00 到 10:03')
  })
  test('once is not “1 times”', async () =>
    expect(textOf(one(await card({}, { language: 'en' }), 'header'))).not.toContain('1 times'))
})

describe('the message', () => {
  test('JSON is laid out for reading', async () =>
    expect(one(await card({}), 'pre').children[0]).toBe(
      '{\n  "readings": {\n    "pm25": "high"\n  }\n}',
    ))
  test('anything else as it came, and never as markup', async () => {
    const payload = '<script>alert(1)</script> PM2.5=81;T=19'
    expect(one(await card({ payload }), 'pre').children[0]).toBe(payload)
  })
  test('can be reached and scrolled by keyboard', async () =>
    expect(one(await card({}), 'pre').attributes).toMatchObject({
      tabindex: '0',
      'aria-label': '报文内容',
    }))
})

describe('a replay that was refused', () => {
  test.each([
    ['away', '没有送到服务器，请检查网络后再试'],
    ['forbidden', '您没有权限做这一步'],
    ['notFound', '您没有权限做这一步'],
    ['conflict', '还是不能计入，原因没有消除'],
    ['invalid', '还是不能计入，原因没有消除'],
  ] as [FailureKind, string][])('%s', (kind, zh) => {
    expect(replayFailure(new ApiError(kind, null), createTranslate('zh'))).toBe(zh)
    expect(replayFailure(new ApiError(kind, null), createTranslate('en'))).toMatch(/^[\x20-\x7e]+$/)
  })
  test('a server that failed does not blame the message', () =>
    expect(replayFailure(new ApiError('server', null), createTranslate('zh'))).toBe(
      '没有办成，请刷新后再试',
    ))
  test('a fault of the page itself', () =>
    expect(replayFailure(new TypeError('x'), createTranslate('zh'))).toBe('没有办成，请刷新后再试'))
})

describe('the list', () => {
  test('empty says what would be here', async () =>
    expect(textOf(one(await page([]), '.empty'))).toBe(
      '没有要处理的报文。设备发来读不懂的内容时，会连同原因一起留在这里。',
    ))
  test('each message a card; more where there are more', async () => {
    expect(all(await page([aQuarantined(), aQuarantined({ id: 8 })]), 'article')).toHaveLength(2)
    expect(all(await page([aQuarantined()]), 'button.case-more')).toHaveLength(0)
    expect(textOf(one(await page([aQuarantined()], 'next'), 'button.case-more'))).toBe('再看 50 条')
  })
  test('while it is asked for, a skeleton', async () => {
    const drawn = await page(undefined)
    expect(all(drawn, '.quarantine-skeleton')).toHaveLength(3)
    expect(textOf(drawn)).not.toContain('没有要处理的报文')
  })
})
