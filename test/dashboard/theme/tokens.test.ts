import { describe, expect, test } from 'vitest'
import { severityShape, themeVariables } from '../../../dashboard/src/theme/tokens.ts'
import { severities } from '../../../gateway/domain/severity.ts'

function luminance(hex: string): number {
  const channel = (start: number) => {
    const value = Number.parseInt(hex.slice(start, start + 2), 16) / 255
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x)
  return (high + 0.05) / (low + 0.05)
}

describe.each(['dark', 'light'] as const)('%s theme', (theme) => {
  const variables = themeVariables(theme)
  test.each(['bg', 'panel', 'raised', 'hover'])('text stands out on %s', (ground) => {
    for (const ink of ['ink', 'ink-2', 'ink-3', 'accent'])
      expect(contrast(variables[ink] ?? '', variables[ground] ?? '')).toBeGreaterThanOrEqual(4.5)
  })
  test('the character stands out on every fill', () => {
    for (const severity of severities)
      expect(
        contrast(variables['on-fill'] ?? '', variables[`${severity}-fill`] ?? ''),
      ).toBeGreaterThanOrEqual(4.5)
  })
  test('both themes name the same variables', () => {
    expect(Object.keys(variables)).toEqual(Object.keys(themeVariables('dark')))
  })
})

test('four silhouettes, four characters, in both languages', () => {
  for (const language of ['zh', 'en'] as const) {
    const shapes = severities.map((severity) => severityShape(severity, language))
    expect(new Set(shapes.map((shape) => shape.path)).size).toBe(4)
    expect(new Set(shapes.map((shape) => shape.character)).size).toBe(4)
  }
})
