import { describe, expect, test } from 'vitest'
import type { BackupView, HealthItem } from '../../../dashboard/src/api/types.ts'
import { HealthBanner } from '../../../dashboard/src/health/health-banner.tsx'
import type { Role } from '../../../gateway/domain/person.ts'
import { all, one, textOf } from '../markup.ts'
import { renderPage, renderPart } from '../render.tsx'
import { aSession } from '../town-views.ts'
import { aBackup, anItem, tenTwentyFour } from '../trust-views.ts'

function page(items: HealthItem[], backups: BackupView[] = [], role: Role = 'townAdmin') {
  return renderPage('/health', {
    session: aSession(role),
    answers: [
      [['health'], { at: tenTwentyFour, items }],
      [['backups'], backups],
    ],
  })
}

describe('the health page', () => {
  test('all right: one calm sentence and when that was looked at', async () => {
    const drawn = await page([
      anItem({ level: 'ok' }),
      anItem({ id: 'store', level: 'ok', facts: {} }),
    ])
    expect(textOf(one(drawn, '.health-calm'))).toBe('一切正常，没有要处理的事。')
    expect(textOf(one(drawn, '.page-head'))).toContain('10:24:00 检查')
    expect(all(drawn, '.health-item')).toHaveLength(0)
  })
  test('what presses: what, how bad, since when, what to do', async () => {
    const drawn = await page([
      anItem({ id: 'mqtt', level: 'bad', facts: { adapter: 'mqtt', cause: 'ECONNREFUSED' } }),
      anItem(),
      anItem({ id: 'store', level: 'ok', facts: {} }),
    ])
    const [bad, warn] = all(drawn, '.health-item').map((item) => textOf(item))
    expect(bad).toContain('要马上处理')
    expect(bad).toContain('设备连不进来')
    expect(bad).toContain('09:24 起，已有 1 小时')
    expect(bad).toContain('ECONNREFUSED')
    expect(warn).toContain('要留意')
    expect(warn).toContain('磁盘快满了')
    expect(textOf(one(drawn, '.health-fine'))).toBe('其余正常：数据库')
  })
  test('where something can be done there is a way, but for those whom the page is closed to', async () => {
    const items = [
      anItem({ id: 'quarantine', facts: { waiting: 3 } }),
      anItem({ id: 'people', facts: { administrators: 1 } }),
    ]
    const hrefs = async (role: Role) =>
      all(await page(items, [], role), '.health-item a').map((link) => link.attributes['href'])
    expect(await hrefs('townAdmin')).toEqual(['/quarantine', '/people'])
    expect(await hrefs('operator')).toEqual(['/quarantine'])
  })
  test('not there yet: a skeleton and no calm', async () => {
    const drawn = await renderPage('/health', { session: aSession('townAdmin') })
    expect(textOf(drawn)).not.toContain('一切正常')
    expect(all(drawn, '.health-waiting')).toHaveLength(1)
  })
})

describe('backups', () => {
  test('none says what to do next', async () =>
    expect(textOf(one(await page([], []), '.backups .empty'))).toBe(
      '还没有备份。现在就做一份，然后把文件抄到别的机器上。',
    ))
  test('each with time, cause, size and result; the command restores the newest that is whole', async () => {
    const drawn = await page(
      [],
      [
        aBackup({ name: 'c.tar', state: 'failed', bytes: 0, error: 'No space left on device.' }),
        aBackup({ name: 'b.tar', cause: 'schedule' }),
        aBackup({ name: 'a.tar', cause: 'migration' }),
      ],
    )
    const rows = all(drawn, '.backups [data-row]').map((row) => textOf(row))
    expect(rows[0]).toContain('没有做成')
    expect(rows[0]).toContain('No space left on device.')
    expect(rows[1]).toContain('每日自动')
    expect(rows[1]).toContain('12.3\u2009MB')
    expect(rows[2]).toContain('升级之前')
    expect(textOf(one(drawn, '.backup-restore pre'))).toBe(
      'bin/lianxun.mjs restore data/backups/b.tar',
    )
  })
  test('while one is made, how far it is, and no second one', async () => {
    const drawn = await page([], [aBackup({ state: 'running', progress: 0.42, bytes: 0 })])
    expect(one(drawn, '[role=progressbar]').attributes['aria-valuenow']).toBe('42')
    expect(textOf(one(drawn, '.backups-head button'))).toBe('正在备份 42%')
    expect(one(drawn, '.backups-head button').attributes).toHaveProperty('disabled')
  })
  test.each(['supervisor', 'operator'] as const)('%s has none of it', async (role) =>
    expect(all(await page([], [], role), '.backups')).toHaveLength(0),
  )
})

describe('the banner', () => {
  const banner = (items: HealthItem[], role: Role = 'operator') =>
    renderPart(<HealthBanner />, {
      session: aSession(role),
      answers: [[['health'], { at: tenTwentyFour, items }]],
    })
  test('is there while something is bad, and not for less', async () => {
    expect(all(await banner([anItem(), anItem({ level: 'ok' })]), '.health-banner')).toHaveLength(0)
    const drawn = await banner([anItem({ level: 'bad' }), anItem()])
    expect(textOf(one(drawn, '.health-banner'))).toBe('磁盘满了，新数据存不进去查看运行状况')
    expect(one(drawn, '.health-banner').attributes['role']).toBe('alert')
  })
  test('names the worst and counts the others', async () => {
    const items = [
      anItem({ id: 'store', level: 'bad', facts: { cause: 'full' } }),
      anItem({ level: 'bad' }),
    ]
    expect(textOf(await banner(items))).toContain('另有 1 件')
  })
  test('leads only those to the health page who may open it', async () =>
    expect(all(await banner([anItem({ level: 'bad' })], 'villageCadre'), 'a')).toHaveLength(0))
  test.each(['/console', '/cases', '/villages/990101101205', '/devices', '/account'])(
    'is on %s',
    async (path) => {
      const drawn = await renderPage(path, {
        answers: [[['health'], { at: tenTwentyFour, items: [anItem({ level: 'bad' })] }]],
      })
      expect(all(drawn, '.health-banner')).toHaveLength(1)
    },
  )
})
