import type { WebSocket, WebsocketPluginOptions } from '@fastify/websocket'
import type { LiveEnding } from '../domain/live-picture.ts'
import type { LiveViewer } from '../video/viewer-seat.ts'

/**
 * The sockets of live pictures. Each ends with the session that opened it, and when the other side
 * is gone without a word.
 */

export interface LiveSockets {
  /** The viewer of a socket; it is kept until the socket closes. */
  add(socket: WebSocket, sessionId: string): LiveViewer
  endSession(sessionId: string): void
  start(): void
  stop(): void
}

export interface LiveSocketParts {
  isSessionAlive: (id: string) => Promise<boolean>
  warn: (text: string) => void
}

const beatMs = 5_000
/** A poor line may be slow for a while; one that is cut is noticed within 20 s. */
const mostUnanswered = 3
/** For the last message and the answer to it. */
const farewellMs = 1_000

/** Who looks has nothing to say: a client that sends more than a word is cut off. */
export const liveSocketOptions: WebsocketPluginOptions = {
  options: { maxPayload: 1_024, perMessageDeflate: false },
  errorHandler(error, socket, request) {
    request.log.warn({ err: error }, `${request.url} ended`)
    socket.terminate()
  },
  // What is open is ended by those who opened it, below.
  preClose: (done) => done(),
}

interface Kept {
  sessionId: string
  viewer: LiveViewer
  /** Beats since it answered. */
  unanswered: number
}

function viewerOf(socket: WebSocket): LiveViewer {
  return {
    tell: (message) => socket.send(JSON.stringify(message)),
    send: (bytes) => socket.send(bytes, { binary: true }),
    buffered: () => socket.bufferedAmount,
    close() {
      socket.close(1000)
      setTimeout(() => socket.terminate(), farewellMs).unref()
    },
  }
}

export function createLiveSockets({ isSessionAlive, warn }: LiveSocketParts): LiveSockets {
  const kept = new Map<WebSocket, Kept>()
  let timer: NodeJS.Timeout | undefined

  function sendAway({ viewer }: Kept, why: LiveEnding): void {
    viewer.tell({ kind: 'end', why })
    viewer.close()
  }

  function endSession(sessionId: string): void {
    for (const one of kept.values()) if (one.sessionId === sessionId) sendAway(one, 'signedOut')
  }

  async function beat(): Promise<void> {
    for (const [socket, one] of kept) {
      one.unanswered += 1
      if (one.unanswered > mostUnanswered) socket.terminate()
      else socket.ping()
    }
    for (const id of new Set([...kept.values()].map(({ sessionId }) => sessionId))) {
      if (!(await isSessionAlive(id))) endSession(id)
    }
  }

  return {
    endSession,
    add(socket, sessionId) {
      const one = { sessionId, viewer: viewerOf(socket), unanswered: 0 }
      kept.set(socket, one)
      socket.on('pong', () => {
        one.unanswered = 0
      })
      socket.once('close', () => kept.delete(socket))
      return one.viewer
    },
    start() {
      timer = setInterval(() => {
        beat().catch((error: unknown) => warn(`live pictures: ${String(error)}`))
      }, beatMs).unref()
    },
    stop() {
      clearInterval(timer)
      for (const one of kept.values()) sendAway(one, 'stopping')
    },
  }
}
