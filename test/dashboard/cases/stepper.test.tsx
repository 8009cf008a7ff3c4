import { describe, expect, test } from 'vitest'
import type { TimelineEntry } from '../../../dashboard/src/api/types.ts'
import { ClockBars, Stepper } from '../../../dashboard/src/cases/stepper.tsx'
import type { CaseState } from '../../../gateway/domain/case.ts'
import { aDetail } from '../case-views.ts'
import { all, one, textOf } from '../markup.ts'
import { tenTwentyFour as now, renderPart } from '../render.tsx'
import { anEntry } from '../town-views.ts'

const minute = 60_000

/** A course as [state, minutes ago] from the opening on. */
function course(...moves: [CaseState, number][]): TimelineEntry[] {
  return moves.map(([toState, ago], index) =>
    anEntry({
      id: index + 1,
      at: now - ago * minute,
      act: index === 0 ? 'opened' : 'accept',
      fromState: moves[index - 1]?.[0] ?? null,
      toState,
    }),
  )
}

function inState(state: CaseState, ...moves: [CaseState, number][]) {
  return aDetail({
    state,
    openedAt: now - (moves[0]?.[1] ?? 0) * minute,
    timeline: course(...moves),
  })
}

async function steps(detail: ReturnType<typeof aDetail>, language: 'zh' | 'en' = 'zh') {
  const drawn = await renderPart(<Stepper detail={detail} />, { language, now })
  return all(drawn, 'li').map((step) => ({
    standing: step.attributes['class']?.replace('is-', ''),
    current: step.attributes['aria-current'],
    text: textOf(step),
  }))
}

const standings = async (detail: ReturnType<typeof aDetail>) =>
  (await steps(detail)).map((step) => step.standing?.[0]).join('')

describe('where a case stands', () => {
  test.each([
    [inState('reported', ['reported', 1]), 'naaaaa'],
    [inState('accepted', ['reported', 3], ['accepted', 1]), 'dnaaaa'],
    [inState('dispatched', ['reported', 3], ['accepted', 2], ['dispatched', 1]), 'ddnaaa'],
    [inState('handling', ['reported', 9], ['handling', 1]), 'dddnaa'],
    [inState('verifying', ['reported', 9], ['handling', 5], ['verifying', 1]), 'ddddna'],
    [inState('closed', ['reported', 9], ['handling', 5], ['closed', 1]), 'dddddd'],
  ] as const)('%#: %s', async (detail, expected) => expect(await standings(detail)).toBe(expected))

  test('the present step is announced as such, and only that', async () => {
    const drawn = await steps(inState('accepted', ['reported', 3], ['accepted', 1]))
    expect(drawn.map((step) => step.current)).toEqual([
      undefined,
      'step',
      undefined,
      undefined,
      undefined,
      undefined,
    ])
  })
  test('suspended says so where the work was taken from', async () => {
    const drawn = await steps(
      inState('suspended', ['reported', 90], ['handling', 60], ['suspended', 30]),
    )
    const current = drawn.find((step) => step.current === 'step')
    expect(current?.text).toContain('挂账')
    expect(drawn.map((step) => step.standing)).toEqual([
      'done',
      'done',
      'done',
      'now',
      'ahead',
      'ahead',
    ])
  })
  test.each([
    ['void', '作废', 'Void'],
    ['merged', '并案', 'Merged'],
  ] as const)('%s: ended before its course was run', async (state, zh, en) => {
    const detail = inState(state, ['reported', 9], ['accepted', 8], [state, 1])
    const drawn = await steps(detail)
    expect(drawn.find((step) => step.current === 'step')?.text).toContain(zh)
    expect((await steps(detail, 'en')).find((step) => step.current === 'step')?.text).toContain(en)
    expect(drawn.filter((step) => step.text.includes('待受理'))[0]?.standing).toBe('done')
    expect(drawn.some((step) => step.text.includes('已办结'))).toBe(false)
  })
  test('reopened: what is before it again counts as before it', async () => {
    const detail = inState(
      'accepted',
      ['reported', 90],
      ['accepted', 80],
      ['handling', 60],
      ['closed', 30],
      ['accepted', 5],
    )
    expect(await standings(detail)).toBe('dnaaaa')
    // Both visits: 20 minutes then, 5 now.
    expect((await steps(detail))[1]?.text).toContain('用 25:00')
  })
})

describe('what each step took', () => {
  test('used and limit while it runs, the limit alone ahead', async () => {
    const drawn = await steps(inState('accepted', ['reported', 4], ['accepted', 2]))
    expect(drawn.map((step) => step.text)).toEqual([
      '待受理用 2:00 / 限 3 分',
      '2待分派用 2:00 / 限 5 分',
      '3待签收限 5 分',
      '4处置中限 120 分',
      expect.stringMatching(/^5待核查/),
      expect.stringMatching(/^6已办结/),
    ])
  })
  test('in English', async () => {
    const drawn = await steps(inState('accepted', ['reported', 4], ['accepted', 2]), 'en')
    expect(drawn[0]?.text).toBe('To accept2:00 used / limit 3 min')
  })
})

describe('the clocks', () => {
  const bars = async (detail: ReturnType<typeof aDetail>) =>
    all(await renderPart(<ClockBars detail={detail} />, { now }), 'li')

  test('only steps with a limit have a bar', async () =>
    expect((await bars(inState('reported', ['reported', 1]))).map((bar) => textOf(bar))).toEqual([
      '待受理1:00 / 3:00',
      '待分派– / 5:00',
      '待签收– / 5:00',
      '处置中– / 2:00:00',
    ]))
  test('half used is half a bar', async () => {
    const [bar] = await bars(inState('reported', ['reported', 1.5]))
    expect(bar && JSON.stringify(bar)).toContain('width:50%')
  })
  test('beyond the limit the bar is full and the figure inverse', async () => {
    const [bar] = await bars(inState('reported', ['reported', 9]))
    expect(bar && JSON.stringify(bar)).toContain('width:100%')
    expect(bar && textOf(one(bar, '.overdue'))).toBe('9:00 / 3:00')
  })
})
