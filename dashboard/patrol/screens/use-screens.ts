import { useCallback, useEffect, useState } from 'react'

/** Which screen is open. The phone's own back key leads the way the screens were opened. */

export type Screen =
  | { name: 'home' | 'scan' | 'hand' | 'help' | 'queue' | 'more' }
  | { name: 'rounds' | 'reports' | 'tasks' | 'settings' }
  | { name: 'report'; hazard?: string; text?: string }
  | { name: 'task'; id: string }

export interface Ways {
  go: (screen: Screen) => void
  back: () => void
  home: () => void
}

interface Kept {
  screen: Screen
  depth: number
  /** A page over a screen, which is left when another screen opens. */
  isOver?: boolean
}

const home: Kept = { screen: { name: 'home' }, depth: 0 }
const kept = () => (history.state as Kept | null) ?? home

function push(next: Kept): void {
  if (kept().isOver) history.replaceState({ ...next, depth: kept().depth }, '')
  else history.pushState({ ...next, depth: kept().depth + 1 }, '')
}

function back(): void {
  if (kept().depth > 0) history.back()
}

/** After a reload the app is at its home again, and one touch of the back key leaves it. */
export function startScreens(): void {
  const { depth } = kept()
  if (depth > 0) history.go(-depth)
  else history.replaceState(home, '')
}

export function useScreens(first?: Screen): { screen: Screen; ways: Ways } {
  // Never the screen before a reload: a help call would count down anew.
  const [screen, setScreen] = useState<Screen>(first ?? home.screen)
  useEffect(() => {
    if (first) history.replaceState(home, '')
    const moved = () => setScreen(kept().screen)
    addEventListener('popstate', moved)
    return () => removeEventListener('popstate', moved)
    // oxlint-disable-next-line react/exhaustive-deps -- where a test begins
  }, [])
  const go = useCallback((next: Screen) => {
    push({ screen: next, depth: 0 })
    setScreen(next)
    scrollTo(0, 0)
  }, [])
  const toHome = useCallback(() => {
    setScreen(home.screen)
    const { depth } = kept()
    if (depth > 0) history.go(-depth)
  }, [])
  return { screen, ways: { go, back, home: toHome } }
}

export interface Over<T> {
  over: T | null
  open: (value: T) => void
  close: () => void
}

/** A page over the screen: the phone's back key closes it, and nothing else. */
export function useOver<T>(): Over<T> {
  const [over, setOver] = useState<T | null>(null)
  const isOpen = over !== null
  useEffect(() => {
    if (!isOpen) return
    const closed = () => setOver(null)
    addEventListener('popstate', closed)
    return () => removeEventListener('popstate', closed)
  }, [isOpen])
  const open = useCallback((value: T) => {
    const { screen, depth } = kept()
    if (!kept().isOver) history.pushState({ screen, depth: depth + 1, isOver: true }, '')
    setOver(value)
    scrollTo(0, 0)
  }, [])
  const close = useCallback(() => {
    setOver(null)
    if (kept().isOver) history.back()
  }, [])
  return { over, open, close }
}
