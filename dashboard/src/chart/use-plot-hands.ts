import {
  type PointerEvent,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import type { View } from './plot-series.ts'
import { heldIn, moved, sameView, zoomed } from './plot-view.ts'

/** What hands do to a picture: wheel, drag, two fingers, keys. It follows at once; what is asked anew waits until they rest. */

const restMs = 220
const wheelFactor = 1.0016
const keyFactor = 1.5
const keyShare = 0.2
const dragPixels = 6

export interface Hands {
  /** Under the hands. */
  shown: View
  /** Pixels from the left edge of the picture. */
  cursor: number | null
  brush: [number, number] | null
  onPointerDown: (event: PointerEvent) => void
  onPointerMove: (event: PointerEvent) => void
  onPointerUp: (event: PointerEvent) => void
  onPointerLeave: () => void
  onKey: (key: string, isShifted: boolean) => boolean
}

interface HandSettings {
  box: RefObject<HTMLElement | null>
  view: View
  left: number
  right: number
  latest: () => number
  onView: (view: View) => void
  onReset: () => void
}

interface Held {
  shown: View
  /** What was asked for when it was taken. */
  asked: View
}

interface Touch {
  x: number
  view: View
}

export function usePlotHands(settings: HandSettings): Hands {
  const { box, view, left, right } = settings
  const [held, setHeld] = useState<Held | null>(null)
  const [isMoving, setMoving] = useState(false)
  const [cursor, setCursor] = useState<number | null>(null)
  const [brush, setBrush] = useState<[number, number] | null>(null)
  // A window that moves on by itself does not take the picture out of somebody's hands.
  const isHeld = held !== null && (isMoving || sameView(held.asked, view))
  const shown = isHeld ? held.shown : view
  const rest = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const fingers = useRef(new Map<number, Touch>())
  const now = useRef({ ...settings, shown, cursor })
  // Handlers and timers read what was drawn last.
  useLayoutEffect(() => {
    now.current = { ...settings, shown, cursor }
  })

  useEffect(() => () => clearTimeout(rest.current), [])

  function show(next: View): void {
    const { latest, view: asked } = now.current
    const fitting = heldIn(next, latest())
    now.current.shown = fitting
    setHeld({ shown: fitting, asked })
    setMoving(true)
    clearTimeout(rest.current)
    rest.current = setTimeout(() => {
      setMoving(false)
      const { shown, view: asked, onView } = now.current
      if (sameView(shown, asked)) setHeld(null)
      else onView(shown)
    }, restMs)
  }

  const timeAt = (x: number) => {
    const { shown, left, right } = now.current
    return shown.from + ((x - left) / (right - left)) * (shown.to - shown.from)
  }
  const inside = (x: number) => Math.min(Math.max(x, now.current.left), now.current.right)
  const xOf = (event: { clientX: number }) =>
    event.clientX - (box.current?.getBoundingClientRect().left ?? 0)

  useEffect(() => {
    const element = box.current
    if (!element) return
    // React listens to wheels without the right to hold the page still.
    const onWheel = (event: WheelEvent) => {
      event.preventDefault()
      const { shown, left, right } = now.current
      if (Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey) {
        const by = event.deltaX || event.deltaY
        show(moved(shown, by / (right - left)))
      } else {
        const factor = wheelFactor ** Math.max(-400, Math.min(400, event.deltaY))
        show(zoomed(shown, timeAt(inside(xOf(event))), factor))
      }
    }
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  })

  function onTouchMove(event: PointerEvent): void {
    const touches = fingers.current
    const own = touches.get(event.pointerId)
    if (!own) return
    const { left, right } = now.current
    const [other] = [...touches].filter(([id]) => id !== event.pointerId).map(([, touch]) => touch)
    const x = xOf(event)
    if (!other) {
      show(moved(own.view, (own.x - x) / (right - left)))
      return
    }
    const middle = timeAt((other.x + own.x) / 2)
    const [before, after] = [Math.abs(other.x - own.x), Math.abs(other.x - x)]
    if (before > 20 && after > 20) show(zoomed(now.current.shown, middle, before / after))
    touches.set(event.pointerId, { x, view: now.current.shown })
  }

  return {
    shown,
    cursor,
    brush,
    onPointerDown(event) {
      if (event.button !== 0 || (event.target as Element).closest('a, button')) return
      const x = xOf(event)
      if (x < left || x > right) return
      if (event.pointerType === 'mouse') setBrush([x, x])
      else {
        fingers.current.set(event.pointerId, { x, view: shown })
        setCursor(x)
      }
      event.currentTarget.setPointerCapture(event.pointerId)
    },
    onPointerMove(event) {
      if (event.pointerType !== 'mouse') {
        onTouchMove(event)
        return
      }
      const x = xOf(event)
      setCursor(x >= left && x <= right ? x : null)
      if (brush) setBrush([brush[0], inside(x)])
    },
    onPointerUp(event) {
      fingers.current.delete(event.pointerId)
      if (!brush) return
      setBrush(null)
      const [start, end] = [Math.min(...brush), Math.max(...brush)]
      if (end - start >= dragPixels) show({ from: timeAt(start), to: timeAt(end) })
    },
    onPointerLeave() {
      if (!brush) setCursor(null)
    },
    onKey(key, isShifted) {
      const { shown, cursor, onReset } = now.current
      const step = (right - left) / 60
      if (key === 'Escape' && cursor !== null) setCursor(null)
      else if (key === '0') onReset()
      else if (key === '+' || key === '=')
        show(zoomed(shown, timeAt(cursor ?? (left + right) / 2), 1 / keyFactor))
      else if (key === '-') show(zoomed(shown, timeAt(cursor ?? (left + right) / 2), keyFactor))
      else if (key === 'ArrowLeft' && isShifted) show(moved(shown, -keyShare))
      else if (key === 'ArrowRight' && isShifted) show(moved(shown, keyShare))
      else if (key === 'ArrowLeft') setCursor(inside((cursor ?? right + step) - step))
      else if (key === 'ArrowRight') setCursor(inside((cursor ?? left - step) + step))
      else return false
      return true
    },
  }
}
