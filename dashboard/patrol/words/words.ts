import { useSyncExternalStore } from 'react'
import { en } from './en.ts'
import { zh } from './zh.ts'

/** The phone app's own words: those of the desk would be most of its weight. */

export type Language = 'zh' | 'en'
export type Key = keyof typeof zh
export type Translate = (key: Key, values?: Record<string, string | number>) => string

export const dictionaries: Record<Language, Record<Key, string>> = { zh, en }

/** The same as the desk's: one person, one choice. */
const storageKey = 'lianxun.language'
const listeners = new Set<() => void>()
let current: Language = 'zh'

function createTranslate(language: Language): Translate {
  return (key, values) =>
    dictionaries[language][key].replace(/\{(\w+)\}/g, (whole, name: string) =>
      String(values?.[name] ?? whole),
    )
}

export interface Words {
  language: Language
  t: Translate
}

export const words: Record<Language, Words> = {
  zh: { language: 'zh', t: createTranslate('zh') },
  en: { language: 'en', t: createTranslate('en') },
}

function tell(): void {
  document.documentElement.lang = current === 'zh' ? 'zh-CN' : 'en'
}

export function startLanguage(): void {
  try {
    current = localStorage.getItem(storageKey) === 'en' ? 'en' : 'zh'
  } catch {
    current = 'zh'
  }
  tell()
}

export function setLanguage(language: Language): void {
  current = language
  try {
    localStorage.setItem(storageKey, language)
  } catch {
    // Private windows may refuse storage; the choice then lasts until the page is closed.
  }
  tell()
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const read = () => words[current]

export function useWords(): Words {
  return useSyncExternalStore(subscribe, read, read)
}

/** A hazard in the phone's language; the town's own name where the town made it. */
export function hazardName(
  { language, t }: Words,
  id: string,
  named: readonly { id: string; name: string }[],
): string {
  const own = named.find((hazard) => hazard.id === id)?.name
  const key = `hazard.${id}`
  if (language === 'zh' && own !== undefined) return own
  return Object.hasOwn(zh, key) ? t(key as Key) : (own ?? id)
}
