import { useCallback, useEffect, useState } from 'react'

/** Which screen is open. The phone's own back button leads the way the screens were opened. */

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
}

const home: Kept = { screen: { name: 'home' }, depth: 0 }

export function useScreens(first?: Screen): { screen: Screen; ways: Ways } {
  // Never the screen before a reload: a help call would count down anew.
  const [{ screen, depth }, setKept] = useState<Kept>(first ? { screen: first, depth: 0 } : home)
  useEffect(() => {
    history.replaceState(home, '')
    const moved = ({ state }: PopStateEvent) => setKept((state as Kept | null) ?? home)
    addEventListener('popstate', moved)
    return () => removeEventListener('popstate', moved)
  }, [])
  const go = useCallback(
    (next: Screen) => {
      const kept = { screen: next, depth: depth + 1 }
      history.pushState(kept, '')
      setKept(kept)
      scrollTo(0, 0)
    },
    [depth],
  )
  const back = useCallback(() => {
    if (depth > 0) history.back()
  }, [depth])
  const toHome = useCallback(() => {
    setKept(home)
    if (depth > 0) history.go(-depth)
  }, [depth])
  return { screen, ways: { go, back, home: toHome } }
}
