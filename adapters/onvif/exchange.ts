import { lookup as systemLookup } from 'node:dns/promises'
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { CameraError } from '../../gateway/ports/cameras.ts'

/**
 * One request to a camera, on a connection of its own: nothing is left open that could turn out to
 * be half a connection. Bounded from the look-up of its name to the last byte of the answer, in
 * time and in size; redirects are not followed. Every address that is connected to was asked for.
 */
interface ExchangeRequest {
  url: string
  method: 'GET' | 'POST'
  headers: Record<string, string>
  body?: string
  timeoutMs: number
  maxBytes: number
  signal: AbortSignal
}

export interface ExchangeAnswer {
  status: number
  /** Joined by commas where there are several. */
  authenticate: string | undefined
  type: string
  body: Buffer
}

export type Exchange = (request: ExchangeRequest) => Promise<ExchangeAnswer>

/** Why an address may not be called, as a sentence. */
export type AddressProblem = (address: string) => Promise<string | undefined>

const notAnswering = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN'])

function codeOf(error: unknown): string | undefined {
  const cause = error instanceof CameraError ? error.cause : error
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return typeof code === 'string' ? code : undefined
}

/** The camera broke the connection off: for a long poll that is nothing unusual. */
export function isReset(error: unknown): boolean {
  const code = codeOf(error)
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'HPE_INVALID_EOF_STATE'
}

function wordsFor(error: Error, host: string): CameraError {
  if (error instanceof CameraError) return error
  const code = codeOf(error) ?? ''
  if (notAnswering.has(code)) {
    const text = `${host} does not answer: check its power, its network cable and the address.`
    return new CameraError('unreachable', text, { cause: error })
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    const text = `${host} is a name that leads nowhere: give the camera's IP address.`
    return new CameraError('unreachable', text, { cause: error })
  }
  if (code === 'ECONNRESET' || code === 'EPIPE') {
    const text = `${host} broke the connection off: check that the port is that of its web service.`
    return new CameraError('unreachable', text, { cause: error })
  }
  if (code.startsWith('HPE_')) {
    const text = `${host} does not speak HTTP on this port: check the port of its web service.`
    return new CameraError('noOnvif', text, { cause: error })
  }
  if (code === 'ETIMEDOUT') return tooLate(host, error)
  const text = `${host} cannot be reached: ${error.message}`
  return new CameraError('unreachable', text, { cause: error })
}

function tooLate(host: string, cause?: Error): CameraError {
  const text = `${host} did not answer in time: it is off, unreachable or hangs. Restart it if it stays so.`
  return new CameraError('timeout', text, { cause })
}

/** Each address that a name leads to is asked for, right before it is connected to. */
function guardedLookup(addressProblem: AddressProblem): LookupFunction {
  return (host, options, done) => {
    const look = async () => {
      const found = await systemLookup(host, { all: true, verbatim: true })
      for (const { address, family } of found) {
        const problem = await addressProblem(family === 6 ? `[${address}]` : address)
        if (problem !== undefined) throw new CameraError('notAllowed', problem)
      }
      return found
    }
    look().then(
      (found) => {
        const [first] = found
        if (options.all) done(null, found)
        else if (first) done(null, first.address, first.family)
        else done(new Error(`${host} has no address`), '', 4)
      },
      (error: Error) => done(error, '', 4),
    )
  }
}

function bodyOf(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = []
    let size = 0
    response.on('data', (part: Buffer) => {
      size += part.length
      if (size <= maxBytes) parts.push(part)
      else {
        response.destroy()
        const text = `The camera's answer is larger than ${maxBytes} bytes and was cut off.`
        reject(new CameraError('fault', text))
      }
    })
    response.on('end', () => resolve(Buffer.concat(parts)))
    response.on('error', reject)
    response.on('close', () => {
      if (!response.complete) {
        reject(Object.assign(new Error('it ended in the middle'), { code: 'ECONNRESET' }))
      }
    })
  })
}

async function mayCall(url: URL, addressProblem: AddressProblem): Promise<void> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  // A name's addresses are asked for one by one when it is looked up.
  if (isIP(host) === 0) return
  const problem = await addressProblem(url.hostname)
  if (problem !== undefined) throw new CameraError('notAllowed', problem)
}

function send(url: URL, wanted: ExchangeRequest, options: RequestOptions): Promise<ExchangeAnswer> {
  const make = url.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const request = make(url, options, (response) => {
      bodyOf(response, wanted.maxBytes).then((body) => {
        const { statusCode = 0, headers } = response
        resolve({
          status: statusCode,
          authenticate: headers['www-authenticate'],
          type: headers['content-type'] ?? '',
          body,
        })
      }, reject)
    })
    request.on('error', reject)
    request.end(wanted.body)
  })
}

export function createExchange(addressProblem: AddressProblem): Exchange {
  const lookup = guardedLookup(addressProblem)
  return async (wanted) => {
    const url = new URL(wanted.url)
    const own = new AbortController()
    const timer = setTimeout(() => own.abort(tooLate(url.host)), wanted.timeoutMs)
    const signal = AbortSignal.any([wanted.signal, own.signal])
    try {
      signal.throwIfAborted()
      await mayCall(url, addressProblem)
      signal.throwIfAborted()
      const body =
        wanted.body === undefined ? {} : { 'content-length': Buffer.byteLength(wanted.body) }
      return await send(url, wanted, {
        method: wanted.method,
        headers: { ...wanted.headers, ...body, connection: 'close' },
        agent: false,
        lookup,
        signal,
        maxHeaderSize: 16_384,
        // Cameras sign their certificates themselves; it hides the talk, and proves nothing.
        ...(url.protocol === 'https:' && { rejectUnauthorized: false }),
      })
    } catch (error) {
      if (wanted.signal.aborted) throw wanted.signal.reason
      if (own.signal.aborted) throw own.signal.reason
      throw wordsFor(error as Error, url.host)
    } finally {
      clearTimeout(timer)
    }
  }
}
