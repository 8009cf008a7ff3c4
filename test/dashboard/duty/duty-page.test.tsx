import { describe, expect, test } from 'vitest'
import type { DutyView, WorkCalendarView } from '../../../dashboard/src/api/types.ts'
import { weekOf } from '../../../dashboard/src/duty/duty-week.ts'
import { swappable } from '../../../dashboard/src/duty/swap-dialog.tsx'
import { createTranslate } from '../../../dashboard/src/i18n/translate.ts'
import { isFound, personWords } from '../../../dashboard/src/parts/person-choice.tsx'
import { type Role, roles } from '../../../gateway/domain/person.ts'
import { all, nameOf, one, textOf } from '../markup.ts'
import { tenTwentyFour as now, renderPage } from '../render.tsx'
import { aSession } from '../town-views.ts'
import { aDuty } from '../work-views.ts'

const week = weekOf(now, 0, 'Asia/Shanghai')
const key = ['duty', week.from, week.to]

const roster = (duties: DutyView[], role: Role = 'supervisor') =>
  renderPage('/duty', { session: aSession(role), answers: [[key, duties]] })

const calendar = (view: WorkCalendarView, role: Role = 'townAdmin') =>
  renderPage('/duty?tab=calendar', {
    session: aSession(role),
    answers: [
      [key, []],
      [['calendar'], view],
    ],
  })

describe('the roster', () => {
  test('seven days, today marked, and who is there now', async () => {
    const drawn = await roster([aDuty()])
    expect(all(drawn, '.roster-day')).toHaveLength(7)
    const today = one(drawn, '.is-today')
    expect(today.attributes['data-day']).toBe('2026-11-21')
    expect(textOf(today)).toContain('周小兰08:24–12:24')
    expect(textOf(one(drawn, '.on-duty'))).toBe('现在值班 周小兰 到 12:24')
    expect(all(drawn, '.duty-line.is-now')).toHaveLength(1)
  })
  test('nobody is said, today and now', async () => {
    const drawn = await roster([])
    expect(textOf(one(drawn, '.on-duty'))).toContain('现在没有人值班。')
    expect(all(drawn, '.roster-day .quiet')).toHaveLength(7)
  })
  test('the buttons that swap a duty and take it away say whose', async () =>
    expect(all(await roster([aDuty()]), '.duty-line button').map(nameOf)).toEqual([
      '周小兰 换班',
      '撤下周小兰的值班',
    ]))
  test('what is over is not swapped any more', async () => {
    const over = aDuty({ startsAt: now - 7_200_000, endsAt: now - 1 })
    expect(all(await roster([over]), '.duty-line .duty-swap')).toHaveLength(0)
  })
  test('one is swapped with another person’s, the next first', () => {
    const own = aDuty()
    const other = (id: string, startsAt: number, part = {}) =>
      aDuty({ id, username: 'b', name: '乙', startsAt, endsAt: startsAt + 3_600_000, ...part })
    const list = [own, other('late', now + 2), other('soon', now + 1), other('over', now - 9e6)]
    const same = other('same', now, { username: own.username })
    expect(swappable([...list, same], own, now).map(({ id }) => id)).toEqual(['soon', 'late'])
  })
  test('a name is text', async () =>
    expect(all(await roster([aDuty({ name: '<img src=x>' })]), 'img')).toHaveLength(0))
  const keepers = new Set<Role>(['townAdmin', 'supervisor', 'villageCadre'])
  test.each(roles)('for %s', async (role) =>
    expect(textOf(await roster([aDuty()], role)).includes('周小兰')).toBe(keepers.has(role)),
  )
})

describe('whom to put on duty', () => {
  const said = '周小兰 · 网格员 · 红袖标5队 zhou.xiaolan'
  test.each([
    ['', true],
    ['小兰', true],
    ['网格员 5队', true],
    ['Zhou', true],
    ['网格员 7队', false],
    ['nobody', false],
  ])('%j is found: %s', (typed, found) => expect(isFound(typed, said)).toBe(found))

  const person = { username: 'u', displayName: '周小兰', role: 'gridWorker' } as const
  test.each([
    [{ team: null, unit: null }, '周小兰 · 网格员'],
    [{ team: '红袖标5队', unit: null }, '周小兰 · 网格员 · 红袖标5队'],
    [{ team: null, unit: '应急办' }, '周小兰 · 网格员 · 应急办'],
  ])('%o', (group, said) =>
    expect(personWords({ ...person, ...group }, createTranslate('zh'))).toBe(said),
  )
})

describe('the work calendar', () => {
  const view = { restDays: ['2026-10-01', '2027-01-01'], workDays: ['2027-02-07'] }
  test('what is to come, with the name of the day', async () => {
    const [rest, work] = all(await calendar(view), '.day-list')
    expect(all(rest as never, 'li').map((day) => textOf(day))).toEqual(['1月1日 周五 2027'])
    expect(all(work as never, 'li').map((day) => textOf(day))).toEqual(['2月7日 周日 2027'])
  })
  test('none is said', async () =>
    expect(all(await calendar({ restDays: [], workDays: [] }), '.day-list .quiet')).toHaveLength(2))
  test('is for administrators only', async () =>
    expect(all(await calendar(view, 'supervisor'), '.day-list')).toHaveLength(0))
})
