import { describe, expect, test } from 'vitest'
import { Badge, badgeState } from '../../../dashboard/src/parts/badge.tsx'
import { severities } from '../../../gateway/domain/severity.ts'
import { all, one, textOf } from '../markup.ts'
import { renderPart } from '../render.tsx'

const states = ['unacknowledged', 'acknowledged', 'cleared'] as const

describe('how a case stands, from its alarms', () => {
  test.each([
    [{ unacknowledged: 2, active: 1, alarms: 3 }, 'unacknowledged'],
    [{ unacknowledged: 1, active: 0, alarms: 1 }, 'cleared'],
    [{ unacknowledged: 0, active: 1, alarms: 1 }, 'acknowledged'],
    [{ unacknowledged: 0, active: 0, alarms: 4 }, 'acknowledged'],
    [{ unacknowledged: 0, active: 0, alarms: 0 }, 'acknowledged'],
  ])('%o is %s', (counts, state) => expect(badgeState(counts)).toBe(state))
})

describe('told apart without colour', () => {
  test('four silhouettes', async () => {
    const shapes = new Set<string>()
    for (const severity of severities) {
      const badge = await renderPart(<Badge severity={severity} size={28} />)
      shapes.add(one(badge, 'path.badge-shape').attributes['d'] ?? '')
    }
    expect(shapes.size).toBe(4)
  })
  test.each([
    ['red', '红', 'R'],
    ['orange', '橙', 'O'],
    ['yellow', '黄', 'Y'],
    ['blue', '蓝', 'B'],
  ] as const)('%s carries its character', async (severity, inChinese, inEnglish) => {
    const badge = <Badge severity={severity} size={28} />
    expect(textOf(await renderPart(badge))).toBe(inChinese)
    expect(textOf(await renderPart(badge, { language: 'en' }))).toBe(inEnglish)
  })
  test.each(states)('only what nobody has seen has a ring: %s', async (state) => {
    const badge = await renderPart(<Badge severity="red" size={28} state={state} />)
    expect(all(badge, 'path.badge-ring')).toHaveLength(state === 'unacknowledged' ? 1 : 0)
    expect(all(badge, `svg.badge-${state}`)).toHaveLength(1)
  })
})

describe('to a screen reader', () => {
  test.each([
    ['unacknowledged', '红色 未确认', 'Red Unacknowledged'],
    ['acknowledged', '红色 已确认', 'Red Acknowledged'],
    ['cleared', '红色 已恢复，未确认', 'Red Cleared, unacknowledged'],
  ] as const)('%s is named by severity and state', async (state, inChinese, inEnglish) => {
    const badge = <Badge severity="red" size={28} state={state} />
    expect(one(await renderPart(badge), 'svg[role=img]').attributes['aria-label']).toBe(inChinese)
    expect(
      one(await renderPart(badge, { language: 'en' }), 'svg[role=img]').attributes['aria-label'],
    ).toBe(inEnglish)
  })
  test('beside words that say the same it stays silent', async () => {
    const badge = one(await renderPart(<Badge severity="blue" size={20} decorative />), 'svg')
    expect(badge.attributes['aria-hidden']).toBe('true')
    expect(badge.attributes).not.toHaveProperty('aria-label')
    expect(badge.attributes).not.toHaveProperty('role')
  })
})
