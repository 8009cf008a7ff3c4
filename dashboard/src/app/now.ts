import { useSyncExternalStore } from 'react'

/**
 * The gateway's time, ticking once a second for the whole page: every clock on the screen turns at
 * the same moment, and a computer whose own clock is wrong still shows the right remaining time.
 */

let offsetMs = 0
let tick = Date.now()
let timer: ReturnType<typeof setInterval> | undefined
const listeners = new Set<() => void>()

export function serverNow(): number {
  return Date.now() + offsetMs
}

export function setServerNow(now: number): void {
  offsetMs = now - Date.now()
  tick = now
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  timer ??= setInterval(() => {
    tick = serverNow()
    for (const one of listeners) one()
  }, 1_000)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) {
      clearInterval(timer)
      timer = undefined
    }
  }
}

const read = () => tick

export function useNow(): number {
  return useSyncExternalStore(subscribe, read, read)
}
