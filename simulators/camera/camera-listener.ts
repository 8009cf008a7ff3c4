import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import type { Counting } from './camera-counters.ts'

/** The camera's port: counted connections, some of which are accepted and then ignored. */
export interface CameraListener {
  /** 0 before the first start; the same port again after it. */
  port: () => number
  open: () => Promise<void>
  /** Stops listening and cuts every connection, as when the power goes. */
  cut: () => Promise<void>
}

export interface CameraListenerOptions {
  host: string
  port: number
  counting: Counting
  isHalfOpen: () => boolean
  handle: (request: IncomingMessage, response: ServerResponse) => void
}

export function createCameraListener(options: CameraListenerOptions): CameraListener {
  const { host, counting, isHalfOpen, handle } = options
  const sockets = new Set<Socket>()
  const http = createServer({ keepAliveTimeout: 60_000 }, handle)
  // A client that breaks off in the middle of a request is none of the camera's business.
  http.on('clientError', (_error, socket) => socket.destroy())
  let port = options.port
  const tcp = createTcpServer((socket) => {
    sockets.add(socket)
    counting.opened()
    socket.on('error', () => socket.destroy())
    socket.once('close', () => {
      sockets.delete(socket)
      counting.closed()
    })
    // Bytes are taken and dropped, or the client's end would never be noticed.
    if (isHalfOpen()) socket.resume()
    else http.emit('connection', socket)
  })

  return {
    port: () => port,
    open() {
      return new Promise((resolve, reject) => {
        tcp.once('error', reject)
        tcp.listen(port, host, () => {
          tcp.off('error', reject)
          port = (tcp.address() as AddressInfo).port
          resolve()
        })
      })
    },
    cut() {
      for (const socket of sockets) socket.resetAndDestroy()
      if (!tcp.listening) return Promise.resolve()
      return new Promise((resolve) => tcp.close(() => resolve()))
    },
  }
}
