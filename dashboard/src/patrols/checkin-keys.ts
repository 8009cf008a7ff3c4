import { useEffect, useRef } from 'react'

/** Keys of the review. They sleep while text is typed or a character is being composed. */

export type CheckinCommand = 'counts' | 'discounted' | 'next' | 'previous' | 'text'

const commands = new Map<string, CheckinCommand>([
  ['c', 'counts'],
  ['x', 'discounted'],
  ['j', 'next'],
  ['arrowdown', 'next'],
  ['k', 'previous'],
  ['arrowup', 'previous'],
  ['t', 'text'],
])

export interface CheckinKey {
  key: string
  isComposing: boolean
  hasModifier: boolean
  isTyping: boolean
}

export function checkinCommandOf(press: CheckinKey): CheckinCommand | null {
  const { key, isComposing, hasModifier, isTyping } = press
  if (isComposing || hasModifier || isTyping) return null
  return commands.get(key.toLowerCase()) ?? null
}

/** A map is moved by the arrows while it has the focus, a list by its own keys. */
function isBusyWithKeys(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return (
    target.isContentEditable ||
    ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName) ||
    target.getAttribute('role') === 'application'
  )
}

export type CheckinActs = Partial<Record<CheckinCommand, () => void>>

/** Several may listen, each to its own commands; what nobody takes stays with the browser. */
export function useCheckinKeys(isAwake: boolean, acts: CheckinActs): void {
  const latest = useRef(acts)
  useEffect(() => {
    latest.current = acts
  })
  useEffect(() => {
    if (!isAwake) return
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.repeat) return
      const command = checkinCommandOf({
        key: event.key,
        // 229: the key went to an input method (older browsers report no isComposing on keydown).
        isComposing: event.isComposing || event.keyCode === 229,
        hasModifier: event.ctrlKey || event.metaKey || event.altKey,
        isTyping: isBusyWithKeys(event.target),
      })
      const act = command === null ? undefined : latest.current[command]
      if (!act) return
      event.preventDefault()
      act()
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [isAwake])
}
