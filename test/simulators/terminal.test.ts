import { describe, expect, it } from 'vitest'
import { clockTime, framed, spoken, widthOf } from '../../simulators/terminal.ts'
import { afternoon } from './setting.ts'

describe('what the terminal shows', () => {
  it('counts a Chinese character as two columns', () => {
    expect(widthOf('abc')).toBe(3)
    expect(widthOf('联巡')).toBe(4)
    expect(widthOf('值守，全镇')).toBe(10)
  })

  it('frames lines of any language with straight edges', () => {
    const lines = framed(['联巡 demo', 'http://127.0.0.1:8080', '']).split('\n')
    expect(lines).toHaveLength(5)
    expect(new Set(lines.map(widthOf)).size).toBe(1)
  })

  it('speaks with the time of the town', () => {
    expect(clockTime(afternoon)).toBe('14:00:00')
    expect(spoken({ atMs: afternoon, en: 'Fire', zh: '起火' })).toBe('14:00:00  起火 · Fire')
  })
})
