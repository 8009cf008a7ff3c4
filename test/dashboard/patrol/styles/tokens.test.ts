import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { themeVariables } from '../../../../dashboard/src/theme/tokens.ts'

const folder = new URL('../../../../dashboard/patrol/styles/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8')
const [light = '', dark = ''] = read('tokens.css').split('@media')

function colours(css: string): [string, string][] {
  return [...css.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name = '', value = '']) => [
    name,
    value,
  ])
}

describe('colours are those of tokens.json', () => {
  test.each([
    ['light', light],
    ['dark', dark],
  ] as const)('%s', (theme, css) => {
    const variables = themeVariables(theme)
    const found = colours(css)
    expect(found.length).toBeGreaterThan(15)
    for (const [name, value] of found)
      expect([name, variables[name]?.toLowerCase()]).toEqual([name, value])
  })
  test('both themes have the same', () =>
    expect(colours(dark).map(([name]) => name)).toEqual(colours(light).map(([name]) => name)))
})

const sheets = ['base', 'parts', 'walk', 'scan', 'help'].map(
  (name) => [name, read(`${name}.css`)] as const,
)

describe.each(sheets)('%s.css', (_name, css) => {
  test('has no text under 18 px, which is 0.9 rem', () => {
    const sizes = [...css.matchAll(/font-size: ([\d.]+)(rem|px|em)/g)]
    for (const [, figure, unit] of sizes) {
      expect(unit).toBe('rem')
      expect(Number(figure)).toBeGreaterThanOrEqual(0.9)
    }
  })
  test('uses no colour that has no name', () => {
    const named = new Set(colours(light).map(([name]) => name))
    for (const [, name = ''] of css.matchAll(/var\(--([\w-]+)\)/g))
      if (name !== 'font') expect(named).toContain(name)
  })
})
