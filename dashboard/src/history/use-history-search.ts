import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback } from 'react'
import type { HistorySearch } from './history-search.ts'

/** What the address says, and a way to have it say something else. */
export function useHistorySearch() {
  const search = useSearch({ from: '/signed-in/history' })
  const navigate = useNavigate({ from: '/history' })
  const change = useCallback(
    (part: Partial<HistorySearch>) =>
      void navigate({
        to: '/history',
        search: (before) => ({ ...before, ...part }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  )
  return { search, change }
}
