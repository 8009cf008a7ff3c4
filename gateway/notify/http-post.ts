import { lookup as systemLookup } from 'node:dns'
import { type ClientRequest, type IncomingMessage, request as requestPlain } from 'node:http'
import { request as requestSecure } from 'node:https'
import type { LookupFunction } from 'node:net'
import { parseIp } from '../domain/network.ts'
import {
  type OutgoingRules,
  outgoingIpProblem,
  outgoingUrlProblem,
} from '../domain/outgoing-address.ts'

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

const told: Record<string, string> = {
  ECONNREFUSED: 'the receiver refuses the connection',
  ECONNRESET: 'the receiver closed the connection',
  EPIPE: 'the receiver closed the connection',
  ENOTFOUND: 'the name of the receiver is not known',
  EAI_AGAIN: 'the name of the receiver cannot be looked up at present',
  EHOSTUNREACH: 'there is no way to the receiver',
  ENETUNREACH: 'there is no way to the receiver',
  ETIMEDOUT: 'the receiver does not answer',
  CERT_HAS_EXPIRED: "the receiver's certificate has expired",
  DEPTH_ZERO_SELF_SIGNED_CERT: "the receiver's certificate is signed by nobody known",
  SELF_SIGNED_CERT_IN_CHAIN: "the receiver's certificate is signed by nobody known",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "the receiver's certificate is signed by nobody known",
  ERR_TLS_CERT_ALTNAME_INVALID: "the receiver's certificate is for another name",
}

class Refused extends Error {}

function inWords(error: unknown): Error {
  if (error instanceof Refused) return new Error(error.message)
  const { code = '', name } = error as NodeJS.ErrnoException
  if (name === 'TimeoutError') return new Error('the receiver does not answer')
  if (name === 'AbortError') return new Error('the gateway stopped meanwhile')
  return new Error(told[code] ?? `the receiver cannot be reached (${code || name})`)
}

function judgingLookup(rules: OutgoingRules, lookup: typeof systemLookup): LookupFunction {
  return (host, options, done) => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, '')
      for (const { address } of addresses) {
        const ip = parseIp(address.replace(/%.*$/, ''))
        const problem = ip ? outgoingIpProblem(ip, rules) : 'it is no usable address'
        if (problem)
          return done(
            new Refused(`the receiver's name leads where nothing is sent: ${problem}`),
            '',
          )
      }
      const [first] = addresses
      if (!first) return done(new Refused('the name of the receiver is not known'), '')
      if (options.all) done(null, addresses)
      else done(null, first.address, first.family)
    })
  }
}

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
  const seconds = Number(answer.headers['retry-after'])
  return seconds > 0 ? Math.min(seconds * 1000, longestRetryAfterMs) : null
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
