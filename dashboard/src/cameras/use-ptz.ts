import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { call } from '../api/client.ts'
import type { CameraView, PtzAct, PtzAnswer } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { failureWords } from '../parts/failure-words.ts'
import { createPtzHand, directionOf, type PtzHand } from './ptz-hand.ts'

export interface Ptz {
  hand: PtzHand
  /** What went wrong with the last act, in words. */
  failure: string | null
}

function send(id: string, act: PtzAct): Promise<PtzAnswer> {
  return call(`/cameras/${encodeURIComponent(id)}/ptz`, { method: 'POST', body: act })
}

/** Null: it does not turn, or not for who is signed in. */
export function usePtz(camera: string | null): Ptz | null {
  const { t } = useTown().words
  const client = useQueryClient()
  const [failure, setFailure] = useState<string | null>(null)
  const say = useMutation({ mutationFn: (act: PtzAct) => send(camera ?? '', act) }).mutateAsync

  const hand = useMemo(() => {
    if (camera === null) return null
    const held =
      ({ heldBy, heldUntil }: PtzAnswer) =>
      (one: CameraView) =>
        one.id === camera ? { ...one, heldBy, heldUntil } : one
    return createPtzHand({
      send: say,
      onAnswer(answer) {
        setFailure(null)
        client.setQueryData<CameraView[]>(['cameras'], (list) => list?.map(held(answer)))
        client.setQueryData<CameraView>(['camera', camera], (one) => one && held(answer)(one))
      },
      onFailure: (error) => setFailure(failureWords(error, t, { conflict: 'ptz.refused' })),
    })
  }, [camera, client, say, t])

  useEffect(() => () => hand?.releaseAll(), [hand])
  return hand && { hand, failure }
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
    return true
  // Arrows move what has the focus there.
  return target.closest('.town-map, .ant-segmented, [role=slider], .ant-modal') !== null
}

/** Arrows and + − turn while they are down; digits go to presets where these are wanted. */
export function usePtzKeys(hand: PtzHand | null, presets: readonly { token: string }[]): void {
  useEffect(() => {
    if (!hand) return
    const down = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
      if (isTyping(event.target)) return
      const direction = directionOf(event.key)
      const preset = /^[1-9]$/.test(event.key) ? presets[Number(event.key) - 1] : undefined
      if (direction === null && !preset) return
      event.preventDefault()
      if (direction !== null) hand.press(direction)
      else if (preset && !event.repeat) hand.preset(preset.token)
    }
    const up = (event: KeyboardEvent) => {
      const direction = directionOf(event.key)
      if (direction !== null) hand.release(direction)
    }
    const leave = () => hand.releaseAll()
    document.addEventListener('keydown', down)
    document.addEventListener('keyup', up)
    window.addEventListener('blur', leave)
    return () => {
      hand.releaseAll()
      document.removeEventListener('keydown', down)
      document.removeEventListener('keyup', up)
      window.removeEventListener('blur', leave)
    }
  }, [hand, presets])
}
