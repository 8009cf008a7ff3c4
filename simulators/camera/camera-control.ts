import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { RaisedEvent } from './events.ts'
import type { OnvifCamera } from './onvif-camera.ts'
import { parseAuthentication } from './onvif-login.ts'

/**
 * A small door for people at a terminal: look at the counters, change manners, raise an event. On
 * loopback, beside the cameras' own ports, so that it works while a camera is being impossible.
 *
 *   curl -s 127.0.0.1:PORT/cameras
 *   curl -s -X PATCH -H 'content-type: application/json' \
 *        -d '{"hangOn":["PullMessages"]}' 127.0.0.1:PORT/cameras/v1-cam1/manners
 */
export interface CameraControl {
  /** Resolves with its port. */
  start(): Promise<number>
  stop(): Promise<void>
}

type Controlled = Pick<
  OnvifCamera,
  | 'address'
  | 'counters'
  | 'manners'
  | 'behave'
  | 'behaveWell'
  | 'raise'
  | 'reboot'
  | 'setAuthentication'
  | 'unlock'
  | 'isUp'
  | 'isLocked'
  | 'view'
>

export interface CameraControlOptions {
  cameras: () => ReadonlyMap<string, Controlled>
  port: number
}

const bodyMost = 64 * 1024
const host = '127.0.0.1'

/** Said to whoever asked, with its status. */
function refused(status: number, message: string): Error & { status: number } {
  return Object.assign(new Error(message), { status })
}

function statusOf(error: unknown): number {
  return error instanceof Error && 'status' in error ? Number(error.status) : 400
}

async function readObject(request: IncomingMessage): Promise<Record<string, unknown>> {
  // A page in a browser cannot send this type to another origin without asking first.
  if (!request.headers['content-type']?.startsWith('application/json')) {
    throw refused(415, 'send content-type: application/json')
  }
  let text = ''
  for await (const part of request as AsyncIterable<Buffer>) {
    text += part.toString('utf8')
    if (text.length > bodyMost) throw refused(413, 'too long')
  }
  const parsed: unknown = JSON.parse(text)
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw refused(400, 'send an object')
  }
  return { ...parsed }
}

function summary(camera: Controlled) {
  return {
    address: camera.address(),
    isUp: camera.isUp(),
    isLocked: camera.isLocked(),
    view: camera.view(),
    manners: camera.manners(),
    counters: camera.counters(),
  }
}

type Act = (camera: Controlled, wanted: Record<string, unknown>) => void

const acts: Readonly<Record<string, Act>> = {
  'PATCH manners': (camera, wanted) => camera.behave(wanted),
  'PUT manners': (camera, wanted) => {
    camera.behaveWell()
    camera.behave(wanted)
  },
  'POST events': (camera, wanted) => camera.raise(wanted as unknown as RaisedEvent),
  'POST reboot': (camera, { downMs = 10_000 }) => {
    if (!(Number(downMs) >= 0)) throw refused(400, 'downMs is a number of milliseconds')
    camera.reboot(Number(downMs)).catch(() => undefined)
  },
  'PATCH authentication': (camera, wanted) => camera.setAuthentication(parseAuthentication(wanted)),
  'POST unlock': (camera) => camera.unlock(),
}

export function createCameraControl({ cameras, port }: CameraControlOptions): CameraControl {
  async function answer(request: IncomingMessage): Promise<unknown> {
    const { pathname } = new URL(request.url ?? '/', `http://${host}`)
    const [, first, id, what] = pathname.split('/')
    if (first !== 'cameras') throw refused(404, 'there are /cameras and /cameras/ID/…')
    if (id === undefined) {
      return Object.fromEntries([...cameras()].map(([name, camera]) => [name, summary(camera)]))
    }
    const camera = cameras().get(decodeURIComponent(id))
    if (!camera) throw refused(404, `there is no camera ${id}`)
    if (request.method !== 'GET') {
      const name = `${request.method} ${what}`
      const act = acts[name]
      if (!act) throw refused(404, `there are ${Object.keys(acts).join(', ')}`)
      act(camera, await readObject(request))
    }
    return summary(camera)
  }

  async function handle(request: IncomingMessage, response: ServerResponse) {
    let status = 200
    let said: unknown
    try {
      said = await answer(request)
    } catch (error) {
      status = statusOf(error)
      said = { error: (error as Error).message }
    }
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(`${JSON.stringify(said)}\n`)
  }

  const server = createServer((request, response) => void handle(request, response))
  return {
    start: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, host, () => resolve((server.address() as AddressInfo).port))
      }),
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
