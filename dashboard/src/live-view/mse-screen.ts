import { nextStep } from './live-edge.ts'
import type { Screen, ScreenEvents } from './live-line.ts'

/** Fragments of MP4 in a <video>, kept at their newest end. */

const mostQueuedBytes = 16_777_216

function mimeOf(codec: string): string {
  return `video/mp4; codecs="${codec}"`
}

export function canPlayCodec(codec: string): boolean {
  return typeof MediaSource !== 'undefined' && MediaSource.isTypeSupported(mimeOf(codec))
}

export function createMseScreen(video: HTMLVideoElement, { shown, failed }: ScreenEvents): Screen {
  const source = new MediaSource()
  const queue: ArrayBuffer[] = []
  let queuedBytes = 0
  let buffer: SourceBuffer | undefined
  let url: string | undefined
  let isClosed = false

  function fail(): void {
    if (!isClosed) failed()
  }

  function keepUp(): void {
    if (!buffer || buffer.updating || buffer.buffered.length === 0) return
    const ranges = Array.from({ length: buffer.buffered.length }, (_, index) => ({
      from: buffer?.buffered.start(index) ?? 0,
      to: buffer?.buffered.end(index) ?? 0,
    }))
    const { seekTo, rate, removeBefore } = nextStep(ranges, video.currentTime)
    if (seekTo !== null) video.currentTime = seekTo
    video.playbackRate = rate
    // A muted picture may always play; a page that is being left may refuse.
    if (video.paused) video.play().catch(() => {})
    if (removeBefore !== null) buffer.remove(0, removeBefore)
  }

  function appendNext(): void {
    if (!buffer || buffer.updating || source.readyState !== 'open') return
    const next = queue[0]
    if (!next) return
    try {
      buffer.appendBuffer(next)
      queue.shift()
      queuedBytes -= next.byteLength
    } catch {
      fail()
    }
  }

  function open(codec: string): void {
    if (isClosed) return
    try {
      buffer = source.addSourceBuffer(mimeOf(codec))
    } catch {
      return fail()
    }
    buffer.addEventListener('updateend', () => {
      if (isClosed) return
      keepUp()
      appendNext()
    })
    buffer.addEventListener('error', fail)
    appendNext()
  }

  const seen = () => {
    const hasPicture = video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA
    if (!isClosed && hasPicture) shown(video.videoWidth / video.videoHeight)
  }

  return {
    begin(codec) {
      source.addEventListener('sourceopen', () => open(codec ?? ''), { once: true })
      url = URL.createObjectURL(source)
      video.addEventListener('error', fail)
      video.addEventListener('loadeddata', seen)
      video.addEventListener('timeupdate', seen)
      video.src = url
    },
    push(bytes) {
      queue.push(bytes)
      queuedBytes += bytes.byteLength
      if (queuedBytes > mostQueuedBytes) return fail()
      appendNext()
    },
    close() {
      isClosed = true
      queue.length = 0
      video.removeEventListener('error', fail)
      video.removeEventListener('loadeddata', seen)
      video.removeEventListener('timeupdate', seen)
      video.removeAttribute('src')
      video.load()
      if (url) URL.revokeObjectURL(url)
    },
  }
}
