import { randomBytes } from 'node:crypto'
import { request } from 'node:http'
import type { LiveMessage } from '../../../gateway/domain/live-picture.ts'
import { until } from '../../adapters/mqtt/kit.ts'

/** Sockets of live pictures, as a browser or a program opens them. */

/** What the gateway answers to the wish for a WebSocket: 101, or why not. */
export function upgradeStatus(url: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const asking = request(url, {
      // A refused wish ends its connection.
      agent: false,
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': randomBytes(16).toString('base64'),
        ...headers,
      },
    })
    asking.once('error', reject)
    asking.once('upgrade', (response, socket) => {
      socket.destroy()
      resolve(response.statusCode ?? 0)
    })
    asking.once('response', (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    asking.end()
  })
}

export interface LiveSocket {
  messages: LiveMessage[]
  pieces: ArrayBuffer[]
  isClosed(): boolean
  /** Resolves with the first of this kind. */
  told<Kind extends LiveMessage['kind']>(kind: Kind): Promise<LiveMessage & { kind: Kind }>
  closed(): Promise<void>
  say(text: string): void
  close(): void
}

/** Node's WebSocket takes headers, which browsers' do not. */
type WithHeaders = new (url: string, options: { headers: Record<string, string> }) => WebSocket

export function openLive(url: string, headers: Record<string, string>): LiveSocket {
  const socket = new (WebSocket as unknown as WithHeaders)(url.replace(/^http/, 'ws'), { headers })
  socket.binaryType = 'arraybuffer'
  const messages: LiveMessage[] = []
  const pieces: ArrayBuffer[] = []
  let isClosed = false
  socket.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => {
    if (typeof data === 'string') messages.push(JSON.parse(data) as LiveMessage)
    else pieces.push(data)
  })
  socket.addEventListener('close', () => {
    isClosed = true
  })
  const found = (kind: string) => messages.find((message) => message.kind === kind)
  return {
    messages,
    pieces,
    isClosed: () => isClosed,
    async told(kind) {
      await until(`${kind} at ${url}`, () => found(kind) !== undefined)
      return found(kind) as LiveMessage & { kind: typeof kind }
    },
    closed: () => until(`the end of ${url}`, () => isClosed),
    say: (text) => socket.send(text),
    close: () => socket.close(),
  }
}
