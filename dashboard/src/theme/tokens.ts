import { theme as antdThemes, type ThemeConfig } from 'antd'
import type { Severity } from '../../../gateway/domain/severity.ts'
import tokens from '../../tokens.json' with { type: 'json' }

/**
 * Every colour, size and duration of the web app comes out of tokens.json: as CSS variables for
 * our own style sheets, as Ant Design tokens for its controls, as plain values for map and chart.
 */

export type ThemeName = 'dark' | 'light'

const kebab = (name: string) => name.replace(/([a-z])([A-Z0-9])/g, '$1-$2').toLowerCase()

export function palette(theme: ThemeName) {
  return tokens.color[theme]
}

export function mapPalette(theme: ThemeName) {
  return tokens.map[theme]
}

export function severityPalette(severity: Severity, theme: ThemeName) {
  return { fill: tokens.severity[severity].fill, ...tokens.severity[severity][theme] }
}

/** Lines of one chart, in the order they were picked. */
export function seriesPalette(theme: ThemeName): readonly string[] {
  return tokens.series[theme]
}

export const fontFamily = tokens.font.family

const letters: Record<Severity, string> = { red: 'R', orange: 'O', yellow: 'Y', blue: 'B' }

/** Silhouette, character and its place on the fill; the viewBox is 0 0 32 32. */
export function severityShape(severity: Severity, language: 'zh' | 'en') {
  const [size, baseline] = tokens.severity.shapePaths.characterSizeAndBaseline[severity]
  return {
    path: tokens.severity.shapePaths[severity],
    character: language === 'zh' ? tokens.severity[severity].zh : letters[severity],
    fontSize: size ?? 16,
    baseline: baseline ?? 22,
  }
}

/** Name → value of every custom property of the theme, names without the leading dashes. */
export function themeVariables(theme: ThemeName): Record<string, string> {
  const variables: Record<string, string> = { 'on-fill': tokens.severity.onFill }
  for (const [name, value] of Object.entries(tokens.color[theme])) variables[kebab(name)] = value
  for (const severity of ['red', 'orange', 'yellow', 'blue'] as const) {
    for (const [name, value] of Object.entries(severityPalette(severity, theme)))
      variables[`${severity}-${name}`] = value
  }
  for (const [name, value] of Object.entries(tokens.map[theme]))
    variables[`map-${kebab(name)}`] = value
  for (const [name, value] of Object.entries(tokens.radius))
    variables[`radius-${kebab(name)}`] = `${value}px`
  variables['shadow-popover'] = tokens.shadow.popover[theme]
  variables['shadow-dialog'] = tokens.shadow.dialog[theme]
  variables['fast'] = tokens.motion.fast
  variables['normal'] = tokens.motion.normal
  variables['easing'] = tokens.motion.easing
  variables['font'] = tokens.font.family
  variables['font-en'] = `'Latin signs', ${tokens.font.family}`
  return variables
}

export function applyTheme(theme: ThemeName, root: HTMLElement): void {
  root.dataset['theme'] = theme
  root.style.colorScheme = theme
  for (const [name, value] of Object.entries(themeVariables(theme)))
    root.style.setProperty(`--${name}`, value)
}

export function antdTheme(theme: ThemeName): ThemeConfig {
  const color = tokens.color[theme]
  return {
    algorithm: theme === 'dark' ? antdThemes.darkAlgorithm : antdThemes.defaultAlgorithm,
    token: {
      colorPrimary: color.accentFill,
      colorInfo: color.accentFill,
      colorSuccess: color.accentFill,
      colorLink: color.accent,
      colorError: tokens.severity.red[theme].text,
      colorBgBase: color.bg,
      colorBgLayout: color.bg,
      colorBgContainer: color.panel,
      colorBgElevated: color.raised,
      colorBorder: color.lineControl,
      colorBorderSecondary: color.line,
      colorSplit: color.line,
      colorBorderDisabled: color.line,
      colorText: color.ink,
      colorTextSecondary: color.ink2,
      colorTextTertiary: color.ink3,
      colorTextPlaceholder: color.ink3,
      colorTextLightSolid: color.onAccentFill,
      borderRadius: tokens.radius.control,
      controlHeight: tokens.size.control.normal,
      fontFamily: 'var(--font)',
      fontSize: tokens.font.scale.body.size,
      boxShadow: tokens.shadow.dialog[theme],
      boxShadowSecondary: tokens.shadow.popover[theme],
      motionDurationFast: tokens.motion.fast,
      motionDurationMid: tokens.motion.normal,
      motionDurationSlow: tokens.motion.map,
    },
    components: {
      Button: {
        fontWeight: 500,
        contentFontSizeLG: 15,
        defaultShadow: 'none',
        primaryShadow: 'none',
        defaultBorderColor: color.lineStrong,
      },
      Segmented: {
        itemSelectedBg: color.inverse,
        itemSelectedColor: color.onInverse,
        trackBg: color.raised,
        itemColor: color.ink2,
      },
      Table: {
        headerBg: color.panel,
        headerColor: color.ink2,
        rowHoverBg: color.hover,
        headerSplitColor: 'transparent',
      },
      Modal: { contentBg: color.panel, headerBg: color.panel },
      Select: { optionSelectedBg: color.accentSoft },
    },
  }
}
