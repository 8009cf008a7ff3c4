import { describe, expect, test } from 'vitest'
import type { TimelineEntry } from '../../../dashboard/src/api/types.ts'
import { CaseReport } from '../../../dashboard/src/cases/case-report.tsx'
import { Timeline } from '../../../dashboard/src/cases/timeline.tsx'
import type { Language } from '../../../dashboard/src/i18n/translate.ts'
import { caseActs } from '../../../gateway/domain/case.ts'
import { aDetail, anAlarm } from '../case-views.ts'
import { all, one, textOf, wordsIn } from '../markup.ts'
import { renderPart, tenTwentyFour } from '../render.tsx'
import { anEntry } from '../town-views.ts'

async function said(timeline: TimelineEntry[], language: Language = 'zh') {
  const drawn = await renderPart(<Timeline detail={aDetail({ timeline })} />, {
    language,
    now: tenTwentyFour,
  })
  return all(drawn, 'ol.course-list').flatMap((list) => list.children.map((row) => textOf(row)))
}

/** What the gateway itself writes down, with nobody's name on it. */
const ownActs = [
  ['opened', '立案', 'Case opened'],
  ['alarm', '报警', 'Alarm'],
  ['severity', '级别提高', 'raised the severity'],
  ['cleared', '恢复正常', 'back to normal'],
  ['acknowledged', '确认看到', 'acknowledged'],
  ['reminder', '时限将到，已提醒', 'Reminded: the time is nearly up'],
  ['overdue', '超期', 'Overdue'],
  ['escalated', '超期，自动上报', 'Overdue, passed up by itself'],
  ['deadlineMoved', '工作日历调整，时限改动', 'The work calendar moved the deadline'],
  ['resumed', '挂账到期，恢复处置', 'Suspension ran out, in hand again'],
  ['supervisionOverdue', '督办到期没有答复', 'Supervision was not answered in time'],
  ['extensionLapsed', '延期申请没有答复，已失效', 'Request for more time lapsed unanswered'],
] as const

describe('every act has its words', () => {
  test.each(ownActs)('%s', async (act, zh, en) => {
    const entry = anEntry({ act, actor: null, fromState: null, toState: null })
    expect((await said([entry]))[0]).toBe(`10:12 ${zh}`)
    expect((await said([entry], 'en'))[0]).toBe(`10:12 ${en}`)
  })
  test.each(caseActs)('%s names who did it, in both languages', async (act) => {
    const entry = anEntry({ act, fromState: null, toState: null })
    const [inChinese = ''] = await said([entry])
    const [inEnglish = ''] = await said([entry], 'en')
    expect(inChinese).toMatch(/^10:12 值守员甲 \p{Script=Han}+$/u)
    expect(inEnglish).toMatch(/^10:12 值守员甲 [A-Za-z ]+$/)
    expect(inEnglish).not.toContain(act.match(/[A-Z]/) ? act : '\0')
  })
  test('an act of a newer gateway is shown as it is rather than lost', async () =>
    expect((await said([anEntry({ act: 'escalate', toState: null })]))[0]).toContain('escalate'))
})

