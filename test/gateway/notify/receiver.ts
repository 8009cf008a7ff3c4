import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server that takes messages, as a robot's or a program's does: what it answers is the test's. */

export interface Taken {
  path: string
  headers: IncomingHttpHeaders
  text: string
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look at many shapes
  body: any
}

export type Answer = { status?: number; body?: unknown; headers?: Record<string, string> } | 'hang'

export interface Receiver {
  url: string
  /** All that came, in order, whatever was answered. */
  taken: Taken[]
  /** What came and was answered as a success. */
  accepted: Taken[]
  /** Decides what is answered from now on. */
  answer: (taken: Taken) => Answer
  stop(): Promise<void>
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export const ok: Answer = {
  status: 200,
  body: { errcode: 0, errmsg: 'ok', code: 0, msg: 'success' },
}

export async function openReceiver(): Promise<Receiver> {
  const taken: Taken[] = []
  const accepted: Taken[] = []
  const receiver: Receiver = { url: '', taken, accepted, answer: () => ok, stop }
  const server: Server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const bytes = Buffer.concat(parts)
      const text = bytes.toString('utf8')
      const one = { path: request.url ?? '', headers: request.headers, text, body: parse(text) }
      taken.push(one)
      const answer = receiver.answer(one)
      if (answer === 'hang') return
      const { status = 200, body = {}, headers } = answer
      if (answer === ok || (status < 300 && (body as { errcode?: number }).errcode === undefined)) {
        accepted.push(one)
      }
      response.writeHead(status, { 'content-type': 'application/json', ...headers })
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    })
  })

  async function stop(): Promise<void> {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return receiver
}
