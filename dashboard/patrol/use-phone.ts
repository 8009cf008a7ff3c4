import { useSyncExternalStore } from 'react'
import type { Phone, PhoneState } from './phone.ts'

let running: Phone | null = null

/** The one engine of this page. */
export function setPhone(phone: Phone): void {
  running = phone
}

export function usePhone(): { state: PhoneState; acts: Phone } {
  if (!running) throw new Error('no engine: main.ts makes it before anything is drawn')
  const state = useSyncExternalStore(running.subscribe, running.state, running.state)
  return { state, acts: running }
}
