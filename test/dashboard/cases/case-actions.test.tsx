import { describe, expect, test } from 'vitest'
import { CaseActions } from '../../../dashboard/src/cases/case-actions.tsx'
import type { CaseStep } from '../../../gateway/domain/case.ts'
import { aDetail } from '../case-views.ts'
import { all, type Element, nameOf, one, textOf } from '../markup.ts'
import { renderPart, type Scene } from '../render.tsx'
import { anEntry, aSession } from '../town-views.ts'

interface Offer {
  actions: CaseStep[]
  unacknowledged?: number
}

async function buttons({ actions, unacknowledged = 0 }: Offer, scene?: Scene) {
  const drawn = await renderPart(
    <CaseActions detail={aDetail({ actions, unacknowledged })} />,
    scene,
  )
  return all(drawn, 'button').map((button) => ({
    name: nameOf(button),
    isPrimary: (button.attributes['class'] ?? '').includes('ant-btn-primary'),
  }))
}

/** What the gateway lets each role do, by state. */
const offers: [string, Offer, string[]][] = [
  [
    'the desk, a new case nobody has seen',
    { actions: ['accept', 'void', 'merge'], unacknowledged: 1 },
    ['确认看到*', '受理', '误报', '更多操作'],
  ],
  [
    'the desk, a new case that was seen',
    { actions: ['accept', 'void', 'merge'] },
    ['受理*', '误报', '更多操作'],
  ],
  ['the desk, accepted', { actions: ['dispatch', 'void'] }, ['分派*', '误报', '更多操作']],
  ['the village, dispatched', { actions: ['sign', 'sendBack'] }, ['签收*', '退回']],
  [
    'the village, in hand',
    { actions: ['feedback', 'suspend', 'sendBack'] },
    ['反馈处置结果*', '退回', '挂账'],
  ],
  ['the village, suspended', { actions: ['resume'] }, ['恢复处置*']],
  ['the supervisor, to verify', { actions: ['verify', 'rework'] }, ['核查通过*', '返工']],
  ['the supervisor, closed', { actions: ['evaluate', 'reopen'] }, ['评价*', '更多操作']],
  ['a viewer', { actions: [] }, []],
]

describe('what can be done, the way on first and the only primary one', () => {
  test.each(offers)('%s', async (_who, offer, expected) => {
    const shown = await buttons(offer)
    expect(shown.map((button) => button.name + (button.isPrimary ? '*' : ''))).toEqual(expected)
  })
  test.each(offers)('%s, in English', async (_who, offer, expected) => {
    const shown = await buttons(offer, { language: 'en' })
    expect(shown).toHaveLength(expected.length)
    expect(shown.map((button) => button.name).join(' ')).not.toMatch(/\p{Script=Han}/u)
  })
})

describe('a closed case', () => {
  const acts = ['evaluate', 'reopen'] as const
  const entries = (...done: string[]) => done.map((act, id) => anEntry({ id: id + 1, act }))
  const primary = async (...done: string[]) => {
    const detail = aDetail({ actions: [...acts], unacknowledged: 0, timeline: entries(...done) })
    const drawn = await renderPart(<CaseActions detail={detail} />)
    const isPrimary = (button: Element) =>
      (button.attributes['class'] ?? '').includes('ant-btn-primary')
    return all(drawn, 'button').flatMap((button) => (isPrimary(button) ? nameOf(button) : []))
  }
  test.each([
    [['verify'], ['评价']],
    [['verify', 'evaluate'], []],
    [['verify', 'evaluate', 'note'], []],
    [['verify', 'evaluate', 'reopen', 'verify'], ['评价']],
    [['verify', 'evaluate', 'reopen', 'verify', 'evaluate'], []],
  ])('after %j asks for %j', async (done, asked) => expect(await primary(...done)).toEqual(asked))
  test('can be evaluated again', async () => {
    const detail = aDetail({ actions: [...acts], timeline: entries('verify', 'evaluate') })
    const drawn = await renderPart(<CaseActions detail={detail} />)
    expect(all(drawn, '[data-act=evaluate]')).toHaveLength(1)
  })
})

test('who may do nothing is told so', async () => {
  const drawn = await renderPart(
    <CaseActions detail={aDetail({ actions: [], unacknowledged: 0 })} />,
  )
  expect(textOf(one(drawn, '.case-buttons'))).toBe('现在没有您能做的步骤')
})

test.each(['patroller', 'viewer'] as const)(
  '%s sees alarms without taking them on',
  async (role) => {
    const session = aSession(role, '990101101205')
    expect(await buttons({ actions: [], unacknowledged: 1 }, { session })).toEqual([])
  },
)

test('void and reopen never stand beside the button that carries on', async () => {
  const shown = await buttons({ actions: ['void', 'merge', 'reopen'] })
  expect(shown.map((button) => button.name)).toEqual(['误报', '更多操作'])
})
