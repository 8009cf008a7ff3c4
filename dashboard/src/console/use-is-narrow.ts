import { useSyncExternalStore } from 'react'

/** Phones: the queue fills the page and a case is a page of its own. */
const narrow = '(max-width: 767px)'

export function useIsNarrow(): boolean {
  return useSyncExternalStore(
    (listener) => {
      const query = matchMedia(narrow)
      query.addEventListener('change', listener)
      return () => query.removeEventListener('change', listener)
    },
    () => matchMedia(narrow).matches,
    () => false,
  )
}