describe('one entry', () => {
  test('a move says where the case went', async () => {
    expect((await said([anEntry()]))[0]).toBe('10:12 值守员甲 受理 → 待分派')
    expect((await said([anEntry()], 'en'))[0]).toBe('10:12 值守员甲 accepted → To dispatch')
  })
  test('what stays in its state has no arrow', async () =>
    expect(
      (await said([anEntry({ act: 'evaluate', fromState: 'closed', toState: 'closed' })]))[0],
    ).toBe('10:12 值守员甲 评价'))
  test('a reason stands under it', async () =>
    expect((await said([anEntry({ act: 'void', toState: 'void', text: '做饭炊烟' })]))[0]).toBe(
      '10:12 值守员甲 作废 → 作废 做饭炊烟',
    ))
  test('an alarm says device, value and rule', async () => {
    const entry = anEntry({ act: 'alarm', actor: null, toState: null, alarm: anAlarm() })
    expect((await said([entry]))[0]).toContain(
      '松林村林火烟感2 烟雾 7.5\u2009%/m（限 5） 报警 · 林火烟感报警',
    )
    expect((await said([entry], 'en'))[0]).toContain('Smoke 7.5\u2009%/m (limit 5) Alarm ·')
  })
  test('its end does not repeat the value that raised it', async () => {
    const entry = anEntry({ act: 'cleared', actor: null, toState: null, alarm: anAlarm() })
    expect((await said([entry]))[0]).toContain('松林村林火烟感2 恢复正常 林火烟感报警')
    expect((await said([entry]))[0]).not.toContain('7.5')
  })
  test('a graver alarm says that it made the case graver', async () => {
    const entry = anEntry({ act: 'severity', actor: null, toState: null, alarm: anAlarm() })
    expect((await said([entry]))[0]).toContain('松林村林火烟感2 级别提高')
    expect((await said([entry], 'en'))[0]).toContain('raised the severity')
  })
  test('who acknowledged which alarm is named', async () => {
    const entry = anEntry({
      act: 'acknowledged',
      fromState: null,
      toState: null,
      alarm: anAlarm(),
    })
    expect((await said([entry]))[0]).toContain('值守员甲 确认看到 松林村林火烟感2')
  })
})

describe('what an act carried', () => {
  const half = Date.UTC(2026, 10, 21, 2, 54)
  const rows: [string, Partial<TimelineEntry>, string, string][] = [
    [
      'whom it went to, by name',
      { act: 'dispatch', facts: { toKind: 'user', to: '双桥村网格员' } },
      '分派 派给 双桥村网格员',
      'dispatched to 双桥村网格员',
    ],
    [
      'from which level to which',
      { act: 'escalated', actor: null, facts: { from: 'grid', to: 'village' } },
      '超期，自动上报 网格 → 村',
      'passed up by itself Grid → Village',
    ],
    [
      'from which severity to which',
      { act: 'severity', actor: null, facts: { from: 'yellow', to: 'red' } },
      '级别提高 黄 → 红',
      'raised the severity Y → R',
    ],
    ['until when', { act: 'suspend', facts: { until: half } }, '挂账 到 10:54', 'until 10:54'],
    [
      'when the answer is wanted',
      { act: 'supervise', facts: { dueAt: half } },
      '督办 10:54 前答复',
      'answer by 10:54',
    ],
    [
      'that somebody was there',
      { act: 'verify', facts: { checkin: 'c-1' } },
      '现场打卡',
      'by a check-in on the spot',
    ],
    [
      'when it was seen, where it came later',
      { act: 'opened', actor: null, facts: { source: 'patrol', seenAt: half } },
      '立案 现场 10:54 看到',
      'seen at 10:54',
    ],
    ['the score', { act: 'evaluate', facts: { score: 4 } }, '评价 4 分', 'score 4'],
    [
      'that a device was wrong',
      { act: 'void', facts: { falseAlarm: true } },
      '作废 误报',
      'false alarm',
    ],
    [
      'that it was late',
      { act: 'accept', facts: { overdueSince: half } },
      '受理 10:54 起超期',
      'overdue since 10:54',
    ],
    [
      'which case came into this one, once',
      {
        act: 'merge',
        text: '云岭-20261122-0002',
        facts: { from: '云岭-20261122-0002', number: '云岭-20261122-0002' },
      },
      '并入工单 云岭-20261122-0002',
      'merged into this one 云岭-20261122-0002',
    ],
    [
      'where new alarms go instead',
      { act: 'reopen', facts: { alarmsElsewhere: true, case: '云岭-9', number: '云岭-9' } },
      '重新打开 原地已另立警情，新报警归入 云岭-9',
      'new alarms go to 云岭-9',
    ],
    [
      'the deadline after the calendar changed',
      { act: 'deadlineMoved', actor: null, facts: { from: 1, dueAt: half } },
      '工作日历调整，时限改动 到 10:54',
      'until 10:54',
    ],
    [
      'which case it was split from',
      { act: 'opened', facts: { splitFrom: '云岭-1', number: '云岭-1' } },
      '拆自工单 云岭-1',
      'split from case 云岭-1',
    ],
  ]
  test.each(rows)('%s', async (_what, part, zh, en) => {
    const entry = anEntry({ fromState: null, toState: null, ...part })
    expect((await said([entry]))[0]).toMatch(new RegExp(`${zh}$`))
    expect((await said([entry], 'en'))[0]).toContain(en)
  })
  test('another case is a link, which its number alone is not', async () => {
    const facts = { into: '云岭-2', number: '云岭-2' }
    const draw = (more: object) =>
      renderPart(
        <Timeline
          detail={aDetail({ timeline: [anEntry({ act: 'merge', facts: { ...facts, ...more } })] })}
        />,
      )
    const link = one(await draw({ otherCase: 'id-2' }), '.course a')
    expect([textOf(link), link.attributes['href']]).toEqual(['云岭-2', '/cases/id-2'])
    expect(all(await draw({}), '.course a')).toEqual([])
  })
  test('pictures that retention took are told of, at the entry and at the report', async () => {
    const facts = { picturesRemovedAt: Date.UTC(2026, 10, 20, 4) }
    const told = '图片已过保存期，2026-11-20 删除'
    const entry = anEntry({ act: 'opened', actor: null, facts })
    expect((await said([entry]))[0]).toContain(told)
    const detail = aDetail({ text: '后山冒烟', timeline: [entry] })
    expect(textOf(one(await renderPart(<CaseReport detail={detail} />), '.case-report'))).toContain(
      told,
    )
  })
  test('pictures stand under their own entry', async () => {
    const timeline = [
      anEntry({ id: 1, pictures: ['a'.repeat(64), 'b'.repeat(64)] }),
      anEntry({ id: 2 }),
    ]
    const drawn = await renderPart(<Timeline detail={aDetail({ timeline })} />)
    expect(all(drawn, '.picture-row img').map((image) => image.attributes['src'])).toEqual([
      `/api/v1/pictures/${'a'.repeat(64)}`,
      `/api/v1/pictures/${'b'.repeat(64)}`,
    ])
    expect(all(drawn, '.picture-row')).toHaveLength(1)
  })
})

