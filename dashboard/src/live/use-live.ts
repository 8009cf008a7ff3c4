import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { serverNow } from '../app/now.ts'
import { createLiveConnection } from './live-connection.ts'
import { setLiveState } from './live-status.ts'
import { createLiveUpdates } from './live-updates.ts'

/** Opens the one live stream while somebody is signed in. */
export function useLive(isSignedIn: boolean): void {
  const client = useQueryClient()
  useEffect(() => {
    if (!isSignedIn) return
    const updates = createLiveUpdates(client)
    const connection = createLiveConnection({
      url: '/api/v1/stream',
      fetch: (input, init) => fetch(input, init),
      now: serverNow,
      random: Math.random,
      onEvent: updates.onEvent,
      onState: setLiveState,
      onSignedOut: () => client.setQueryData(['session'], null),
    })
    connection.start()
    return () => {
      connection.stop()
      updates.stop()
    }
  }, [client, isSignedIn])
}
