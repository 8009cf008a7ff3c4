import { describe, expect, test } from 'vitest'
import type { PlannedEventView } from '../../../dashboard/src/api/types.ts'
import { CaseMarks } from '../../../dashboard/src/cases/case-marks.tsx'
import { type Role, roles } from '../../../gateway/domain/person.ts'
import { aCase } from '../case-views.ts'
import { all, nameOf, one, textOf } from '../markup.ts'
import { tenTwentyFour as now, renderPage, renderPart } from '../render.tsx'
import { aSession } from '../town-views.ts'
import { aPlannedEvent } from '../work-views.ts'

const hour = 3_600_000
const from = Math.floor(now / hour) * hour

const page = (events: PlannedEventView[], role: Role = 'townAdmin') =>
  renderPage('/planned', {
    session: aSession(role),
    answers: [[['planned', from, null], events]],
  })

describe('what is announced', () => {
  test('with where, when, what for, and that it is now', async () => {
    const circle = { lon: 106.72, lat: 29.22, radiusM: 300 }
    const event = aPlannedEvent({ circle, unit: '农服中心', note: '有人看守' })
    const said = textOf(one(await page([event]), '.planned-row'))
    for (const part of [
      '田埂烧除',
      '计划烧除',
      '进行中',
      '松林村 · 周围 300 米 · 农服中心',
      '有人看守',
    ])
      expect(said).toContain(part)
    expect(said).toContain('11月21日 周六 09:24–11:24')
    expect(said).toContain('森林火情')
  })
  test('over several days says both', async () => {
    const drawn = await page([aPlannedEvent({ endsAt: now + 48 * hour })])
    expect(textOf(one(drawn, '.planned-when'))).toContain(
      '11月21日 周六 09:24 – 11月23日 周一 10:24',
    )
  })
  test('and is over is not among what comes', async () =>
    expect(all(await page([aPlannedEvent({ endsAt: now })]), '.planned-row')).toHaveLength(0))
  test('nothing yet: what to do', async () =>
    expect(textOf(one(await page([]), '.empty'))).toContain('新增报备'))
  test('its buttons say which', async () => {
    const buttons = all(one(await page([aPlannedEvent()]), '.planned-row'), 'button')
    expect(buttons.map((button) => nameOf(button))).toEqual(['修改“田埂烧除”', '删除“田埂烧除”'])
  })
  test('a title is text', async () =>
    expect(all(await page([aPlannedEvent({ title: '<img src=x>' })]), 'img')).toHaveLength(0))
})

describe('for whom', () => {
  const lookers = new Set<Role>(['townAdmin', 'supervisor', 'operator', 'villageCadre'])
  const keepers = new Set<Role>(['townAdmin', 'operator', 'villageCadre'])
  test.each(roles)('%s', async (role) => {
    const drawn = await page([aPlannedEvent()], role)
    expect(textOf(drawn).includes('田埂烧除')).toBe(lookers.has(role))
    expect(all(drawn, '.planned-add').length > 0).toBe(keepers.has(role))
  })
})

describe('on a case', () => {
  const mark = async (title: string, isOutgrown: boolean) =>
    textOf(
      await renderPart(
        <CaseMarks one={aCase({ plannedEvent: { id: 'p1', kind: 'burn', title, isOutgrown } })} />,
      ),
    )
  test('is marked', async () => expect(await mark('田埂烧除', false)).toContain('报备：田埂烧除'))
  test('is marked as more than that', async () =>
    expect(await mark('田埂烧除', true)).toContain('报备：田埂烧除（已超出）'))
  test.each([
    [false, 'zh', '已报备'],
    [true, 'zh', '超出报备'],
    [true, 'en', 'beyond plan'],
  ] as const)(
    'where there is little room, outgrown %s, in %s',
    async (isOutgrown, language, said) => {
      const plannedEvent = { id: 'p1', kind: 'burn', title: '田埂烧除', isOutgrown } as const
      const drawn = await renderPart(<CaseMarks one={aCase({ plannedEvent })} isShort />, {
        language,
      })
      expect(textOf(drawn)).toBe(said)
      expect(one(drawn, '[data-mark=planned]').attributes['title']).toContain('田埂烧除')
    },
  )
  test('a long title is cut', async () =>
    expect(await mark('长'.repeat(80), false)).toContain(`报备：${'长'.repeat(17)}…`))
})
