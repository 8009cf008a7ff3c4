import type { Key, Translate } from '../i18n/translate.ts'

/** What a browser calls itself, in words a person knows; the order decides, as they quote each other. */

const browsers: [RegExp, Key][] = [
  [/MicroMessenger/i, 'agent.wechat'],
  [/QQBrowser/i, 'agent.qq'],
  [/Edg(e|A|iOS)?\//, 'agent.edge'],
  [/Firefox|FxiOS/, 'agent.firefox'],
  [/Chrome|CriOS|Chromium/, 'agent.chrome'],
  [/Safari\//, 'agent.safari'],
]

const systems: [RegExp, Key][] = [
  [/Windows/, 'agent.windows'],
  [/Android/, 'agent.android'],
  [/iPhone|iPad/, 'agent.iphone'],
  [/Mac OS X|Macintosh/, 'agent.mac'],
  [/Linux|X11/, 'agent.linux'],
]

export function agentWords(agent: string | null, t: Translate): string {
  const find = (known: [RegExp, Key][]) => known.find(([pattern]) => pattern.test(agent ?? ''))?.[1]
  const [browser, system] = [find(browsers), find(systems)]
  if (!browser) return t('agent.unknown')
  return system ? t('agent.on', { browser: t(browser), system: t(system) }) : t(browser)
}
