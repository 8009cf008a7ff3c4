import type { Destination, Source } from '@cycjimmy/jsmpeg-player'
import type { Screen, ScreenEvents } from './live-line.ts'

/** MPEG-1 in a <canvas>. The decoder is loaded when it is needed first. */

/** A source that is fed from outside; the decoder makes it with `new`. */
function createFeed() {
  let destination: Destination | undefined
  const waiting: ArrayBuffer[] = []
  function push(bytes: ArrayBuffer): void {
    if (destination) destination.write(bytes)
    else waiting.push(bytes)
  }
  function Feed(): Source {
    return {
      streaming: true,
      established: true,
      completed: false,
      progress: 1,
      connect(to) {
        destination = to
      },
      start() {
        for (const bytes of waiting.splice(0)) destination?.write(bytes)
      },
      resume() {},
      destroy() {
        destination = undefined
      },
    }
  }
  return { push, source: Feed as unknown as new () => Source }
}

const bufferBytes = 1_048_576

export function createMpeg1Screen(
  canvas: HTMLCanvasElement,
  { shown, failed }: ScreenEvents,
): Screen {
  const feed = createFeed()
  let decoder: { destroy(): void } | undefined
  let isClosed = false

  async function load(): Promise<void> {
    const { default: jsmpeg } = await import('@cycjimmy/jsmpeg-player')
    if (isClosed) return
    decoder = new jsmpeg.Player('', {
      source: feed.source,
      canvas,
      audio: false,
      // Our pages may run no code that is made while they run, WebAssembly included.
      disableWebAssembly: true,
      // Many small pictures at once would use up what a page may have of it.
      disableGl: true,
      pauseWhenHidden: false,
      videoBufferSize: bufferBytes,
      onVideoDecode: () => shown(canvas.width / canvas.height),
    })
  }

  return {
    begin() {
      load().catch(() => {
        if (!isClosed) failed()
      })
    },
    push: feed.push,
    close() {
      isClosed = true
      decoder?.destroy()
    },
  }
}
