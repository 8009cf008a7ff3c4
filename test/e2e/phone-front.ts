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
 * happens at a certain request, and hand out a newer worker. It keeps its own copy of the app's
 * files, so that a build that runs meanwhile changes nothing.
 */

export interface PhoneFront {
  url: string
  /** Asked before each request; `false`: the line breaks. */
  guard(check: ((line: string) => boolean | Promise<boolean>) | null): void
  /** A file of the app, changed. */
  change(path: string, by: (text: string) => string): void
  stop(): Promise<void>
}

type Changes = Map<string, (text: string) => string>

interface KeptFile {
  headers: Record<string, string>
  content: Buffer
}

const page = '/patrol/'
const worker = '/patrol/worker.js'

async function fetchFile(url: string): Promise<KeptFile> {
  const answer = await fetch(url)
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`)
  const {
    'content-encoding': _,
    'content-length': __,
    etag: ___,
    ...headers
  } = Object.fromEntries(answer.headers)
  return { headers, content: Buffer.from(await answer.arrayBuffer()) }
}

/** The page, its worker, and all that the worker names, as the gateway answers them. */
async function keepFiles(gatewayUrl: string): Promise<Map<string, KeptFile>> {
  const script = await fetchFile(`${gatewayUrl}${worker}`)
  const named = script.content.toString().match(/\/(?:assets|patrol)\/[\w.-]+\.\w+/g) ?? []
  const paths = [...new Set([page, ...named])]
  const files = await Promise.all(
    paths.map(async (path) => [path, await fetchFile(`${gatewayUrl}${path}`)] as const),
  )
  return new Map([...files, [worker, script]])
}

/** The addresses of tags open the page too. */
function fileOf(url: string, files: Map<string, KeptFile>): KeptFile | undefined {
  const [path = ''] = url.split('?')
  return files.get(path.startsWith('/c/') || path === '/tag' ? page : path)
}

async function whole(stream: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of stream) pieces.push(piece as Buffer)
  return Buffer.concat(pieces)
}

/** Bodies are small; they are read before anything else happens to them. */
async function pass(target: URL, passed: Passed): Promise<void> {
  const { incoming, outgoing, changes } = passed
  const body = await whole(incoming)
  const { method, url = '/' } = incoming
  const file = method === 'GET' ? fileOf(url, passed.files) : undefined
  if (file) {
    const change = changes.get(url)
    const content = change ? Buffer.from(change(file.content.toString())) : file.content
    outgoing.writeHead(200, { ...file.headers, 'content-length': content.length })
    return void outgoing.end(content)
  }
  const { headers } = incoming
  const asked = request({ host: target.hostname, port: target.port, method, path: url, headers })
  asked.end(body)
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  const content = await whole(answer)
  const { 'content-length': _, ...kept } = answer.headers
  outgoing.writeHead(answer.statusCode ?? 502, { ...kept, 'content-length': content.length })
  outgoing.end(content)
}

interface Passed {
  incoming: IncomingMessage
  outgoing: ServerResponse
  changes: Changes
  files: Map<string, KeptFile>
}

export async function startPhoneFront(gatewayUrl: string): Promise<PhoneFront> {
  const target = new URL(gatewayUrl)
  const changes: Changes = new Map()
  const files = await keepFiles(gatewayUrl)
  let check: Parameters<PhoneFront['guard']>[0] = null

  const server: Server = createServer((incoming, outgoing) => {
    const line = `${incoming.method} ${incoming.url}`
    Promise.resolve(check?.(line) ?? true)
      .then((isOpen) => {
        if (!isOpen) throw new Error('the line broke')
        return pass(target, { incoming, outgoing, changes, files })
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
