import { describe, expect, test } from 'vitest'
import { DueClock, DueNote } from '../../../dashboard/src/parts/due-clock.tsx'
import type { CaseState } from '../../../gateway/domain/case.ts'
import { aCase } from '../case-views.ts'
import { all, one, textOf } from '../markup.ts'
import { tenTwentyFour as now, renderPart } from '../render.tsx'

const minute = 60_000

function clocked(state: CaseState, dueIn: number | null, since = 0) {
  return aCase({
    state,
    dueAt: dueIn === null ? null : now + dueIn,
    stepSince: now - since,
    openedAt: now - since,
  })
}

describe('the one clock of a page', () => {
  test.each([
    ['reported', '2:18受理还剩（时限 3 分）', '2:18left to accept (limit 3 min)'],
    ['accepted', '2:18分派还剩（时限 3 分）', '2:18left to dispatch (limit 3 min)'],
    ['dispatched', '2:18签收还剩（时限 3 分）', '2:18left to sign (limit 3 min)'],
    ['handling', '2:18处置还剩（时限 3 分）', '2:18left to handle (limit 3 min)'],
  ] as const)('%s: what is left, of what, within which limit', async (state, zh, en) => {
    const clock = <DueClock one={clocked(state, 2 * minute + 18_000)} limitMin={3} />
    expect(textOf(await renderPart(clock))).toBe(zh)
    expect(textOf(await renderPart(clock, { language: 'en' }))).toBe(en)
  })
  test('overdue counts up and is inverse', async () => {
    const clock = <DueClock one={clocked('reported', -72 * minute)} limitMin={3} />
    const drawn = await renderPart(clock)
    expect(textOf(one(drawn, '.clock.is-overdue'))).toBe('1:12:00')
    expect(textOf(drawn)).toContain('受理超期')
    expect(textOf(await renderPart(clock, { language: 'en' }))).toContain('late to accept')
  })
  test('days late are counted, not run as a clock of hundreds of hours', async () => {
    const drawn = await renderPart(
      <DueClock one={clocked('handling', -5 * 1440 * minute)} limitMin={120} />,
    )
    expect(textOf(one(drawn, '.clock'))).toBe('5 天')
  })
  test('where no clock runs, how long it has stood there', async () => {
    const clock = <DueClock one={clocked('verifying', null, 41 * minute)} limitMin={null} />
    expect(textOf(await renderPart(clock))).toBe('41:00待核查已有')
    expect(textOf(await renderPart(clock, { language: 'en' }))).toBe('41:00To verify since')
  })
  test('a deadline of a step without its own clock is still shown', async () => {
    const clock = <DueClock one={clocked('suspended', 60 * minute)} limitMin={null} />
    expect(textOf(await renderPart(clock))).toBe('1:00:00后恢复处置')
  })
  test('exactly at the deadline it is not late yet', async () => {
    const drawn = await renderPart(<DueClock one={clocked('reported', 0)} limitMin={3} />)
    expect(all(drawn, '.is-overdue')).toHaveLength(0)
    expect(textOf(one(drawn, '.clock'))).toBe('0:00')
  })
})

describe('the note in a row', () => {
  test.each([
    [90_000, '受理还剩 1:30', '1:30 to accept'],
    [-90_000, '超期 1:30', 'Overdue 1:30'],
    [-50 * 3_600_000, '超期 2 天', 'Overdue 2 d'],
  ])('%d ms', async (dueIn, zh, en) => {
    const note = <DueNote one={clocked('reported', dueIn)} />
    expect(textOf(await renderPart(note))).toBe(zh)
    expect(textOf(await renderPart(note, { language: 'en' }))).toBe(en)
  })
  test('short where the state says the step, and what a suspended one waits for', async () => {
    const short = <DueNote one={clocked('handling', 90_000)} isShort />
    expect(textOf(await renderPart(short))).toBe('还剩 1:30')
    expect(textOf(await renderPart(short, { language: 'en' }))).toBe('1:30 left')
    const suspended = <DueNote one={clocked('suspended', 60 * minute)} />
    expect(textOf(await renderPart(suspended))).toBe('1:00:00后恢复')
    expect(textOf(await renderPart(suspended, { language: 'en' }))).toBe('resumes in 1:00:00')
  })
  test('late stands in an inverse chip, so that it needs no colour', async () => {
    expect(
      all(await renderPart(<DueNote one={clocked('reported', -1)} />), '.overdue'),
    ).toHaveLength(1)
    expect(
      all(await renderPart(<DueNote one={clocked('reported', 60_000)} />), '.overdue'),
    ).toHaveLength(0)
  })
  test('no deadline, no note', async () =>
    expect(textOf(await renderPart(<DueNote one={clocked('verifying', null)} />))).toBe(''))
})
