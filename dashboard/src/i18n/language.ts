import { useMemo, useSyncExternalStore } from 'react'
import type { DurationWords } from '../app/duration.ts'
import { createTranslate, type Language, type Translate } from './translate.ts'

const storageKey = 'lianxun.language'
const listeners = new Set<() => void>()
let current: Language = 'zh'

export function startLanguage(): void {
  try {
    current = localStorage.getItem(storageKey) === 'en' ? 'en' : 'zh'
  } catch {
    current = 'zh'
  }
  document.documentElement.lang = current === 'zh' ? 'zh-CN' : 'en'
}

export function setLanguage(language: Language): void {
  current = language
  try {
    localStorage.setItem(storageKey, language)
  } catch {
    // Private windows may refuse storage; the choice then lasts until the page is closed.
  }
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const read = () => current

export const spokenLanguage = read

/** Called with every choice from now on, for as long as the page is open. */
export function onLanguage(listener: (language: Language) => void): void {
  listeners.add(() => listener(current))
}

export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, read, read)
}

export function durationWords(t: Translate): DurationWords {
  return {
    seconds: (n) => t('duration.seconds', { n }),
    minutes: (n) => t('duration.minutes', { n }),
    hours: (n) => t('duration.hours', { n }),
    days: (n) => t('duration.days', { n }),
  }
}

export interface Words {
  language: Language
  t: Translate
  durations: DurationWords
}

const words: Record<Language, Words> = {
  zh: wordsIn('zh'),
  en: wordsIn('en'),
}

function wordsIn(language: Language): Words {
  const t = createTranslate(language)
  return { language, t, durations: durationWords(t) }
}

export function useWords(): Words {
  const language = useLanguage()
  return useMemo(() => words[language], [language])
}