describe('the course', () => {
  const timeline = [
    anEntry({ id: 1, at: Date.UTC(2026, 10, 19, 23, 50), act: 'opened', actor: null }),
    anEntry({ id: 2 }),
    anEntry({ id: 3, act: 'dispatch', fromState: 'accepted', toState: 'dispatched' }),
  ]
  test('the newest on top; of the same moment the later written', async () => {
    const rows = await said(timeline)
    expect(rows.map((row) => row.slice(0, 20))).toEqual([
      expect.stringContaining('分派'),
      expect.stringContaining('受理'),
      expect.stringContaining('立案'),
    ])
  })
  test('an earlier day says its day', async () =>
    expect((await said(timeline)).at(-1)).toMatch(/^11-20 07:50/))
  test('the full time is one hover away', async () => {
    const drawn = await renderPart(<Timeline detail={aDetail({ timeline: [anEntry()] })} />)
    expect(one(drawn, 'time').attributes['title']).toBe('2026-11-21 10:12:00')
  })
  test('only what moved the case is marked as a step', async () => {
    const drawn = await renderPart(
      <Timeline
        detail={aDetail({
          timeline: [
            anEntry({ id: 1 }),
            anEntry({ id: 2, act: 'acknowledged', fromState: null, toState: null }),
          ],
        })}
      />,
    )
    expect(all(drawn, 'i.is-step')).toHaveLength(1)
  })
  test('says how many there are, also when there are none', async () => {
    expect(textOf(await renderPart(<Timeline detail={aDetail({ timeline })} />))).toContain(
      '全部 3 条',
    )
    expect(wordsIn(await renderPart(<Timeline detail={aDetail()} />)).join(' ')).toContain('0 条')
  })
})
