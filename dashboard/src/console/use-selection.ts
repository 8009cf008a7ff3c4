import { useState } from 'react'
import { keepSelection } from './queue-order.ts'

/** The case that is looked at; the first row becomes a choice at once, so that nothing takes its place. */
export function useSelection(ids: readonly string[]): [string | null, (id: string | null) => void] {
  const [choice, setChoice] = useState<{ id: string | null; index: number }>({ id: null, index: 0 })
  const selected = keepSelection(ids, choice.id, choice.index)
  const index = selected === null ? choice.index : ids.indexOf(selected)
  if (selected !== choice.id || index !== choice.index) setChoice({ id: selected, index })
  return [selected, (id) => setChoice({ id, index: id === null ? index : ids.indexOf(id) })]
}
