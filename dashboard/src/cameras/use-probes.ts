import { useEffect, useState } from 'react'
import { call } from '../api/client.ts'
import type { ProbeAnswer } from '../api/types.ts'
import { createProbeQueue, type Login, type ProbeQueue, type ProbeRow } from './probe-queue.ts'

/** The gateway gives a camera half a minute. */
const timeoutMs = 40_000

function ask(address: string, login: Login, ending: AbortSignal): Promise<ProbeAnswer> {
  return call('/cameras/probe', {
    method: 'POST',
    body: { address, ...login },
    signal: AbortSignal.any([ending, AbortSignal.timeout(timeoutMs)]),
  })
}

/** One queue for as long as the dialog is open. */
export function useProbes(): { rows: readonly ProbeRow[]; queue: ProbeQueue } {
  const [rows, setRows] = useState<readonly ProbeRow[]>([])
  const [queue] = useState(() => createProbeQueue({ ask, onRows: setRows }))
  useEffect(() => () => queue.stop(), [queue])
  return { rows, queue }
}
