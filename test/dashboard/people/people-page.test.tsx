import { Form } from 'antd'
import type { ReactNode } from 'react'
import { describe, expect, test } from 'vitest'
import type { TokenView, UserView } from '../../../dashboard/src/api/types.ts'
import { GroupFields, groupOf, known } from '../../../dashboard/src/people/group-fields.tsx'
import { tokenState } from '../../../dashboard/src/people/token-table.tsx'
import { matchesUser } from '../../../dashboard/src/people/user-tab.tsx'
import { asksFor } from '../../../dashboard/src/people/user-table.tsx'
import { roles } from '../../../gateway/domain/person.ts'
import { all, nameOf, one, textOf } from '../markup.ts'
import { renderPage, renderPart } from '../render.tsx'
import { aSession } from '../town-views.ts'
import { aToken, aUser, tenTwentyFour } from '../trust-views.ts'

const session = aSession('townAdmin')
const users = (list: UserView[]) => renderPage('/people', { session, answers: [[['users'], list]] })
const tokens = (list: TokenView[]) =>
  renderPage('/people?tab=tokens', { session, answers: [[['tokens'], list]] })
const dayMs = 86_400_000

describe('the people', () => {
  test('each with role, place, second factor, when last seen, and sessions', async () => {
    const row = one(await users([aUser({ secondFactor: true, sessions: 2 })]), '[data-row]')
    expect(textOf(row)).toContain('周小兰')
    expect(textOf(row)).toContain('zhou.xiaolan')
    const cells = all(row, '[role=cell]').map((cell) => textOf(cell))
    expect(cells.slice(1, 7)).toEqual(['网格员', '松林村', '–', '已开启', '5 分前', '2'])
  })
  test.each([
    [{ team: '红袖标5队' }, '红袖标5队'],
    [{ unit: '应急办' }, '应急办'],
    [{ team: '红袖标5队', unit: '应急办' }, '应急办红袖标5队'],
  ])('their team and unit %o', async (part, said) => {
    const row = one(await users([aUser(part)]), '[data-row]')
    expect(textOf(all(row, '[role=cell]')[3] as never)).toBe(said)
  })
  test('never seen is said, not left empty', async () =>
    expect(textOf(one(await users([aUser({ lastSeenAt: null })]), '[data-row]'))).toContain(
      '从未登录',
    ))
  test('who is disabled is marked, and still there', async () => {
    const row = one(await users([aUser({ disabled: true })]), '[data-row]')
    expect(textOf(row)).toContain('已停用')
    expect(row.attributes['class']).toContain('is-quiet')
  })
  test('a name is text, whatever stands in it', async () => {
    const drawn = await users([aUser({ displayName: '<img src=x onerror=alert(1)>' })])
    expect(all(drawn, 'img')).toHaveLength(0)
    expect(textOf(one(drawn, '[data-row]'))).toContain('<img src=x onerror=alert(1)>')
  })
  test('nobody yet: what to do next', async () =>
    expect(textOf(one(await users([]), '.empty'))).toBe(
      '还没有别的人。添加值守员、村干部和网格员，每人一个账号。',
    ))
  test('the buttons of a row say whom they are about', async () => {
    const buttons = all(one(await users([aUser()]), '[data-row]'), 'button')
    expect(buttons.map((button) => nameOf(button))).toEqual(['修改', '周小兰的操作'])
  })
  test.each(roles.filter((role) => role !== 'townAdmin'))('are not for %s', async (role) => {
    const drawn = await renderPage('/people', {
      session: aSession(role, '990101101205'),
      answers: [[['users'], [aUser()]]],
    })
    expect(textOf(drawn)).not.toContain('zhou.xiaolan')
  })
})

