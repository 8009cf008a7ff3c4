import { useSyncExternalStore } from 'react'
import { applyTheme, type ThemeName } from './tokens.ts'

/**
 * People at the watch desk sit before dark screens, people in the office before light ones, so
 * each family of pages remembers its own choice.
 */

export type PageFamily = 'watch' | 'office'

const defaults: Record<PageFamily, ThemeName> = { watch: 'dark', office: 'light' }

interface Shown {
  family: PageFamily
  theme: ThemeName
}

const listeners = new Set<() => void>()
let shown: Shown = { family: 'office', theme: 'light' }

const storageKey = (family: PageFamily) => `lianxun.theme.${family}`

function stored(family: PageFamily): ThemeName {
  try {
    const value = localStorage.getItem(storageKey(family))
    return value === 'dark' || value === 'light' ? value : defaults[family]
  } catch {
    return defaults[family]
  }
}

function show(next: Shown): void {
  if (next.family === shown.family && next.theme === shown.theme) return
  shown = next
  applyTheme(next.theme, document.documentElement)
  for (const listener of listeners) listener()
}

export function startTheme(family: PageFamily): void {
  shown = { family, theme: stored(family) }
  applyTheme(shown.theme, document.documentElement)
}

export function enterFamily(family: PageFamily): void {
  show({ family, theme: stored(family) })
}

export function toggleTheme(): void {
  const theme = shown.theme === 'dark' ? 'light' : 'dark'
  try {
    localStorage.setItem(storageKey(shown.family), theme)
  } catch {
    // Private windows may refuse storage; the choice then lasts until the page is closed.
  }
  show({ family: shown.family, theme })
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const read = () => shown.theme

export function useThemeName(): ThemeName {
  return useSyncExternalStore(subscribe, read, read)
}

const watched = ['/console', '/villages', '/cameras/wall']

/** The console, the boards and the wall are watched; everything else is read in the office. */
export function familyOf(pathname: string): PageFamily {
  return watched.some((path) => pathname.startsWith(path)) ? 'watch' : 'office'
}
