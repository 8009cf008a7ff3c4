import { describe, expect, test } from 'vitest'
import type { AuditEntryView, AuditVerdict } from '../../../dashboard/src/api/types.ts'
import { readAuditSearch } from '../../../dashboard/src/app/search.ts'
import { retentionDefaults } from '../../../gateway/domain/retention.ts'
import { all, one, textOf } from '../markup.ts'
import { renderPage } from '../render.tsx'
import { aSession } from '../town-views.ts'
import { anAuditEntry, aPurge } from '../trust-views.ts'

const session = aSession('townAdmin')
const whole: AuditVerdict = { ok: true, entries: 12_041, head: 'c/MVG1=', brokenAt: null }

function page(items: AuditEntryView[], verdict: AuditVerdict = whole, path = '/audit') {
  return renderPage(path, {
    session,
    answers: [
      [['audit-verdict'], verdict],
      [['audit', {}], { pages: [{ items, nextCursor: 'next' }], pageParams: [null] }],
      [['retention'], retentionDefaults],
      [['purges'], [aPurge()]],
    ],
  })
}

describe('the entries', () => {
  test('who, what, upon what, from where, when', async () => {
    const entry = anAuditEntry({ reason: '调岗', detail: 'role viewer → operator' })
    const cells = all(one(await page([entry]), '[data-row]'), '[role=cell]')
    expect(cells.map((cell) => textOf(cell))).toEqual([
      '添加人员',
      'admin',
      '人员 zhou.xiaolan',
      '调岗role viewer → operator',
      '10.0.0.8',
      '2026-11-21 10:24:00',
      '41',
    ])
  })
  test('a case is led to', async () => {
    const drawn = await page([anAuditEntry({ act: 'actOnCase', subject: 'case:c1' })])
    expect(one(drawn, '[data-row] a').attributes['href']).toBe('/cases/c1')
  })
  test('what somebody wrote is text', async () => {
    const reason = '<img src=x onerror=alert(1)>'
    const drawn = await page([anAuditEntry({ reason, subject: `user:${reason}` })])
    expect(all(drawn, 'img')).toHaveLength(0)
    expect(textOf(drawn)).toContain(reason)
  })
  test('none yet, and none that fits, say different things', async () => {
    expect(textOf(one(await page([]), '.empty'))).toContain('还没有记录。')
    const drawn = await renderPage('/audit?act=signIn', {
      session,
      answers: [
        [
          ['audit', { act: 'signIn' }],
          { pages: [{ items: [], nextCursor: null }], pageParams: [null] },
        ],
      ],
    })
    expect(textOf(one(drawn, '.empty'))).toBe('没有符合的记录。清除筛选')
  })
})

describe('the verdict', () => {
  test('whole: how many, and the last fingerprint to write down', async () => {
    const drawn = one(await page([]), '.verdict')
    expect(textOf(drawn)).toContain('12,041 条记录首尾相连，没有被改过。')
    expect(textOf(one(drawn, 'code'))).toBe('c/MVG1=')
    expect(drawn.attributes['data-ok']).toBe('true')
  })
  test('broken: where, what to do, and it is announced', async () => {
    const verdict = { ok: false, entries: 40, head: null, brokenAt: 41 }
    const drawn = one(await page([], verdict), '.verdict')
    expect(textOf(one(drawn, '[role=alert]'))).toContain('第 41 条记录对不上')
    expect(textOf(drawn)).toContain('不要删任何东西')
  })
  test('while it is read it says so', async () => {
    const drawn = await renderPage('/audit', { session })
    expect(textOf(one(drawn, '.verdict'))).toBe('正在核对全部记录')
  })
})

describe('retention', () => {
  test('days of each kind, and what was removed', async () => {
    const drawn = await page([], whole, '/audit?tab=retention')
    expect(all(drawn, '.retention input').map((field) => field.attributes['value'])).toEqual([
      '180',
      '180',
      '1095',
    ])
    expect(textOf(one(drawn, '[data-row]'))).toContain('画面、照片和语音')
    expect(textOf(one(drawn, '[data-row]'))).toContain('1,204')
  })
})

describe('the address', () => {
  test.each([
    [{}, {}],
    [{ tab: 'retention' }, { tab: 'retention' }],
    [{ tab: 'x', actor: '', act: 7 }, { act: '7' }],
    [{ from: '2026-11-21', to: '2026-13-41' }, { from: '2026-11-21' }],
    [{ from: 'javascript:alert(1)', to: 20261121 }, {}],
  ])('%j', (search, read) =>
    expect(
      Object.fromEntries(Object.entries(readAuditSearch(search)).filter(([, value]) => value)),
    ).toEqual(read),
  )
})
