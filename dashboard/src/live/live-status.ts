import { useSyncExternalStore } from 'react'
import type { LiveState } from './live-connection.ts'

/** How the link stands, for every page; outside React so that a heartbeat redraws one line only. */

let state: LiveState = { phase: 'connecting', lastHeardAt: null }
const listeners = new Set<() => void>()

export function setLiveState(next: LiveState): void {
  state = next
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const read = () => state
const readStale = () => state.phase === 'stale'

export function useLiveState(): LiveState {
  return useSyncExternalStore(subscribe, read, read)
}

export function useIsStale(): boolean {
  return useSyncExternalStore(subscribe, readStale, readStale)
}
