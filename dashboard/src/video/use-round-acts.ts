import { useMutation, useQueryClient } from '@tanstack/react-query'
import { call } from '../api/client.ts'
import type { NewVideoLook, VideoLookView, VideoRoundDetail } from '../api/types.ts'
import { withLook } from './rounds.ts'

/** What a person does on a round; what the gateway answers is shown at once. */

export interface RoundActs {
  look: (look: NewVideoLook, onKept: () => void) => void
  sign: () => void
  excuse: (reason: string, onKept: () => void) => void
  isBusy: boolean
  error: Error | null
}

// The gateway asks the camera for its picture first, and gives up on it in time.
const patienceMs = 40_000

export function useRoundActs(round: VideoRoundDetail): RoundActs {
  const client = useQueryClient()
  const key = ['video-round', round.id]
  const path = `/video/rounds/${encodeURIComponent(round.id)}`

  function settled(): Promise<unknown> {
    const keys = ['video-rounds', 'video-coverage', 'cases', 'queue', 'load', 'board']
    for (const name of keys) void client.invalidateQueries({ queryKey: [name] })
    return client.invalidateQueries({ queryKey: key })
  }

  const look = useMutation({
    mutationFn: (body: NewVideoLook) =>
      call<VideoLookView>(`${path}/looks`, { method: 'POST', body, timeoutMs: patienceMs }),
    onSuccess: (kept) =>
      client.setQueryData<VideoRoundDetail>(key, (shown) => shown && withLook(shown, kept)),
    onSettled: () => void settled(),
  })
  const end = useMutation({
    mutationFn: (act: { sign: true } | { reason: string }) =>
      'reason' in act
        ? call<VideoRoundDetail>(`${path}/excuse`, { method: 'POST', body: act })
        : call<VideoRoundDetail>(`${path}/sign`, { method: 'POST' }),
    onSuccess: (kept) => client.setQueryData<VideoRoundDetail>(key, kept),
    onSettled: () => void settled(),
  })

  return {
    look(body, onKept) {
      end.reset()
      look.mutate(body, { onSuccess: onKept })
    },
    sign() {
      look.reset()
      end.mutate({ sign: true })
    },
    excuse(reason, onKept) {
      look.reset()
      end.mutate({ reason }, { onSuccess: onKept })
    },
    isBusy: look.isPending || end.isPending,
    error: look.error ?? end.error,
  }
}
