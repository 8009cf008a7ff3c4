import { useSyncExternalStore } from 'react'
import type { Phone, PhoneState } from './phone.ts'

let running: Phone | null = null

/** The one engine of this page; `main.tsx` makes it. */
export function setPhone(phone: Phone): void {
  running = phone
}

export function usePhone(): { state: PhoneState; acts: Phone } {
  if (!running) throw new Error('no engine: main.tsx makes it before it draws')
  const state = useSyncExternalStore(running.subscribe, running.state)
  return { state, acts: running }
}
