import { type RefObject, useEffect, useRef, useState } from 'react'
import type { Scanned } from '../phone.ts'
import { type Camera, type CameraFailure, openCamera } from './camera.ts'
import { type CodeReader, openCodeReader } from './code-reader.ts'
import { readTags } from './tag-reader.ts'

export interface Scanner {
  video: RefObject<HTMLVideoElement | null>
  phase: 'starting' | 'looking' | CameraFailure
  setTorch: Camera['setTorch']
}

/** The same wrong code before the camera is told once, not ten times a second. */
const repeatMs = 3000

interface Loop {
  video: HTMLVideoElement
  reader: CodeReader
  signal: AbortSignal
  onText: (text: string) => Promise<void>
}

async function look({ video, reader, signal, onText }: Loop): Promise<void> {
  let last = { text: '', at: 0 }
  const pause = () => new Promise((resolve) => setTimeout(resolve, reader.everyMs))
  while (!signal.aborted) {
    const text = video.readyState >= 2 ? await reader.read(video) : null
    const now = performance.now()
    if (signal.aborted) return
    if (text !== null && text !== '' && (text !== last.text || now - last.at > repeatMs)) {
      last = { text, at: now }
      await onText(text)
    }
    await pause()
  }
}

/** Camera and tag reader side by side, for as long as the page is open. `attempt` opens them anew. */
export function useScanner(
  attempt: number,
  onScanned: (scanned: Scanned) => Promise<void>,
): Scanner {
  const video = useRef<HTMLVideoElement>(null)
  const [phase, setPhase] = useState<Scanner['phase']>('starting')
  const [setTorch, keepTorch] = useState<Camera['setTorch']>(null)
  const told = useRef(onScanned)
  useEffect(() => {
    told.current = onScanned
  })
  // oxlint-disable-next-line react/exhaustive-deps -- a new attempt opens the camera anew
  useEffect(() => {
    const over = new AbortController()
    const { signal } = over
    const onText = (text: string) => told.current({ kind: 'text', text })
    async function open(element: HTMLVideoElement): Promise<void> {
      const [outcome, reader] = await Promise.all([openCamera(element), openCodeReader()])
      if (outcome.kind !== 'open') {
        if (!signal.aborted) setPhase(outcome.kind)
        return
      }
      const { camera } = outcome
      if (signal.aborted) return camera.close()
      signal.addEventListener('abort', camera.close)
      keepTorch(() => camera.setTorch)
      setPhase('looking')
      await look({ video: element, reader, signal, onText })
    }
    setPhase('starting')
    if (video.current) void open(video.current)
    void readTags(signal, (scanned) => void told.current(scanned))
    return () => over.abort()
  }, [attempt])
  return { video, phase, setTorch }
}
