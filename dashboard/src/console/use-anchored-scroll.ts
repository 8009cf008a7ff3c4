import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { QueueSection } from './queue-order.ts'

/**
 * Keeps the selected row at its place on the screen while rows come and go above it: the list
 * scrolls by what was added, and room is lent at the end where the list is too short to scroll.
 * Says how many unseen cases thereby stand above the edge.
 */

interface Anchor {
  id: string
  group: string | undefined
  top: number
}

export function useAnchoredScroll(
  list: RefObject<HTMLDivElement | null>,
  selected: string | null,
  sections: readonly QueueSection[],
): number {
  const anchor = useRef<Anchor | null>(null)
  const [above, setAbove] = useState(0)

  useLayoutEffect(() => {
    const box = list.current
    const row = box && selected ? rowOf(box, selected) : null
    if (!box || !row || selected === null) {
      anchor.current = null
      // oxlint-disable-next-line react/set-state-in-effect -- what stands above is known after layout only
      setAbove(0)
      return
    }
    const group = sections.find((one) => one.cases.some((item) => item.id === selected))?.group
    const before = anchor.current
    if (before?.id === selected && before.group === group) hold(box, row, before.top)
    else {
      lend(box, 0)
      row.scrollIntoView({ block: 'nearest' })
    }
    anchor.current = { id: selected, group, top: topIn(box, row) }
    setAbove(unseenAbove(box))
  }, [list, selected, sections])

  useEffect(() => {
    const box = list.current
    if (!box) return
    const onScroll = () => {
      const row = anchor.current && rowOf(box, anchor.current.id)
      if (row && anchor.current) anchor.current.top = topIn(box, row)
      if (box.scrollTop === 0) lend(box, 0)
      setAbove(unseenAbove(box))
    }
    box.addEventListener('scroll', onScroll, { passive: true })
    return () => box.removeEventListener('scroll', onScroll)
  }, [list])

  return above
}

function rowOf(box: HTMLElement, id: string): HTMLElement | null {
  return box.querySelector<HTMLElement>(`[data-case="${CSS.escape(id)}"]`)
}

function topIn(box: HTMLElement, row: HTMLElement): number {
  return row.getBoundingClientRect().top - box.getBoundingClientRect().top
}

function lend(box: HTMLElement, height: number): void {
  const spacer = box.querySelector<HTMLElement>('.queue-spacer')
  if (spacer) spacer.style.height = `${height}px`
}

function hold(box: HTMLElement, row: HTMLElement, top: number): void {
  const shift = topIn(box, row) - top
  if (Math.abs(shift) < 1) return
  const wanted = box.scrollTop + shift
  const spacer = box.querySelector<HTMLElement>('.queue-spacer')
  // Where the rows end; `scrollHeight` would count a short list as high as its box.
  const rowsEnd = spacer ? topIn(box, spacer) + box.scrollTop : box.scrollHeight
  lend(box, Math.max(0, wanted - (rowsEnd - box.clientHeight)))
  box.scrollTop = wanted
}

/** A row whose upper half is cut off shows neither its severity nor what it is. */
function unseenAbove(box: HTMLElement): number {
  const edge = box.getBoundingClientRect().top
  return [...box.querySelectorAll<HTMLElement>('.queue-row.is-unacknowledged')].filter((row) => {
    const { top, height } = row.getBoundingClientRect()
    return top + height / 2 <= edge + 8
  }).length
}
