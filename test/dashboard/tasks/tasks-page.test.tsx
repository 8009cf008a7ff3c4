import { describe, expect, test } from 'vitest'
import type { CaseDetail } from '../../../dashboard/src/api/types.ts'
import { goesOut } from '../../../dashboard/src/app/town.ts'
import { roles } from '../../../gateway/domain/person.ts'
import { aCase, aDetail } from '../case-views.ts'
import { all, one, textOf } from '../markup.ts'
import { tenTwentyFour as now, renderPage } from '../render.tsx'
import { aSession } from '../town-views.ts'

const session = aSession('gridWorker', '990101101205002')
const minute = 60_000

function draw(details: CaseDetail[], language: 'zh' | 'en' = 'zh') {
  const answers = [
    [['tasks'], details.map((detail) => aCase({ ...detail }))],
    ...details.map((detail) => [['case', detail.id], detail] as const),
  ] as const
  return renderPage('/tasks', { session, language, answers })
}

const signing = (part: Partial<CaseDetail> = {}) =>
  aDetail({
    state: 'dispatched',
    dueAt: now + 5 * minute,
    actions: ['sign', 'sendBack', 'note'],
    ...part,
  })

describe('my tasks', () => {
  test('lead to the patrol phone', async () => {
    const link = one(await draw([]), 'a.task-walk')
    expect([textOf(link), link.attributes['href']]).toEqual(['去巡逻打卡', '/patrol/'])
  })
  test('each with what, where, until when, and one button that carries it on', async () => {
    const card = one(await draw([signing()]), 'article')
    expect(textOf(one(card, 'h2'))).toBe('松林村第二网格 疑似森林火情')
    expect(textOf(one(card, '.task-due'))).toBe('待签收签收还剩 5:00')
    expect(textOf(card)).toContain('云岭-20261122-0001')
    expect(all(card, 'button').map((button) => textOf(button))).toEqual(['签收'])
    expect(one(card, 'a.task-open').attributes['href']).toBe('/cases/case-1')
  })
  test('after signing the same button takes the feedback', async () => {
    const detail = signing({ state: 'handling', actions: ['feedback', 'suspend', 'sendBack'] })
    const buttons = all(one(await draw([detail]), 'article'), 'button')
    expect(buttons.map((button) => textOf(button))).toEqual(['反馈处置结果'])
  })
  test('late ones are counted, marked and first', async () => {
    const drawn = await draw([
      signing({ id: 'in-time' }),
      signing({ id: 'late', dueAt: now - minute, overdue: true }),
    ])
    expect(all(drawn, 'article').map((card) => card.attributes['data-case'])).toEqual([
      'late',
      'in-time',
    ])
    expect(textOf(one(drawn, '.page-head'))).toBe('我的任务 2 件1 件超期去巡逻打卡')
    expect(textOf(one(all(drawn, 'article')[0] as never, '.overdue'))).toBe('超期 1:00')
  })
  test('what others have to do has no button, and says so', async () => {
    const card = one(await draw([signing({ state: 'verifying', actions: ['note'] })]), 'article')
    expect(all(card, 'button')).toHaveLength(0)
    expect(textOf(card)).toContain('等别人办下一步')
  })
  test('a supervision stands there with its words, and can be answered', async () => {
    const supervision = { text: '请马上到现场', dueAt: now + minute, by: '王主任', at: now }
    const detail = signing({ supervision, actions: ['sign', 'answer'] })
    const drawn = one(await draw([detail]), '.task-supervision')
    expect(textOf(drawn)).toContain('王主任：请马上到现场')
    expect(textOf(one(drawn, 'button'))).toBe('答复督办')
  })
  test('the words of a report, as text', async () => {
    const detail = signing({ text: '<b>桥头堵了</b>', source: 'resident', lastAlarm: null })
    expect(textOf(one(await draw([detail]), '.task-text'))).toBe('<b>桥头堵了</b>')
  })
  test('nothing to do is said, and what will come', async () =>
    expect(textOf(one(await draw([]), '.empty'))).toBe(
      '现在没有要办的事。派给您、您的班组或单位的工单会自己出现在这里。',
    ))
  test('in English', async () => {
    const card = one(await draw([signing()], 'en'), 'article')
    expect(all(card, 'button').map((button) => textOf(button))).toEqual(['Sign for it'])
  })
  test('without the detail no step is offered, but the case can be opened', async () => {
    const drawn = await renderPage('/tasks', {
      session,
      answers: [[['tasks'], [aCase({ state: 'dispatched' })]]],
    })
    expect(all(one(drawn, 'article'), 'button')).toHaveLength(0)
    expect(all(drawn, 'a.task-open')).toHaveLength(1)
  })
})

describe('where the day starts', () => {
  test.each(roles)('%s', (role) =>
    expect(goesOut(role)).toBe(['gridWorker', 'patroller'].includes(role)),
  )
})
