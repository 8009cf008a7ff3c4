/**
 * The RTSP wire (RFC 2326, with RFC 7826's stricter reading where they differ): requests and
 * interleaved packets out of a byte stream that may be cut anywhere. What is too large or no RTSP
 * at all is refused once; after that nothing more is read.
 */

export interface RtspRequest {
  kind: 'request'
  method: string
  uri: string
  cseq: number
  /** Names in lower case; of several with one name the first. */
  headers: ReadonlyMap<string, string>
  body: Buffer
}

interface InterleavedPacket {
  kind: 'interleaved'
  channel: number
  payload: Buffer
}

interface Refusal {
  kind: 'refusal'
  status: number
  /** 0 when the request was not even read so far. */
  cseq: number
}

export type RtspItem = RtspRequest | InterleavedPacket | Refusal

export interface RtspParser {
  push(chunk: Buffer): RtspItem[]
}

export const limits = { headBytes: 8192, bodyBytes: 16_384, uriBytes: 2048, headers: 64 } as const

const headEnd = Buffer.from('\r\n\r\n')
const dollar = 0x24

function refusal(status: number, cseq = 0): Refusal {
  return { kind: 'refusal', status, cseq }
}

type Head = Omit<RtspRequest, 'body'> & { bodyBytes: number }

function parseHeaders(lines: readonly string[]): Map<string, string> | undefined {
  const headers = new Map<string, string>()
  if (lines.length > limits.headers) return undefined
  for (const line of lines) {
    const match = /^([!#$%&'*+.^_`|~\w-]+)[ \t]*:[ \t]*(.*?)[ \t]*$/.exec(line)
    if (!match) return undefined
    const name = match[1]!.toLowerCase()
    if (!headers.has(name)) headers.set(name, match[2]!)
  }
  return headers
}

function parseHead(text: string): Head | Refusal {
  const [first = '', ...rest] = text.split('\r\n')
  const line = /^([A-Z_]{1,32}) (\S+) (RTSP\/\d+\.\d+)$/.exec(first)
  if (!line) return refusal(400)
  const [, method = '', uri = '', version] = line
  const headers = parseHeaders(rest)
  const cseqText = headers?.get('cseq') ?? ''
  if (!headers || !/^\d{1,9}$/.test(cseqText)) return refusal(400)
  const cseq = Number(cseqText)
  if (version !== 'RTSP/1.0') return refusal(505, cseq)
  if (uri.length > limits.uriBytes) return refusal(414, cseq)
  const lengthText = headers.get('content-length') ?? '0'
  if (!/^\d{1,9}$/.test(lengthText)) return refusal(400, cseq)
  const bodyBytes = Number(lengthText)
  if (bodyBytes > limits.bodyBytes) return refusal(413, cseq)
  return { kind: 'request', method, uri, cseq, headers, bodyBytes }
}

export function createRtspParser(): RtspParser {
  let pending: Buffer = Buffer.alloc(0)
  let isDead = false

  function take(bytes: number): Buffer {
    const taken = pending.subarray(0, bytes)
    pending = pending.subarray(bytes)
    return taken
  }

  function takePacket(): InterleavedPacket | undefined {
    if (pending.length < 4) return undefined
    const length = pending.readUInt16BE(2)
    if (pending.length < 4 + length) return undefined
    const packet = take(4 + length)
    return { kind: 'interleaved', channel: packet[1]!, payload: packet.subarray(4) }
  }

  function takeRequest(): RtspRequest | Refusal | undefined {
    const end = pending.indexOf(headEnd)
    if (end > limits.headBytes || (end < 0 && pending.length > limits.headBytes + headEnd.length))
      return refusal(413)
    if (end < 0) return undefined
    const head = parseHead(pending.toString('utf8', 0, end))
    if (head.kind === 'refusal') return head
    const { bodyBytes, ...request } = head
    if (pending.length < end + headEnd.length + bodyBytes) return undefined
    take(end + headEnd.length)
    return { ...request, body: take(bodyBytes) }
  }

  function next(): RtspItem | undefined {
    // Empty lines before a request are to be overlooked (RFC 2326 §4.1 by way of HTTP).
    while (pending[0] === 13 || pending[0] === 10) take(1)
    if (pending.length === 0) return undefined
    return pending[0] === dollar ? takePacket() : takeRequest()
  }

  return {
    push(chunk) {
      const items: RtspItem[] = []
      if (isDead) return items
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
      for (let item = next(); item; item = next()) {
        items.push(item)
        if (item.kind !== 'refusal') continue
        isDead = true
        pending = Buffer.alloc(0)
        break
      }
      return items
    },
  }
}

const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  405: 'Method Not Allowed',
  413: 'Request Entity Too Large',
  414: 'Request-URI Too Long',
  454: 'Session Not Found',
  455: 'Method Not Valid in This State',
  459: 'Aggregate Operation Not Allowed',
  461: 'Unsupported Transport',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
  505: 'RTSP Version Not Supported',
  551: 'Option not supported',
}

export interface RtspResponse {
  status: number
  headers?: Readonly<Record<string, string | readonly string[]>>
  body?: string
}

export function formatResponse(cseq: number, response: RtspResponse): Buffer {
  const { status, headers = {}, body = '' } = response
  const lines = [`RTSP/1.0 ${status} ${reasons[status] ?? 'Error'}`, `CSeq: ${cseq}`]
  for (const [name, value] of Object.entries(headers))
    for (const one of [value].flat()) lines.push(`${name}: ${one}`)
  if (body) lines.push(`Content-Length: ${Buffer.byteLength(body)}`)
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`)
}
