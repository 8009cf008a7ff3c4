import { describe, expect, test } from 'vitest'
import type { AuditEntryView, AuditVerdict } from '../../../dashboard/src/api/types.ts'
import { readAuditSearch } from '../../../dashboard/src/app/search.ts'
import { retentionDefaults } from '../../../gateway/domain/retention.ts'
import { all, one, textOf } from '../markup.ts'
import { renderPage } from '../render.tsx'
import { aSession } from '../town-views.ts'
import { anAuditEntry, aPurge, aSize } from '../trust-views.ts'

const session = aSession('townAdmin')
const whole: AuditVerdict = { ok: true, entries: 12_041, head: 'c/MVG1=', brokenAt: null }

function page(
  items: AuditEntryView[],
  verdict: AuditVerdict = whole,
  path = '/audit',
  sizes = aSize(),
) {
  return renderPage(path, {
    session,
    answers: [
      [['audit-verdict'], verdict],
      [['audit', {}], { pages: [{ items, nextCursor: 'next' }], pageParams: [null] }],
      [['retention'], retentionDefaults],
      [['retention', 'sizes'], sizes],
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
  const address = '/audit?tab=retention'
  const values = (drawn: Awaited<ReturnType<typeof page>>, part: string) =>
    all(drawn, `${part} input`).map((field) => field.attributes['value'])

  test('days of each class and kind, and what was removed', async () => {
    const drawn = await page([], whole, address)
    expect(values(drawn, '.retention-fields')).toEqual(['180', '180', '1095'])
    expect(values(drawn, '[data-class=air]')).toEqual(['400', '3650'])
    expect(all(drawn, '[data-class]')).toHaveLength(5)
    expect(textOf(one(drawn, '[data-class=weather]'))).toContain('温度、湿度、风速、风向、雨量')
    expect(textOf(one(drawn, '[data-row]'))).toContain('画面、照片和语音')
    expect(textOf(one(drawn, '[data-row]'))).toContain('1,204')
  })

  test('when the disk is full, what readings take, and where that ends', async () => {
    const drawn = await page([], whole, address)
    expect(textOf(one(drawn, '.disk-sentence'))).toBe(
      '照现在的速度，磁盘 214 天后写满（还剩 80.6\u2009GB，共 271\u2009GB）。读数现在占 204\u2009MB，每天增加约 4.0\u2009MB。按已保存的期限，读数最后稳定在约 3.2\u2009GB。',
    )
  })

  test('each class has a bar a month and its sum; none where nothing is', async () => {
    const drawn = await page([], whole, address)
    const air = one(drawn, '[data-class=air]')
    expect(textOf(one(air, '.figure'))).toBe('180\u2009MB')
    expect(one(air, '[role=img]').attributes['aria-label']).toBe(
      '空气占用磁盘：2025-01 到 2026-11，共 180\u2009MB',
    )
    expect(all(air, 'i').map((bar) => bar.attributes['style'])).toEqual([
      'height:0%',
      'height:100%',
      'height:50%',
    ])
    expect(textOf(one(drawn, '[data-class=water]'))).toContain('还没有读数')
    expect(textOf(one(drawn, '.is-compacted'))).toContain('4.0\u2009MB')
  })

  test('of an InfluxDB: its own rule decides, and nothing is drawn', async () => {
    const sizes = aSize({ store: 'influx', months: null, bytesPerDay: null, settledBytes: null })
    const drawn = await page([], whole, address, sizes)
    expect(textOf(one(drawn, '.disk-sentence'))).toContain('由它自己的保留策略决定')
    expect(textOf(one(drawn, '.disk-sentence'))).toContain('214 天后写满')
    expect(all(drawn, '.month-bars')).toHaveLength(0)
    expect(values(drawn, '[data-class=air]')).toEqual(['400', '3650'])
  })

  test('a disk that does not fill, and a pace that nobody knows yet, are said so', async () => {
    const disk = { freeBytes: 5e9, totalBytes: 1e10, daysLeft: null }
    const sizes = aSize({ disk, bytesPerDay: null, settledBytes: null })
    const sentence = textOf(one(await page([], whole, address, sizes), '.disk-sentence'))
    expect(sentence).toContain('磁盘不会写满')
    expect(sentence).toContain('运行两天后才知道')
    expect(sentence).not.toContain('稳定')
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
