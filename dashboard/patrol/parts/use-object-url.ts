import { useEffect, useState } from 'react'

/** An address of what is in memory, for as long as the part is drawn; the part is drawn for one thing only. */
export function useObjectUrl(bytes: Blob): string {
  const [url] = useState(() => URL.createObjectURL(bytes))
  useEffect(() => () => URL.revokeObjectURL(url), [url])
  return url
}
