import type { IncomingMessage, ServerResponse } from 'node:http'
import { type BadManners, concerns } from './bad-manners.ts'
import { type Answer, send, sendBadly, soapAnswer } from './camera-answer.ts'
import type { Counting } from './camera-counters.ts'
import { openOperations } from './onvif-device.ts'
import { type EventServiceOptions, pullMessages } from './onvif-events.ts'
import type { Doorkeeper, Verdict } from './onvif-login.ts'
import { type Exchange, type Operations, servicePaths } from './onvif-service.ts'
import { faultBody, faults, isSoapFault, type SoapFault, soapFault } from './soap-fault.ts'
import { namespaces } from './soap-names.ts'
import { parseSoap, type SoapRequest, textAt } from './soap-read.ts'
import { element, writeXml, type XmlElement } from './soap-write.ts'
import type { Timing } from './timing.ts'

/** One HTTP exchange: the still, or a SOAP call with login, manners and counting around it. */
export interface SoapEndpointOptions {
  timing: Timing
  manners: () => BadManners
  counting: Counting
  doorkeeper: Doorkeeper
  operations: Operations
  events: EventServiceOptions
  stillJpeg: (() => Promise<Buffer>) | undefined
}

const bodyMost = 256 * 1024
const prefixOf = new Map(Object.entries(namespaces).map(([prefix, uri]) => [uri as string, prefix]))

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length
    // Read to the end and dropped: who breaks off here could not answer any more.
    if (length <= bodyMost) parts.push(part)
  }
  if (length > bodyMost) throw faults.wellFormed('The request is too long')
  return Buffer.concat(parts).toString('utf8')
}

function baseOf(request: IncomingMessage, { wrongHost }: BadManners): string {
  const { localAddress, localPort } = request.socket
  const { host = '' } = request.headers
  const called = /^[\w.-]+(:\d+)?$|^\[[\da-f:]+\](:\d+)?$/i.test(host)
  return `http://${wrongHost || (called ? host : `${localAddress}:${localPort}`)}`
}

function read(text: string): SoapRequest {
  try {
    return parseSoap(text)
  } catch (error) {
    throw faults.wellFormed((error as Error).message)
  }
}

function envelope(body: XmlElement, request: SoapRequest | undefined): XmlElement {
  const id = textAt(request?.header, 'wsa:MessageID')
  const action = textAt(request?.header, 'wsa:Action')
  const header = [
    ...(action ? [element('wsa:Action', action.replace(/Request$/, 'Response'))] : []),
    ...(id ? [element('wsa:RelatesTo', id)] : []),
  ]
  return element(
    's:Envelope',
    header.length > 0 ? element('s:Header', header) : undefined,
    element('s:Body', body),
  )
}

const refusals: Record<Exclude<Verdict, 'welcome'>, string> = {
  nobody: 'The sender is not authorized',
  wrong: 'The sender is not authorized',
  stale: 'The sender is not authorized: the time or nonce is out of date',
  replayed: 'The sender is not authorized: the nonce was used before',
  locked: 'The account is locked after too many wrong passwords',
}

function createLogin({ doorkeeper, counting }: SoapEndpointOptions) {
  const noted = (verdict: Verdict): Verdict => {
    if (verdict === 'wrong') counting.note('wrongLogins')
    if (verdict === 'stale') counting.note('staleLogins')
    if (verdict === 'replayed') counting.note('replayedLogins')
    return verdict
  }
  return {
    challenge(verdict: Exclude<Verdict, 'welcome'>): Answer {
      const isStale = verdict === 'stale' || verdict === 'replayed'
      const body = envelope(faultBody(faults.notAuthorized(refusals[verdict])), undefined)
      return {
        ...soapAnswer(401, writeXml(body)),
        headers: { 'WWW-Authenticate': doorkeeper.challenges(isStale) },
      }
    },
    byHttp(request: IncomingMessage): Verdict {
      const { authorization } = request.headers
      return noted(doorkeeper.checkHttp({ method: request.method ?? '', authorization }))
    },
    byToken: (soap: SoapRequest) => noted(doorkeeper.checkToken(soap.header)),
  }
}

type Login = ReturnType<typeof createLogin>

/** Undefined: may go on. */
function refusalOf(
  login: Login,
  soap: SoapRequest,
  http: IncomingMessage,
  { httpDigest, usernameToken }: { httpDigest: boolean; usernameToken: boolean },
): Answer | SoapFault | undefined {
  if (!httpDigest && !usernameToken) return undefined
  const token = usernameToken ? login.byToken(soap) : 'nobody'
  if (token === 'welcome') return undefined
  if (token !== 'nobody') return faults.notAuthorized(refusals[token])
  const verdict = httpDigest ? login.byHttp(http) : 'nobody'
  if (verdict === 'welcome') return undefined
  return httpDigest ? login.challenge(verdict) : faults.notAuthorized(refusals[verdict])
}

function goneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  return gone.signal
}

function createStill(options: SoapEndpointOptions, login: Login) {
  const { manners, counting, doorkeeper, stillJpeg } = options
  return async (request: IncomingMessage, response: ServerResponse) => {
    counting.note('stills')
    const now = manners()
    if (concerns(now.hangOn, 'Snapshot')) return
    const { httpDigest, usernameToken } = doorkeeper.current()
    // A token cannot travel with a GET: cameras that know only tokens ask for digest here.
    const verdict = httpDigest || usernameToken ? login.byHttp(request) : 'welcome'
    if (verdict !== 'welcome') return send(response, login.challenge(verdict))
    if (!stillJpeg || concerns(now.faultOn, 'Snapshot')) {
      return send(response, { status: 503, type: 'text/plain', content: 'no picture' })
    }
    const content = now.brokenStill ? Buffer.from('GIF89a, or not') : await stillJpeg()
    send(response, { status: 200, type: 'image/jpeg', content })
  }
}

/** The SOAP side proper: from a parsed request to an answer, or nothing when it hangs. */
function createCall(options: SoapEndpointOptions, login: Login) {
  const { manners, doorkeeper, operations, timing } = options

  async function pull(exchange: Exchange, http: IncomingMessage, response: ServerResponse) {
    const { resetPullAfterMs } = manners()
    const reset = () => http.socket.resetAndDestroy()
    const callOff = resetPullAfterMs > 0 ? timing.after(resetPullAfterMs, reset) : undefined
    try {
      const { answer, undo } = await pullMessages(exchange, options.events)
      if (!response.destroyed && response.writable) return answer
      undo()
      return undefined
    } finally {
      callOff?.()
    }
  }

  return async (exchange: Exchange, http: IncomingMessage, response: ServerResponse) => {
    const { request } = exchange
    const name = `${prefixOf.get(request.namespace) ?? '?'}:${request.name}`
    if (concerns(manners().faultOn, request.name)) throw faults.broken()
    if (!openOperations.has(name)) {
      const refusal = refusalOf(login, request, http, doorkeeper.current())
      if (isSoapFault(refusal)) throw refusal
      if (refusal) return refusal
    }
    const operation = operations[name]
    if (name !== 'tev:PullMessages' && !operation) throw faults.notSupported(request.name)
    const body = operation ? await operation(exchange) : await pull(exchange, http, response)
    if (!body) return undefined
    return soapAnswer(200, writeXml(envelope(body, request), manners().prefixes))
  }
}

function faultOf(error: unknown): SoapFault {
  if (isSoapFault(error)) return error
  return soapFault(['ter:Action'], `The camera failed: ${String(error)}`, { side: 'Receiver' })
}

export function createSoapEndpoint(options: SoapEndpointOptions) {
  const { manners, counting, timing } = options
  const login = createLogin(options)
  const still = createStill(options, login)
  const call = createCall(options, login)

  async function soap(request: IncomingMessage, response: ServerResponse) {
    let parsed: SoapRequest | undefined
    let answer: Answer | undefined
    try {
      const text = await readBody(request)
      if (manners().halfOpen) return
      parsed = read(text)
      response.once('close', counting.began(parsed.name))
      if (parsed.name === 'CreatePullPointSubscription') {
        counting.noteTime('subscriptionAttempts', timing.now())
      }
      if (concerns(manners().hangOn, parsed.name)) return
      const base = baseOf(request, manners())
      const exchange = {
        request: parsed,
        base,
        path: request.url ?? '',
        signal: goneSignal(response),
      }
      answer = await call(exchange, request, response)
    } catch (error) {
      const fault = faultOf(error)
      const body = envelope(faultBody(fault), parsed)
      answer = soapAnswer(fault.status, writeXml(body, manners().prefixes))
    }
    if (!answer || response.destroyed) return
    const isSpoilt =
      manners().answer !== 'whole' && concerns(manners().answerOn, parsed?.name ?? '')
    if (isSpoilt) sendBadly(response, answer, { manners: manners(), timing })
    else send(response, answer)
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    response.on('error', () => response.destroy())
    try {
      const path = new URL(request.url ?? '/', 'http://camera').pathname
      if (manners().halfOpen) request.resume()
      else if (path === servicePaths.snapshot) await still(request, response)
      else if (request.method === 'POST') await soap(request, response)
      else send(response, { status: 404, type: 'text/plain', content: 'not found' })
    } catch (error) {
      if (!response.headersSent) {
        send(response, { status: 500, type: 'text/plain', content: String(error) })
      }
    }
  }
}
