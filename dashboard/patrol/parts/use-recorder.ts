import { useEffect, useRef, useState } from 'react'

/** A voice note of at most a minute: hold to talk, or tap to start and tap to stop. */

const longestS = 60
/** Shorter than that is a tap. */
const tapMs = 400
const kinds = ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus']

export interface Voice {
  bytes: Blob
  seconds: number
}

export interface Recorder {
  /** `missing`: no microphone, or an address over which the browser gives none. */
  phase: 'idle' | 'opening' | 'recording' | 'refused' | 'missing'
  /** By a tap: it goes on until the next. */
  isTapped: boolean
  seconds: number
  /** `at`: when the finger was there; a slow phone hears of it later. */
  press: (at: number) => void
  release: (at: number) => void
  /** From a keyboard or a screen reader. */
  toggle: () => void
}

interface Running {
  recorder: MediaRecorder
  stream: MediaStream
  startedAt: number
}

async function record(onEnd: (voice: Voice) => void): Promise<Running> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
  const mimeType = kinds.find((kind) => MediaRecorder.isTypeSupported(kind))
  const recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: 24_000 })
  const pieces: Blob[] = []
  const startedAt = performance.now()
  recorder.addEventListener('dataavailable', ({ data }) => pieces.push(data))
  recorder.addEventListener('stop', () => {
    for (const track of stream.getTracks()) track.stop()
    const seconds = Math.max(1, Math.round((performance.now() - startedAt) / 1000))
    onEnd({ bytes: new Blob(pieces, { type: recorder.mimeType }), seconds })
  })
  recorder.start()
  return { recorder, stream, startedAt }
}

function end(running: Running | null): void {
  if (running?.recorder.state === 'recording') running.recorder.stop()
}

export function useRecorder(onVoice: (voice: Voice) => void): Recorder {
  const [phase, setPhase] = useState<Recorder['phase']>('idle')
  const [isTapped, setTapped] = useState(false)
  const [seconds, setSeconds] = useState(0)
  const running = useRef<Running | null>(null)
  const pressedAt = useRef<number | null>(null)
  const isGone = useRef(false)

  useEffect(() => {
    isGone.current = false
    return () => {
      isGone.current = true
      end(running.current)
    }
  }, [])
  useEffect(() => {
    if (phase !== 'recording') return
    const timer = setInterval(() => {
      const so = (performance.now() - (running.current?.startedAt ?? 0)) / 1000
      setSeconds(Math.floor(so))
      if (so >= longestS) end(running.current)
    }, 250)
    return () => clearInterval(timer)
  }, [phase])

  async function start(): Promise<void> {
    setPhase('opening')
    try {
      running.current = await record((voice) => {
        running.current = null
        if (isGone.current) return
        setPhase('idle')
        onVoice(voice)
      })
      if (isGone.current) return end(running.current)
      setSeconds(0)
      setPhase('recording')
      // Let go while the browser was asking: it goes on as if tapped.
      if (pressedAt.current === null) setTapped(true)
    } catch (error) {
      const isRefused = error instanceof DOMException && error.name === 'NotAllowedError'
      setPhase(isRefused ? 'refused' : 'missing')
    }
  }

  return {
    phase,
    isTapped,
    seconds,
    press(at) {
      if (phase === 'recording' || phase === 'opening') return
      pressedAt.current = at
      setTapped(false)
      void start()
    },
    release(at) {
      const from = pressedAt.current
      pressedAt.current = null
      if (from !== null && at - from < tapMs) return setTapped(true)
      end(running.current)
    },
    toggle() {
      pressedAt.current = null
      if (phase === 'recording') end(running.current)
      else if (phase !== 'opening') {
        setTapped(true)
        void start()
      }
    },
  }
}
