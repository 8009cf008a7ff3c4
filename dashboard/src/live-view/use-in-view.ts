import { type RefObject, useEffect, useState } from 'react'

/** Whether somebody may see it: the tab is before them and the element within it. */
export function useInView(element: RefObject<Element | null>): boolean {
  const [isWithin, setWithin] = useState(false)
  const [isShown, setShown] = useState(true)

  useEffect(() => {
    const found = element.current
    if (!found) return
    const observer = new IntersectionObserver((entries) => {
      setWithin(entries.at(-1)?.isIntersecting ?? false)
    })
    observer.observe(found)
    return () => observer.disconnect()
  }, [element])

  useEffect(() => {
    const look = () => setShown(document.visibilityState === 'visible')
    look()
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [])

  return isWithin && isShown
}
