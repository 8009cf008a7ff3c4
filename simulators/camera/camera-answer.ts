import type { ServerResponse } from 'node:http'
import type { BadManners } from './bad-manners.ts'
import type { Timing } from './timing.ts'

/** How an answer leaves the camera: as it should, or as spoilt as its manners want it. */
export interface Answer {
  status: number
  type: string
  headers?: Readonly<Record<string, string | string[]>>
  content: string | Buffer
}

const giantChunk = 64 * 1024
const soapType = 'application/soap+xml; charset=utf-8'

export function soapAnswer(status: number, content: string): Answer {
  return { status, type: soapType, content }
}

const bomb = [
  '<?xml version="1.0"?>',
  '<!DOCTYPE lolz [<!ENTITY lol "lol">',
  ...Array.from({ length: 9 }, (_, i) => {
    const inner = i === 0 ? '&lol;' : `&lol${i};`
    return `<!ENTITY lol${i + 1} "${inner.repeat(10)}">`
  }),
  ']>',
  '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>&lol9;</s:Body></s:Envelope>',
].join('\n')

const html = '<!DOCTYPE html><html><body><h1>It works!</h1></body></html>'

// Written as in the documents: there are clients that know no other letters.
function head(response: ServerResponse, { status, type, headers }: Answer) {
  response.writeHead(status, { ...headers, 'Content-Type': type })
}

/** As long as the client takes it, up to the size wished; never more in memory than a chunk. */
function sendGiant(response: ServerResponse, answer: Answer, { giantBytes }: BadManners) {
  head(response, answer)
  const chunk = `<!--${'x'.repeat(giantChunk - 7)}-->`
  const text = String(answer.content)
  const at = text.indexOf('?>') + 2
  response.write(text.slice(0, at))
  let sent = 0
  const more = () => {
    while (sent < giantBytes && !response.destroyed) {
      sent += giantChunk
      if (!response.write(chunk)) {
        response.once('drain', more)
        return
      }
    }
    response.end(text.slice(at))
  }
  more()
}

/** A byte now and then. */
function sendSlowly(
  response: ServerResponse,
  answer: Answer,
  { trickleMs, timing }: { trickleMs: number; timing: Timing },
) {
  const content = Buffer.from(answer.content)
  response.writeHead(answer.status, {
    ...answer.headers,
    'Content-Type': answer.type,
    'Content-Length': content.length,
  })
  response.flushHeaders()
  let sent = 0
  let callOff: (() => void) | undefined
  const step = () => {
    if (sent >= content.length) {
      response.end()
      return
    }
    response.write(content.subarray(sent, ++sent))
    callOff = timing.after(trickleMs, step)
  }
  response.once('close', () => callOff?.())
  step()
}

export function send(response: ServerResponse, answer: Answer) {
  const content = Buffer.from(answer.content)
  head(response, {
    ...answer,
    headers: { ...answer.headers, 'Content-Length': `${content.length}` },
  })
  response.end(content)
}

export function sendBadly(
  response: ServerResponse,
  answer: Answer,
  { manners, timing }: { manners: BadManners; timing: Timing },
) {
  const text = String(answer.content)
  switch (manners.answer) {
    case 'giant':
      return sendGiant(response, answer, manners)
    case 'trickle':
      return sendSlowly(response, answer, { trickleMs: manners.trickleMs, timing })
    case 'malformed':
      return send(response, { ...answer, content: text.replaceAll('</', '<') })
    case 'truncated':
      return send(response, { ...answer, content: text.slice(0, Math.floor(text.length / 2)) })
    case 'bomb':
      return send(response, { ...answer, content: bomb })
    case 'html':
      return send(response, { ...answer, status: 200, type: 'text/html', content: html })
    case 'whole':
      return send(response, answer)
  }
}
