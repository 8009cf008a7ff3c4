import { once } from 'node:events'
import {
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http'
import { freePort } from '../support/free-port.ts'

/**
 * Stands between a phone and the gateway as a town's own proxy does, so that a test can say what
 * happens at a certain request, and hand out a newer worker.
 */

export interface PhoneFront {
  url: string
  /** Asked before each request; `false`: the line breaks. */
  guard(check: ((line: string) => boolean | Promise<boolean>) | null): void
  /** What the gateway answers at a path, changed. */
  change(path: string, by: (text: string) => string): void
  stop(): Promise<void>
}

type Changes = Map<string, (text: string) => string>

async function whole(stream: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of stream) pieces.push(piece as Buffer)
  return Buffer.concat(pieces)
}

/** Bodies are small; they are read before anything else happens to them. */
async function pass(target: URL, { incoming, outgoing, changes }: Passed): Promise<void> {
  const body = await whole(incoming)
  const { method, url = '/' } = incoming
  const change = changes.get(url)
  const headers = { ...incoming.headers }
  // What the browser has is not what it would get.
  if (change) {
    delete headers['if-none-match']
    delete headers['if-modified-since']
  }
  const asked = request({ host: target.hostname, port: target.port, method, path: url, headers })
  asked.end(body)
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  const content = await whole(answer)
  const said = change ? Buffer.from(change(content.toString())) : content
  const { 'content-length': _, ...kept } = answer.headers
  outgoing.writeHead(answer.statusCode ?? 502, { ...kept, 'content-length': said.length })
  outgoing.end(said)
}

interface Passed {
  incoming: IncomingMessage
  outgoing: ServerResponse
  changes: Changes
}

export async function startPhoneFront(gatewayUrl: string): Promise<PhoneFront> {
  const target = new URL(gatewayUrl)
  const changes: Changes = new Map()
  let check: Parameters<PhoneFront['guard']>[0] = null

  const server: Server = createServer((incoming, outgoing) => {
    const line = `${incoming.method} ${incoming.url}`
    Promise.resolve(check?.(line) ?? true)
      .then((isOpen) => {
        if (!isOpen) throw new Error('the line broke')
        return pass(target, { incoming, outgoing, changes })
      })
      .catch(() => outgoing.destroy())
  })
  // The address outlives the browser, which keeps what it has by it.
  const port = await freePort()
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://localhost:${port}`,
    guard: (next) => {
      check = next
    },
    change: (path, by) => void changes.set(path, by),
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
