import { describe, expect, test } from 'vitest'
import type { CaseView } from '../../../dashboard/src/api/types.ts'
import { QueueRow } from '../../../dashboard/src/console/queue-row.tsx'
import { aCase, anAlarm } from '../case-views.ts'
import { all, one, textOf } from '../markup.ts'
import { tenTwentyFour as now, renderPart, type Scene } from '../render.tsx'

const minute = 60_000

function row(part: Partial<CaseView>, scene?: Scene, isSelected = false) {
  const shown = aCase({ openedAt: now - 2 * minute, dueAt: now + minute, ...part })
  return renderPart(<QueueRow one={shown} isSelected={isSelected} onSelect={() => {}} />, scene)
}

const line = async (name: string, part: Partial<CaseView>, scene?: Scene) =>
  textOf(one(await row(part, scene), `.queue-${name}`))

describe('what and how long', () => {
  test('hazard and village, the village standing for its grid', async () => {
    expect(await line('title', {})).toBe('松林村 疑似森林火情')
    expect(await line('title', {}, { language: 'en' })).toBe('Forest fire · 松林村')
  })
  test('the full title with its grid is one hover away', async () =>
    expect(one(await row({}), '.queue-title').attributes['title']).toBe(
      '松林村第二网格 疑似森林火情',
    ))
  test.each([
    [42_000, '0:42', '0:42'],
    [17 * minute + 2_000, '17:02', '17:02'],
    [101 * minute + 36_000, '1:41:36', '1:41:36'],
    [30 * 60 * minute, '30 小时', '30 h'],
    [4 * 1440 * minute, '4 天', '4 d'],
  ])('%d ms since it began', async (spent, zh, en) => {
    expect(await line('elapsed', { openedAt: now - spent })).toBe(zh)
    expect(await line('elapsed', { openedAt: now - spent }, { language: 'en' })).toBe(en)
  })
  test('a fault of a device is no matter of seconds', async () => {
    const fault = { severity: 'blue' as const, openedAt: now - 41 * minute - 7_000 }
    expect(await line('elapsed', fault)).toBe('41 分')
  })
})

describe('which device and value', () => {
  test('device, what it measured, against what', async () =>
    expect(await line('second', {})).toBe('松林村林火烟感2 · 烟雾 7.5\u2009%/m（限 5）'))
  test('a device’s name is whole on hover', async () =>
    expect(one(await row({}), '.queue-second').attributes['title']).toBe('松林村林火烟感2'))
  test('silence, in the town’s time', async () => {
    const lastAlarm = anAlarm({ cause: { lastHeardAt: Date.UTC(2026, 10, 21, 1, 43) } })
    expect(await line('second', { lastAlarm })).toContain('最后读数 09:43')
    expect(await line('second', { lastAlarm }, { language: 'en' })).toContain('last heard 09:43')
  })
  test('a case that a person reported has no such line', async () =>
    expect(all(await row({ lastAlarm: null, alarms: 0 }), '.queue-second')).toHaveLength(0))
})

describe('who', () => {
  test.each([
    ['nobody has seen it', {}, '未确认受理还剩 1:00', 'Unacknowledged1:00 to accept'],
    [
      'seen, and accepted',
      { unacknowledged: 0, state: 'accepted' },
      '待分派分派还剩 1:00',
      'To dispatch1:00 to dispatch',
    ],
    [
      'gone by itself before anybody saw it',
      { active: 0 },
      '已自行恢复，看过即可移出受理还剩 1:00',
      'Cleared by itself1:00 to accept',
    ],
    [
      'overdue',
      { unacknowledged: 0, dueAt: now - 72 * minute },
      '待受理超期 1:12:00',
      'To acceptOverdue 1:12:00',
    ],
    [
      'no clock runs',
      { unacknowledged: 0, state: 'verifying', dueAt: null },
      '待核查',
      'To verify',
    ],
  ] as const)('%s', async (_what, part, zh, en) => {
    expect(await line('third', part as Partial<CaseView>)).toBe(zh)
    expect(await line('third', part as Partial<CaseView>, { language: 'en' })).toBe(en)
  })
  test('the person on it is named', async () => {
    const holder = { kind: 'user' as const, id: 'grid05', name: '松林村网格员' }
    expect(await line('holder', { holder, unacknowledged: 0, state: 'handling' })).toBe(
      '松林村网格员',
    )
  })
  test('overdue is a chip, not a colour', async () =>
    expect(all(await row({ dueAt: now - 1 }), '.overdue')).toHaveLength(1))
})

describe('the row as a button', () => {
  test('says whether it is the selected one', async () => {
    expect(one(await row({}), 'button').attributes['aria-current']).toBe('false')
    expect(one(await row({}, {}, true), 'button').attributes['aria-current']).toBe('true')
  })
  test('severity and state are in its name for a screen reader', async () =>
    expect(one(await row({}), 'svg[role=img]').attributes['aria-label']).toBe('红色 未确认'))
  test.each([
    ['unacknowledged', {}],
    ['acknowledged', { unacknowledged: 0 }],
    ['cleared', { active: 0 }],
  ] as const)('%s stands apart', async (state, part) =>
    expect(all(await row(part), `button.is-${state}`)).toHaveLength(1),
  )
})

describe('late already for the one before', () => {
  const late = { overdueSince: now - minute, dueAt: now + 2 * minute }
  const third = async (unacknowledged: number) =>
    textOf(one(await row({ ...late, unacknowledged }), '.queue-third'))
  test('and seen by nobody: what is left has no room', async () =>
    expect(await third(1)).toBe('未确认10:23 起超期'))
  test('and seen: what is left to the next one', async () =>
    expect(await third(0)).toMatch(/10:23 起超期.*还剩 2:00/))
})

test('an announced event by a word, its name on asking', async () => {
  const plannedEvent = { id: 'p', kind: 'burn', title: '田埂烧除', isOutgrown: false } as const
  const drawn = await row({ plannedEvent })
  expect(textOf(one(drawn, '.queue-third'))).toContain('已报备')
  expect(textOf(drawn)).not.toContain('田埂')
})
