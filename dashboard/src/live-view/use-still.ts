import { useEffect, useState } from 'react'
import { serverNow } from '../app/now.ts'

const everyMs = 60_000

export interface Still {
  url: string
  at: number
}

/** The address of the camera's still, a new one each minute while it is wanted. */
export function useStill(device: string, isWanted: boolean): Still | null {
  const [still, setStill] = useState<Still | null>(null)

  useEffect(() => {
    if (!isWanted) return
    const take = () => {
      const at = serverNow()
      setStill({ url: `/api/v1/cameras/${encodeURIComponent(device)}/still?at=${at}`, at })
    }
    take()
    const timer = setInterval(take, everyMs)
    return () => clearInterval(timer)
  }, [device, isWanted])

  return still
}
