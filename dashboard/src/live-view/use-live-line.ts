import { type RefObject, useEffect, useState } from 'react'
import type { LiveFormat } from '../../../gateway/domain/live-picture.ts'
import { serverNow } from '../app/now.ts'
import { createLiveLine, noState } from './live-line.ts'
import { createMpeg1Screen } from './mpeg1-screen.ts'
import { canPlayCodec, createMseScreen } from './mse-screen.ts'

interface Parts {
  device: string
  isActive: boolean
  video: RefObject<HTMLVideoElement | null>
  canvas: RefObject<HTMLCanvasElement | null>
}

/** Looks at the camera for as long as it is active. */
export function useLiveLine({ device, isActive, video, canvas }: Parts) {
  const [state, setState] = useState(noState)
  const [format, setFormat] = useState<LiveFormat>('mp4')

  useEffect(() => {
    const [mse, mpeg1] = [video.current, canvas.current]
    if (!isActive || !mse || !mpeg1) return
    const line = createLiveLine({
      open(wanted, { heard, closed }) {
        setFormat(wanted)
        const path = `/api/v1/cameras/${encodeURIComponent(device)}/live?format=${wanted}`
        const url = new URL(path, location.href)
        url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
        const socket = new WebSocket(url)
        socket.binaryType = 'arraybuffer'
        socket.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) =>
          heard(data),
        )
        socket.addEventListener('close', closed)
        return socket
      },
      screen: (wanted, events) =>
        wanted === 'mp4' ? createMseScreen(mse, events) : createMpeg1Screen(mpeg1, events),
      canPlay: canPlayCodec,
      hasMse: typeof MediaSource !== 'undefined',
      now: serverNow,
      random: Math.random,
      onState: setState,
    })
    line.start()
    return () => line.stop()
  }, [device, isActive, video, canvas])

  // What an earlier line said is no news of this one.
  return { state: isActive ? state : noState, format }
}