describe('what can be asked of an account', () => {
  test.each<[string, Partial<UserView>, string[]]>([
    ['somebody who is away', { sessions: 0 }, ['reset', 'disable']],
    ['somebody who is here', {}, ['reset', 'signOut', 'disable']],
    [
      'somebody with a second factor',
      { sessions: 0, secondFactor: true },
      ['reset', 'removeFactor', 'disable'],
    ],
    ['somebody who is disabled', { disabled: true }, ['enable']],
  ])('%s', (_name, part, asks) => expect(asksFor(aUser(part), 'admin')).toEqual(asks))
  test('of one’s own nothing: that is what “my account” is for', () =>
    expect(asksFor(aUser({ secondFactor: true }), 'zhou.xiaolan')).toEqual([]))
})

describe('finding somebody', () => {
  test.each([
    ['', true],
    ['小兰', true],
    [' ZHOU ', true],
    ['.xiao', true],
    ['李', false],
    ['5队', true],
    ['应急', true],
  ])('%s', (text, isFound) =>
    expect(matchesUser(aUser({ team: '红袖标5队', unit: '应急办' }), text)).toBe(isFound),
  )
})

describe('the team and unit of a person', () => {
  const form = (fields: ReactNode) => (
    <Form initialValues={{ team: '夜巡队', unit: null }}>{fields}</Form>
  )
  test('each with a field of its own and what it is for', async () => {
    const drawn = await renderPart(form(<GroupFields />), {
      session,
      answers: [
        [['teams'], ['红袖标1队']],
        [['users'], []],
      ],
    })
    expect(all(drawn, 'input').map((input) => input.attributes['id'])).toEqual(['team', 'unit'])
    expect(all(drawn, 'input')[0]?.attributes['value']).toBe('夜巡队')
    expect(textOf(drawn)).toContain('派给单位的工单他也能办')
  })
  test('known ones are offered once, by name', () =>
    expect(known(['应急办', null, '', '农服中心', '应急办'])).toEqual(['农服中心', '应急办']))
  test.each([
    [undefined, null],
    [null, null],
    ['  ', null],
    [' 应急办 ', '应急办'],
  ])('typed %j is %j', (typed, group) => expect(groupOf(typed)).toBe(group))
})

describe('tokens', () => {
  test.each<[string, Partial<TokenView>, string]>([
    ['good', {}, 'good'],
    ['its last fortnight', { expiresAt: tenTwentyFour + 13 * dayMs }, 'soon'],
    ['its last moment', { expiresAt: tenTwentyFour + 1 }, 'soon'],
    ['its end', { expiresAt: tenTwentyFour }, 'expired'],
    ['revoked', { revokedAt: 1 }, 'revoked'],
    ['revoked and over', { revokedAt: 1, expiresAt: 2 }, 'revoked'],
  ])('%s', (_name, part, state) => expect(tokenState(aToken(part), tenTwentyFour)).toBe(state))

  test('each with what for, role, place, end and last use', async () => {
    const row = one(await tokens([aToken({ lastUsedAt: tenTwentyFour - 7_200_000 })]), '[data-row]')
    expect(all(row, '[role=cell]').map((cell) => textOf(cell))).toEqual([
      '县平台对接',
      '只看',
      '云岭镇',
      '2027-02-18',
      '2 小时前',
      'admin',
      '撤销',
    ])
  })
  test('one of a unit says whose', async () =>
    expect(
      textOf(all(await tokens([aToken({ unit: '应急办' })]), '[data-row] [role=cell]')[0] ?? ''),
    ).toBe('县平台对接应急办'))
  test('the end is marked, and what is over cannot be revoked again', async () => {
    const drawn = await tokens([
      aToken({ id: 'a', expiresAt: tenTwentyFour + 3 * dayMs - 1 }),
      aToken({ id: 'b', expiresAt: tenTwentyFour - 1 }),
      aToken({ id: 'c', revokedAt: tenTwentyFour }),
    ])
    const rows = all(drawn, '[data-row]')
    expect(rows.map((row) => textOf(row))).toEqual([
      expect.stringContaining('还剩 3 天'),
      expect.stringContaining('已到期'),
      expect.stringContaining('已撤销'),
    ])
    expect(rows.map((row) => all(row, 'button').length)).toEqual([1, 0, 0])
  })
  test('none yet: what they are for', async () =>
    expect(textOf(one(await tokens([]), '.empty'))).toContain('还没有令牌。'))
})
