import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReviewVerdict } from '../../../gateway/domain/checkin.ts'
import { call } from '../api/client.ts'
import type { CheckinView } from '../api/types.ts'
import { refreshWalks } from './use-walk-acts.ts'

interface Review {
  id: string
  verdict: ReviewVerdict
  text: string | null
}

export function useReview(onDone: (reviewed: Review) => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, verdict, text }: Review) =>
      call<CheckinView>(`/patrol/checkins/${encodeURIComponent(id)}/review`, {
        method: 'POST',
        body: { verdict, text },
      }),
    onSuccess: (_kept, review) => onDone(review),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['checkins'] }),
        client.invalidateQueries({ queryKey: ['checkin'] }),
        refreshWalks(client),
      ]),
  })
}
