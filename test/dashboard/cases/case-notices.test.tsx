import { describe, expect, test } from 'vitest'
import type { CaseDetail } from '../../../dashboard/src/api/types.ts'
import { CaseMarks } from '../../../dashboard/src/cases/case-marks.tsx'
import { ofPlaces, receivers } from '../../../dashboard/src/cases/receiver-field.tsx'
import { mayActInBulk } from '../../../dashboard/src/cases/use-bulk.ts'
import { caseActs, caseStates } from '../../../gateway/domain/case.ts'
import { roles } from '../../../gateway/domain/person.ts'
import { aCase, aDetail, anAlarm } from '../case-views.ts'
import { all, one, textOf } from '../markup.ts'
import { tenTwentyFour as now, renderPage, renderPart, type Scene } from '../render.tsx'
import { aSession } from '../town-views.ts'

const minute = 60_000
const supervision = { text: '报一次现场情况', dueAt: now + 30 * minute, by: '督办员', at: now }
const extension = { reason: '等吊车', until: now + 60 * minute, by: '应急办', at: now - minute }

function page(part: Partial<CaseDetail>, scene: Scene = {}) {
  const answers = [[['case', 'case-1'], aDetail(part)]] as const
  return renderPage('/cases/case-1', { ...scene, answers })
}
const notice = async (part: Partial<CaseDetail>, name: string) =>
  one(await page(part), `[data-notice=${name}]`)
const acts = (element: Parameters<typeof all>[0]) =>
  all(element, 'button').map((button) => button.attributes['data-act'])

describe('what waits for an answer, with its buttons beside it', () => {
  test('a supervision, who wants it and by when', async () => {
    const shown = await notice({ supervision, actions: ['answer'] }, 'supervision')
    expect(textOf(shown)).toContain('督办，10:54 前答复 报一次现场情况 督办员 10:24')
    expect(acts(shown)).toEqual(['answer'])
    expect(shown.attributes['class']).not.toContain('is-late')
  })
  test('one that was not answered in time is inverse', async () => {
    const late = { ...supervision, dueAt: now - minute }
    const shown = await notice({ supervision: late }, 'supervision')
    expect(shown.attributes['class']).toContain('is-late')
    expect(textOf(shown)).toContain('应在 10:23 前答复')
  })
  test('more time, granted or refused by who may', async () => {
    const shown = await notice(
      { extension, actions: ['grantExtension', 'refuseExtension'] },
      'extension',
    )
    expect(textOf(shown)).toContain('申请延期到 11:24，等待答复 等吊车')
    expect(acts(shown)).toEqual(['grantExtension', 'refuseExtension'])
    expect(acts(await notice({ extension, actions: [] }, 'extension'))).toEqual([])
  })
  test('who is on it, and the way in and out', async () => {
    const claimed = { name: '值守员乙', at: now - minute }
    const free = await notice({ actions: ['claim'] }, 'claim')
    expect(textOf(free)).toContain('还没有人接手')
    expect(acts(free)).toEqual(['claim'])
    const taken = await notice({ claimed, actions: ['release'] }, 'claim')
    expect(textOf(taken)).toContain('值守员乙 在跟进，10:23 起')
    expect(acts(taken)).toEqual(['release'])
  })
  test.each(caseStates)('%s: who is on it matters while there is work', async (state) => {
    const isOver = ['closed', 'void', 'merged'].includes(state)
    expect(all(await page({ state }), '[data-notice=claim]')).toHaveLength(isOver ? 0 : 1)
  })
})

describe('cases that belong together', () => {
  const other = { id: 'case-9', number: '云岭-20261122-0009' }
  test.each([
    ['mergedInto', '已并入工单 云岭-20261122-0009'],
    ['splitFrom', '由工单 云岭-20261122-0009 拆出'],
  ] as const)('%s is a link', async (name, words) => {
    const [link] = all(await page({ [name]: other }), '.case-notices a')
    expect(link?.attributes['href']).toBe('/cases/case-9')
    expect(link && textOf(link)).toBe(words)
  })
  test('what was merged stays readable, with its pictures', async () => {
    const merged = [
      {
        ...other,
        title: '松林村 疑似森林火情',
        source: 'resident' as const,
        text: '看见后山冒烟',
        openedAt: now,
        pictures: ['e'.repeat(64)],
      },
    ]
    const shown = one(await page({ merged }), '.merged-reports')
    expect(textOf(shown)).toContain('看见后山冒烟')
    expect(textOf(shown)).toContain('群众反映')
    expect(all(shown, 'img')).toHaveLength(1)
    expect(all(shown, 'a').map((link) => link.attributes['href'])).toContain('/cases/case-9')
  })
  test('a report stands in its own words, without an empty list of alarms', async () => {
    const drawn = await page({
      text: '后山开裂',
      source: 'resident',
      evidence: [],
      lastAlarm: null,
      alarms: 0,
      pictures: ['f'.repeat(64)],
    })
    const words = textOf(one(drawn, '.case-evidence'))
    expect(words).toContain('反映的情况群众反映 后山开裂')
    expect(words).not.toContain('没有报警')
    expect(all(drawn, '.case-report img')).toHaveLength(1)
  })
})

