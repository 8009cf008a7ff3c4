import { useEffect, useState } from 'react'
import { ApiError } from '../api/client.ts'
import type { RotatingCode } from '../api/types.ts'
import { serverNow } from '../app/now.ts'
import { createCodeKeeper, type Shown } from './rotating-code.ts'

const nothing: Shown = { code: null, awaySince: null, isRefused: false }

/** `ask` must stay the same from one drawing to the next. */
export function useRotatingCode(ask: () => Promise<RotatingCode>): Shown {
  const [shown, setShown] = useState(nothing)
  useEffect(() => {
    const keeper = createCodeKeeper({
      ask,
      isRefusal: (error) =>
        error instanceof ApiError && ['notFound', 'invalid', 'forbidden'].includes(error.kind),
      now: serverNow,
      show: setShown,
    })
    keeper.start()
    return () => keeper.stop()
  }, [ask])
  return shown
}
