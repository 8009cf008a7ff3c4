import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type BulkAction, type BulkOutcome, sendBulk } from '../api/case-queries.ts'
import type { CaseView } from '../api/types.ts'
import { worksAtDesk } from '../app/town.ts'

/** One act on many cases: which are chosen, and what became of each. */

export type BulkAct = 'accept' | 'dispatch' | 'remind'

export const mostAtOnce = 100

export function mayActInBulk(role: string): boolean {
  return worksAtDesk(role) || role === 'villageCadre'
}

export interface Outcome extends BulkOutcome {
  number: string
}

export interface Bulk {
  chosen: readonly CaseView[]
  isChosen: (id: string) => boolean
  toggle: (id: string) => void
  /** All that are shown, as many as go at once; none when all are chosen. */
  toggleAll: () => void
  isAll: boolean
  clear: () => void
  run: (act: BulkAct, to?: BulkAction['to']) => Promise<boolean>
  isBusy: boolean
  error: unknown
  outcome: { act: BulkAct; items: readonly Outcome[] } | null
  closeOutcome: () => void
}

const none: readonly CaseView[] = []

export function useBulk(cases: readonly CaseView[] = none): Bulk {
  const client = useQueryClient()
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set())
  const [outcome, setOutcome] = useState<Bulk['outcome']>(null)
  // What is not listed any more is not acted on.
  const chosen = cases.filter((one) => ids.has(one.id))
  const reach = cases.slice(0, mostAtOnce)
  const isAll = reach.length > 0 && reach.every((one) => ids.has(one.id))

  const send = useMutation({
    mutationFn: (body: BulkAction) => sendBulk(body),
    onSettled: () => {
      for (const key of ['cases', 'case', 'queue', 'load', 'board'])
        void client.invalidateQueries({ queryKey: [key] })
    },
  })

  return {
    chosen,
    isChosen: (id) => ids.has(id),
    toggle: (id) => {
      const next = new Set(ids)
      if (!next.delete(id)) next.add(id)
      setIds(next)
    },
    toggleAll: () => setIds(new Set(isAll ? [] : reach.map((one) => one.id))),
    isAll,
    clear: () => setIds(new Set()),
    run: async (act, to) => {
      const asked = chosen
      const body = { action: act, ids: asked.map((one) => one.id), ...(to ? { to } : {}) }
      setOutcome(null)
      try {
        const answer = await send.mutateAsync(body)
        const numberOf = (id: string) => asked.find((one) => one.id === id)?.number ?? id
        const items = answer.items.map((one) => ({ ...one, number: numberOf(one.id) }))
        setOutcome({ act, items })
        // What did not go through stays chosen, to be looked at.
        setIds(new Set(items.filter((one) => !one.ok).map((one) => one.id)))
        return true
      } catch {
        return false
      }
    },
    isBusy: send.isPending,
    error: send.error,
    outcome,
    closeOutcome: () => setOutcome(null),
  }
}
