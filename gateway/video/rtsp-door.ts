import { randomBytes } from 'node:crypto'
import { createServer, type Server, type Socket } from 'node:net'
import { CameraError, type CameraLogin } from '../ports/cameras.ts'
import { createRtspPassage } from './rtsp-passage.ts'

/**
 * The way of an ffmpeg to its camera leads through here. ffmpeg gets an address on loopback that
 * opens once and says nothing; the connection to the camera is made here, to the IP address that
 * was judged, and the password is said here. So no password stands where `ps` shows it, no second
 * look-up of a name and no redirect leads elsewhere, a wrong password is tried once and known for
 * what it is, and an ffmpeg whose gateway died has nothing more to read.
 */

export interface RtspSource {
  /** rtsp://, without user and password. */
  url: URL
  /** IP address that `url` was judged to lead to. */
  ip: string
  login: CameraLogin
}

export interface Admission {
  /** For ffmpeg. */
  url: string
  /** What went wrong between camera and us; undefined: nothing that we know of. */
  trouble(): CameraError | undefined
  /** Cuts what is open; the address opens no more. */
  close(): void
}

export interface RtspDoor {
  start(): Promise<void>
  stop(): Promise<void>
  admit(source: RtspSource): Admission
}

const firstRequestMs = 5_000

export function createRtspDoor(): RtspDoor {
  const awaited = new Map<string, (socket: Socket, first: Buffer) => void>()
  const sockets = new Set<Socket>()
  let server: Server | undefined
  let port = 0

  /** Whoever names no awaited address in its first line is not our ffmpeg. */
  function receive(socket: Socket): void {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('close', () => sockets.delete(socket))
    socket.setTimeout(firstRequestMs, () => socket.destroy())
    socket.once('data', (first: Buffer) => {
      const token = /^[A-Z_]+ rtsp:\/\/127\.0\.0\.1:\d+\/(\w{32})[ /]/.exec(
        first.toString('latin1', 0, 200),
      )?.[1]
      const enter = awaited.get(token ?? '')
      if (!enter) {
        socket.destroy()
        return
      }
      awaited.delete(token ?? '')
      socket.setTimeout(0)
      enter(socket, first)
    })
  }

  return {
    async start() {
      const starting = createServer({ noDelay: true }, receive)
      await new Promise<void>((resolve, reject) => {
        starting.once('error', reject)
        starting.listen(0, '127.0.0.1', resolve)
      })
      server = starting
      const address = starting.address()
      port = address && typeof address === 'object' ? address.port : 0
    },
    async stop() {
      awaited.clear()
      const closed = new Promise((resolve) => (server ? server.close(resolve) : resolve(null)))
      for (const socket of sockets) socket.destroy()
      await closed
      server = undefined
    },
    admit(source) {
      const token = randomBytes(16).toString('hex')
      const url = `rtsp://127.0.0.1:${port}/${token}`
      let trouble: CameraError | undefined
      let cut: (() => void) | undefined
      awaited.set(token, (socket, first) => {
        cut = createRtspPassage({
          socket,
          first,
          source,
          ownUrl: url,
          failed: (error) => {
            trouble ??= error
          },
        })
      })
      return {
        url,
        trouble: () => trouble,
        close() {
          awaited.delete(token)
          cut?.()
        },
      }
    },
  }
}
