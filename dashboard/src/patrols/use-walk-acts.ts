import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query'
import { call } from '../api/client.ts'

/** What a person does with rounds; whatever shows them is asked again. */

const touched = ['patrol-rounds', 'patrol-round', 'patrol-coverage', 'board', 'queue', 'load']

export function refreshWalks(client: QueryClient): Promise<unknown> {
  return Promise.all(touched.map((key) => client.invalidateQueries({ queryKey: [key] })))
}

export interface Excuses {
  place: string
  from: number
  to: number
  reason: string
  plannedEvent?: string
}

export type WalkAct = { reason: string } | { team: string }

export function useWalkAct(id: string, onDone: () => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (act: WalkAct) => {
      const path = `/patrol/rounds/${encodeURIComponent(id)}`
      return call(`${path}/${'reason' in act ? 'excuse' : 'team'}`, { method: 'POST', body: act })
    },
    onSuccess: onDone,
    onSettled: () => refreshWalks(client),
  })
}

export function useExcuses(onDone: () => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: Excuses) => call('/patrol/excuses', { method: 'POST', body }),
    onSuccess: onDone,
    onSettled: () => refreshWalks(client),
  })
}
