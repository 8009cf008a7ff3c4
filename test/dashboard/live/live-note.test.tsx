import { describe, expect, test } from 'vitest'
import { LiveNote } from '../../../dashboard/src/live/live-note.tsx'
import { all, one, textOf } from '../markup.ts'
import { tenTwentyFour as now, renderPart, type Scene } from '../render.tsx'

const note = (scene: Scene) => renderPart(<LiveNote />, scene)

describe('how old the figures are', () => {
  test.each([
    [2_000, '实时连接 · 2 秒前', 'Live · 2 s ago'],
    [0, '实时连接 · 0 秒前', 'Live · 0 s ago'],
    [-5_000, '实时连接 · 0 秒前', 'Live · 0 s ago'],
  ])('live, heard %d ms ago', async (ago, zh, en) => {
    const live = { phase: 'live', lastHeardAt: now - ago } as const
    const drawn = await note({ live })
    expect(textOf(drawn)).toBe(zh)
    expect(all(drawn, '.is-live')).toHaveLength(1)
    expect(textOf(await note({ live, language: 'en' }))).toBe(en)
  })
  test('stale says since when in the town’s time, and that it is being mended', async () => {
    const live = { phase: 'stale', lastHeardAt: Date.UTC(2026, 10, 21, 2, 21) } as const
    const drawn = await note({ live })
    expect(textOf(drawn)).toBe('数据停在 10:21，正在重连')
    expect(all(drawn, '.is-live')).toHaveLength(0)
    expect(textOf(await note({ live, language: 'en' }))).toBe('Figures as of 10:21, reconnecting')
  })
  test('before the first word it claims no age', async () => {
    const live = { phase: 'connecting', lastHeardAt: null } as const
    expect(textOf(await note({ live }))).toBe('正在连接')
    expect(textOf(await note({ live, language: 'en' }))).toBe('Connecting')
  })
  test('connected and not a word yet is still connecting', async () =>
    expect(textOf(await note({ live: { phase: 'live', lastHeardAt: null } }))).toBe('正在连接'))
  test('a change is announced', async () =>
    expect(one(await note({}), 'span[role=status]')).toBeDefined())
})
