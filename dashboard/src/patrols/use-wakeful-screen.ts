import { useEffect } from 'react'

/** Asks the browser not to dim the screen; it forgets that whenever the page was hidden. */
export function useWakefulScreen(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | undefined
    let isGone = false
    const ask = async () => {
      if (document.visibilityState !== 'visible') return
      try {
        // Pages that came without https have none.
        lock = await navigator.wakeLock?.request('screen')
        if (isGone) await lock?.release()
      } catch {
        // A battery that runs low refuses; the code is shown all the same.
      }
    }
    const onVisible = () => void ask()
    void ask()
    document.addEventListener('visibilitychange', onVisible)
    return () => {
      isGone = true
      document.removeEventListener('visibilitychange', onVisible)
      void lock?.release()
    }
  }, [])
}
