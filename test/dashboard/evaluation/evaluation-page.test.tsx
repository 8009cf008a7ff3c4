import { describe, expect, test } from 'vitest'
import { readEvaluationSearch } from '../../../dashboard/src/app/search.ts'
import { span } from '../../../dashboard/src/evaluation/figures.ts'
import { monthsBefore, monthWords } from '../../../dashboard/src/evaluation/months.ts'
import { createTranslate } from '../../../dashboard/src/i18n/translate.ts'
import type { Role } from '../../../gateway/domain/person.ts'
import { all, one, textOf } from '../markup.ts'
import { renderPage } from '../render.tsx'
import { aSession } from '../town-views.ts'
import { anEvaluation } from '../work-views.ts'

const view = anEvaluation()

function page(path = '/evaluation', role: Role = 'supervisor', language: 'zh' | 'en' = 'zh') {
  return renderPage(path, {
    session: aSession(role),
    language,
    answers: [
      [['evaluation', '2026-11'], view],
      [['evaluation', '2026-10'], { ...view, month: '2026-10' }],
    ],
  })
}

describe('the ranking', () => {
  test('every figure in its column, a dash where nothing is known', async () => {
    const [drawn, quiet] = all(await page(), '.ranking [data-row]')
    if (drawn === undefined || quiet === undefined) throw new Error('rows are missing')
    expect(all(drawn, 'td').map((cell) => textOf(cell))).toEqual([
      '1',
      '81.3',
      '12 / 9',
      '50%',
      '100%',
      '–',
      '25%',
      '13%',
      '–',
      '1.5 小时',
      '4.5',
    ])
    expect(textOf(one(quiet, '.ranking-place'))).toBe('–')
  })
  test('the chosen ranking is shown, the others wait for paper', async () => {
    const shown = async (path: string) =>
      all(await page(path), 'section.panel')
        .filter((section) => !(section.attributes['class'] ?? '').includes('is-off'))
        .flatMap((section) => all(section, 'h2').map((title) => textOf(title)))[0]
    expect(await shown('/evaluation')).toContain('村')
    expect(await shown('/evaluation?kind=units')).toContain('单位')
    expect(await shown('/evaluation?month=2026-10&kind=teams')).toContain('2026年10月')
  })
  test('a month without cases says so', async () => {
    expect(textOf(await page('/evaluation?kind=teams'))).toContain('这个月还没有工单。')
  })
})

describe('beside it', () => {
  test('days, false alarms, and what was left out', async () => {
    const drawn = await page()
    expect(one(drawn, 'figure').attributes['aria-label']).toBe(
      '2026年11月 受理 4 件，其中当月办结 2 件',
    )
    expect(all(drawn, 'figure li')).toHaveLength(30)
    expect(all(drawn, '.false-alarms tbody tr').map((each) => textOf(each))).toEqual([
      '1号摄像机 松林村8225%',
    ])
    expect(all(drawn, '.excluded dd').map((each) => textOf(each))).toEqual([
      '3 件',
      '0 件',
      '45 分',
      '8 小时',
    ])
  })
  test('the workbook is of the month that is shown', async () => {
    const link = (drawn: Awaited<ReturnType<typeof page>>) =>
      all(drawn, 'a').find((each) => each.attributes['href']?.includes('workbook'))?.attributes[
        'href'
      ]
    expect(link(await page())).toBe('/api/v1/evaluation/workbook?month=2026-11')
    expect(link(await page('/evaluation?month=2026-10'))).toBe(
      '/api/v1/evaluation/workbook?month=2026-10',
    )
  })
  test('in English', async () => {
    const text = textOf(await page('/evaluation', 'townAdmin', 'en'))
    expect(text).toContain('Monthly evaluation')
    expect(text).toContain('November 2026')
    expect(text).toContain('Handled on time')
  })
})

describe('who may look', () => {
  test.each<[Role, boolean]>([
    ['townAdmin', true],
    ['supervisor', true],
    ['operator', true],
    ['villageCadre', true],
    ['gridWorker', false],
    ['patroller', false],
    ['viewer', false],
  ])('%s: %s', async (role, may) => {
    expect(all(await page('/evaluation', role), '.evaluation').length > 0).toBe(may)
  })
})

describe('months and figures', () => {
  test('the last two years are offered', () => {
    const months = monthsBefore('2026-02-28')
    expect(months).toHaveLength(24)
    expect(months.slice(0, 3)).toEqual(['2026-02', '2026-01', '2025-12'])
  })
  test('as people say them', () => {
    expect(monthWords('2026-09', 'zh')).toBe('2026年9月')
    expect(monthWords('2026-09', 'en')).toBe('September 2026')
  })
  test.each([
    [{}, {}],
    [
      { month: '2026-11', kind: 'teams' },
      { month: '2026-11', kind: 'teams' },
    ],
    [{ month: '2026-13', kind: 'people' }, {}],
    [{ month: '<script>', kind: 3 }, {}],
  ])('the address %j', (search, read) => {
    const found = Object.entries(readEvaluationSearch(search)).filter(([, value]) => value)
    expect(Object.fromEntries(found)).toEqual(read)
  })
  test.each([
    [null, '–'],
    [0, '0 分'],
    [59.4, '59.4 分'],
    [59.96, '1 小时'],
    [90, '1.5 小时'],
  ])('%s minutes', (minutes, words) => {
    expect(span(minutes, createTranslate('zh'))).toBe(words)
  })
})
