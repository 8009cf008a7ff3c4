import { lookup as systemLookup } from 'node:dns'
import { type ClientRequest, type IncomingMessage, request as requestPlain } from 'node:http'
import { request as requestSecure } from 'node:https'
import type { LookupFunction } from 'node:net'
import { type OutgoingRules, outgoingUrlProblem } from '../domain/outgoing-address.ts'
import { inWords, judgingLookup } from './reach.ts'

/**
 * One POST to somebody else's server. Where a name leads is judged when it is connected to, so a
 * name that leads elsewhere tomorrow gets no further; redirections are not followed. Addresses hold
 * keys, so no error of here names one.
 */

export interface Posted {
  status: number
  /** At most 64 KiB of it. */
  text: string
  retryAfterMs: number | null
}

interface Post {
  url: string
  headers: Record<string, string>
  body: string | Uint8Array
}

/** Throws an Error whose text may be shown. */
export type HttpPost = (post: Post, sender: OutgoingRules['sender']) => Promise<Posted>

export interface HttpPostOptions {
  networks: Omit<OutgoingRules, 'sender'>
  timeoutMs?: number
  /** Ends what is under way. */
  signal: AbortSignal
  lookup?: typeof systemLookup
}

const defaultTimeoutMs = 10_000
const maxAnswerBytes = 65_536
const longestRetryAfterMs = 3_600_000

async function readAnswer(answer: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of answer as AsyncIterable<Buffer>) {
    parts.push(part)
    bytes += part.length
    // What they say is known by then.
    if (bytes >= maxAnswerBytes) break
  }
  return Buffer.concat(parts).subarray(0, maxAnswerBytes).toString('utf8')
}

function retryAfter(answer: IncomingMessage): number | null {
  const told = answer.headers['retry-after'] ?? ''
  // A date is meant by their own clock, where they say what it shows.
  const sentAt = Date.parse(answer.headers.date ?? '') || Date.now()
  const ms = /^\d+$/.test(told) ? Number(told) * 1000 : Date.parse(told) - sentAt
  return ms > 0 ? Math.min(ms, longestRetryAfterMs) : null
}

function send(
  { url, headers, body }: Post,
  options: { signal: AbortSignal; lookup: LookupFunction },
): Promise<IncomingMessage> {
  const request = url.startsWith('https:') ? requestSecure : requestPlain
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const length = { 'content-length': String(Buffer.byteLength(body)) }
  // A connection of its own: one that was kept open may be half closed, and then nobody knows.
  const asked: ClientRequest = request(
    new URL(url),
    { method: 'POST', headers: { ...headers, ...length }, agent: false, ...options },
    resolve,
  )
  asked.on('error', reject)
  asked.end(body)
  return promise
}

export function createHttpPost(options: HttpPostOptions): HttpPost {
  const { networks, signal: stopping, timeoutMs = defaultTimeoutMs } = options
  const lookup = options.lookup ?? systemLookup

  return async (post, sender) => {
    const rules = { ...networks, sender }
    const problem = outgoingUrlProblem(post.url, rules)
    if (problem !== undefined) throw new Error(`the address of the receiver ${problem}`)
    const signal = AbortSignal.any([stopping, AbortSignal.timeout(timeoutMs)])
    try {
      const answer = await send(post, { signal, lookup: judgingLookup(rules, lookup) })
      const text = await readAnswer(answer)
      return { status: answer.statusCode ?? 0, text, retryAfterMs: retryAfter(answer) }
    } catch (error) {
      throw inWords(stopping.aborted || !signal.aborted ? error : signal.reason)
    }
  }
}
