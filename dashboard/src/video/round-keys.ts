import { useEffect, useRef } from 'react'

/** Keys of a round. They sleep while text is typed or a character is being composed. */

export type RoundCommand =
  | { act: 'normal' | 'report' | 'next' | 'previous' | 'sign' }
  /** The item of the check list, from 0. */
  | { act: 'tick'; item: number }

const commands = new Map<string, RoundCommand>([
  ['n', { act: 'normal' }],
  ['r', { act: 'report' }],
  ['j', { act: 'next' }],
  ['ArrowRight', { act: 'next' }],
  ['k', { act: 'previous' }],
  ['ArrowLeft', { act: 'previous' }],
  ['s', { act: 'sign' }],
])

export interface RoundKey {
  key: string
  isComposing: boolean
  hasModifier: boolean
  isTyping: boolean
}

export function roundCommandOf(press: RoundKey): RoundCommand | null {
  const { key, isComposing, hasModifier, isTyping } = press
  if (isComposing || hasModifier || isTyping) return null
  if (/^[1-9]$/.test(key)) return { act: 'tick', item: Number(key) - 1 }
  return commands.get(key.length === 1 ? key.toLowerCase() : key) ?? null
}

/** Ticks and switches are no place for text. */
function isText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio'].includes(target.type)
  return target.isContentEditable || target.tagName === 'TEXTAREA'
}

export function useRoundKeys(isAwake: boolean, onCommand: (command: RoundCommand) => void): void {
  const latest = useRef(onCommand)
  useEffect(() => {
    latest.current = onCommand
  })
  useEffect(() => {
    if (!isAwake) return
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.repeat) return
      const command = roundCommandOf({
        key: event.key,
        // 229: the key went to an input method (older browsers report no isComposing on keydown).
        isComposing: event.isComposing || event.keyCode === 229,
        hasModifier: event.ctrlKey || event.metaKey || event.altKey,
        isTyping: isText(event.target),
      })
      if (command === null) return
      event.preventDefault()
      latest.current(command)
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [isAwake])
}
