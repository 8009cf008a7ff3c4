import { useEffect, useRef } from 'react'

/** The desk's keys. They sleep while text is typed or a character is being composed. */

export type Command =
  | 'next'
  | 'previous'
  | 'open'
  | 'acknowledge'
  | 'accept'
  | 'dispatch'
  | 'falseAlarm'
  | 'search'
  | 'live'
  | 'map'
  | 'report'
  | 'help'

const commands: Record<string, Command> = {
  j: 'next',
  ArrowDown: 'next',
  k: 'previous',
  ArrowUp: 'previous',
  Enter: 'open',
  a: 'acknowledge',
  t: 'accept',
  d: 'dispatch',
  f: 'falseAlarm',
  '/': 'search',
  l: 'live',
  m: 'map',
  r: 'report',
  '?': 'help',
}

export interface KeyPress {
  key: string
  isComposing: boolean
  /** Ctrl, Meta or Alt is held. */
  hasModifier: boolean
  /** What has the focus. */
  focus: 'text' | 'control' | 'map' | 'page'
}

export function commandOf(press: KeyPress): Command | null {
  if (press.isComposing || press.hasModifier || press.focus === 'text') return null
  const command = commands[press.key.length === 1 ? press.key.toLowerCase() : press.key]
  if (command === undefined) return null
  // Enter presses the button that has the focus; arrows move the map that has it.
  if (press.focus === 'control' && press.key === 'Enter') return null
  if (press.focus === 'map' && press.key.startsWith('Arrow')) return null
  return command
}

function focusOf(target: EventTarget | null): KeyPress['focus'] {
  if (!(target instanceof HTMLElement)) return 'page'
  if (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
    return 'text'
  if (target.closest('.town-map')) return 'map'
  // A row is chosen by focus and keys alike; Enter on it means its detail.
  if (target.closest('.queue-row')) return 'page'
  return target.closest('button, a, [role="menuitem"]') ? 'control' : 'page'
}

export function useKeys(isAwake: boolean, onCommand: (command: Command) => void): void {
  const latest = useRef(onCommand)
  useEffect(() => {
    latest.current = onCommand
  })
  useEffect(() => {
    if (!isAwake) return
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return
      const command = commandOf({
        key: event.key,
        // 229: the key went to an input method (older browsers report no isComposing on keydown).
        isComposing: event.isComposing || event.keyCode === 229,
        hasModifier: event.ctrlKey || event.metaKey || event.altKey,
        focus: focusOf(event.target),
      })
      if (command === null) return
      event.preventDefault()
      latest.current(command)
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [isAwake])
}