describe('a word more', () => {
  test('is offered to who may add it', async () => {
    expect(all(await page({ actions: ['note'] }), 'form.composer')).toHaveLength(1)
    expect(all(await page({ actions: [] }), 'form.composer')).toHaveLength(0)
  })
  test('nothing typed is nothing to send', async () => {
    const drawn = await page({ actions: ['note'] })
    expect(one(drawn, '.composer [data-act=note]').attributes).toHaveProperty('disabled')
  })
})

describe('marks on a row', () => {
  const said = async (part: Parameters<typeof aCase>[0], language: 'zh' | 'en' = 'zh') => {
    const drawn = await renderPart(<CaseMarks one={aCase({ dueAt: null, ...part })} />, {
      language,
    })
    return all(drawn, '[data-mark]').map((mark) => textOf(mark))
  }
  test.each([
    [{}, []],
    [{ reminders: 2 }, ['催办 2 次']],
    [{ supervisions: 1 }, ['已督办 1 次']],
    [{ supervisions: 1, supervision }, ['督办 10:54 前答复']],
    [{ extension }, ['申请延期']],
    [{ state: 'suspended', dueAt: now + 60 * minute }, ['挂账至 11:24']],
    [{ overdueSince: now - minute }, ['10:23 起超期']],
    [{ overdueSince: now - minute, dueAt: now + minute }, ['10:23 起超期']],
    // The clock itself says so already.
    [{ overdueSince: now - minute, dueAt: now - minute }, []],
  ] as const)('%o', async (part, marks) => expect(await said(part)).toEqual(marks))
  test('in English', async () =>
    expect(await said({ reminders: 1, supervision, extension }, 'en')).toEqual([
      'urged 1×',
      'answer by 10:54',
      'more time asked',
    ]))
})

describe('whom to dispatch to', () => {
  const suggested = {
    to: { kind: 'team', id: '红袖标7队' },
    name: '红袖标7队',
    onDuty: true,
    openCases: 1,
    distanceM: 420,
  } as const
  test('the units of the hazard stand there whatever is suggested, each once', () => {
    const names = receivers([suggested], ['应急办', '农服中心', '应急办', ''])
    expect(names.map((one) => one.name)).toEqual(['红袖标7队', '应急办', '农服中心'])
    const unit = { ...suggested, to: { kind: 'unit', id: '应急办' }, name: '应急办' } as const
    expect(receivers([unit], ['应急办'])).toEqual([unit])
  })
})

describe('who else it may be dispatched to', () => {
  const person = (username: string, scope: string) => ({
    username,
    displayName: username,
    role: 'gridWorker' as const,
    scope,
    team: null,
    unit: null,
  })
  const people = [
    person('town', '990101101'),
    person('village', '990101101205'),
    person('grid', '990101101205001'),
    person('elsewhere', '990101101207'),
  ]
  const at = (village: string, grid: string | null = null) => ({ village, grid })
  test.each([
    [[at('990101101205', '990101101205001')], ['town', 'village', 'grid']],
    [[at('990101101205')], ['town', 'village']],
    [[at('990101101205'), at('990101101207')], ['town']],
  ])('%j', (cases, names) =>
    expect(ofPlaces(people, cases).map(({ username }) => username)).toEqual(names),
  )
})

describe('many at once', () => {
  const boxes = async (role: (typeof roles)[number]) => {
    const list = { pages: [{ items: [aCase()], nextCursor: null }], pageParams: [null] }
    const drawn = await renderPage('/cases', {
      session: aSession(role),
      answers: [[['cases', {}], list]],
    })
    return all(drawn, '.case-line input[type=checkbox]').length
  }
  test.each(roles)('%s', async (role) => {
    const may = ['townAdmin', 'supervisor', 'operator', 'villageCadre'].includes(role)
    expect(mayActInBulk(role)).toBe(may)
    expect(await boxes(role)).toBe(may ? 2 : 0)
  })
})

test('every act can be offered at once in both languages', async () => {
  for (const language of ['zh', 'en'] as const) {
    const drawn = await page(
      { actions: [...caseActs], supervision, extension, evidence: [anAlarm()] },
      { language },
    )
    const offered = all(drawn, '[data-act]').map((button) => button.attributes['data-act'])
    expect(new Set(offered).size).toBe(offered.length)
  }
})
