import { randomBytes, randomUUID } from 'node:crypto'
import type { Element } from '@xmldom/xmldom'
import { authorization, bestChallenge, type Challenge } from '../../gateway/network/digest.ts'
import { type CameraAccess, CameraError } from '../../gateway/ports/cameras.ts'
import type { Clock } from '../../gateway/ports/clock.ts'
import { deviceServiceOf, reachable } from './address.ts'
import { readSystemTime } from './camera-time.ts'
import type { OnvifSettings } from './config.ts'
import type { Exchange, ExchangeAnswer } from './exchange.ts'
import {
  contentType,
  envelope,
  faultError,
  isLockedOut,
  isNotAuthorized,
  readEnvelope,
  type Service,
  type SoapFault,
  services,
} from './soap.ts'
import { usernameToken } from './wsse.ts'
import { childrenOf, textAt } from './xml.ts'

/**
 * Talks to one camera as one user. How it wants to be logged in to is learnt from a first request
 * that carries no password, so that no password is wasted; after that one refusal is the end: each
 * further try could be the one that locks the account.
 */
export interface CameraSession {
  readonly device: string
  call(call: SoapCall): Promise<Element>
  /** Plain GET, for stills. */
  get(url: string, signal: AbortSignal): Promise<ExchangeAnswer>
  /** The address of a service; undefined: the camera has none. */
  serviceAt(service: Service, signal: AbortSignal): Promise<string | undefined>
  /** Reads the camera's clock; false: it would not say. */
  readClock(signal: AbortSignal): Promise<boolean>
  /** Camera's clock − ours, ms. */
  offsetMs(): number
  noteOffset(ms: number): void
  /** Forgets what may be another after a restart of the camera: addresses, nonces. */
  renew(): void
}

interface SoapCall {
  /** A service, or the address of one. */
  to: Service | { url: string; headers?: readonly string[] }
  action: string
  body: string
  signal: AbortSignal
  timeoutMs?: number
  /** May be called without login (access class PRE_AUTH). */
  isOpen?: boolean
  /** Carries WS-Addressing headers. */
  isRouted?: boolean
}

export interface SessionOptions {
  access: CameraAccess
  exchange: Exchange
  settings: OnvifSettings
  clock: Clock
}

type Login =
  | { kind: 'unknown' }
  | { kind: 'none' }
  | { kind: 'token' }
  | { kind: 'http'; challenge: Challenge; uses: number }

type Reply =
  | { kind: 'content'; content: Element }
  | { kind: 'fault'; fault: SoapFault }
  | { kind: 'refused'; challenge: Challenge | undefined; text: string }

const harmless = {
  action: `${services.device}/GetDeviceInformation`,
  body: `<GetDeviceInformation xmlns="${services.device}"/>`,
}

function wrongPassword(username: string): CameraError {
  const text = `The camera does not accept user ${username} with this password. It is not tried again until another one is set, as cameras lock the account.`
  return new CameraError('wrongPassword', text)
}

function lockedOut(): CameraError {
  const text =
    'The camera has locked this account after wrong passwords. Wait some minutes or restart the camera, then set the password anew.'
  return new CameraError('locked', text)
}

function notAllowed(username: string, action: string): CameraError {
  const act = action.replace(/^.*\//, '').replace(/Request$/, '')
  const text = `The camera does not let user ${username} do ${act}: give this user the rights of an operator in the camera's settings.`
  return new CameraError('unsupported', text)
}

function noStill(username: string): CameraError {
  const text = `The camera does not give its still to user ${username}, who may log in otherwise. It is not tried again until the login is set anew.`
  return new CameraError('unsupported', text)
}

function looksLikeHtml({ type, body }: ExchangeAnswer): boolean {
  return type.includes('html') || /^\s*<(!doctype html|html)/i.test(body.toString('latin1', 0, 200))
}

function noService(status: number): CameraError {
  const text = `What answers there is no ONVIF service (HTTP ${status}): check the port and the path, and that ONVIF is switched on in the camera's settings.`
  return new CameraError('noOnvif', text)
}

function read(answer: ExchangeAnswer): Reply {
  const { status, body, authenticate } = answer
  if (status === 423) throw lockedOut()
  if (status === 401 || status === 403) {
    const text = body.toString('utf8', 0, 2_000)
    return { kind: 'refused', challenge: bestChallenge(authenticate), text }
  }
  if (looksLikeHtml(answer) || body.length === 0) throw noService(status)
  // Faults come with 400 and 500, and as XML.
  if (status !== 200 && !body.includes('Envelope')) throw noService(status)
  const found = readEnvelope(body)
  if ('content' in found) return { kind: 'content', content: found.content }
  if (!isNotAuthorized(found.fault)) return { kind: 'fault', fault: found.fault }
  const text = [...found.fault.codes, found.fault.reason].join(' ')
  return { kind: 'refused', challenge: bestChallenge(authenticate), text }
}

export function createSession(options: SessionOptions): CameraSession {
  const { access, exchange, settings, clock } = options
  const device = deviceServiceOf(access.address)
  let login: Login = { kind: 'unknown' }
  let offsetMs = 0
  let addresses: Map<string, string> | undefined
  /** Some request was let in with this password. */
  let hasWorked = false
  let refusal: CameraError | undefined
  let stillRefusal: CameraError | undefined
  let checking: Promise<void> | undefined

  function httpHeader(url: string, method: string): Record<string, string> {
    if (login.kind !== 'http') return {}
    login.uses += 1
    const { pathname, search } = new URL(url)
    const request = {
      method,
      uri: pathname + search,
      cnonce: randomBytes(8).toString('hex'),
      count: login.uses,
    }
    return { authorization: authorization(access, login.challenge, request) }
  }

  async function post(url: string, call: SoapCall, bare: boolean): Promise<Reply> {
    const { action, isRouted = false } = call
    const extra = typeof call.to === 'string' ? [] : (call.to.headers ?? [])
    const time = { nonce: randomBytes(16), createdMs: clock.now() + offsetMs }
    const token = !bare && login.kind === 'token' ? [usernameToken(access, time)] : []
    const body = envelope({
      action,
      to: isRouted ? url : undefined,
      messageId: randomUUID(),
      headers: [...extra, ...token],
      body: call.body,
    })
    const answer = await exchange({
      url,
      method: 'POST',
      headers: {
        'content-type': contentType(action),
        ...(bare ? {} : httpHeader(url, 'POST')),
      },
      body,
      timeoutMs: call.timeoutMs ?? settings.requestTimeoutMs,
      maxBytes: settings.maxResponseBytes,
      signal: call.signal,
    })
    return read(answer)
  }

  /** How to log in, from what came back without a login. */
  function learn(challenge: Challenge | undefined): void {
    login =
      challenge?.scheme === 'digest' ? { kind: 'http', challenge, uses: 0 } : { kind: 'token' }
  }

  /** With what is known; learns how to log in where nothing is. */
  async function attempt(url: string, call: SoapCall): Promise<Reply> {
    if (login.kind === 'unknown' || login.kind === 'none') {
      const reply = await post(url, call, true)
      if (reply.kind !== 'refused') {
        login = { kind: 'none' }
        return reply
      }
      learn(reply.challenge)
    }
    const reply = await post(url, call, false)
    if (reply.kind === 'content') hasWorked = true
    return reply
  }

  /**
   * Asks for what every user may: it tells a password that is refused from a nonce or a clock that
   * is another now, and from an act that this user may not do. One question, whoever waits for it.
   */
  async function checkLogin(signal: AbortSignal): Promise<void> {
    login = { kind: 'unknown' }
    await readClock(signal).catch(() => false)
    const reply = await attempt(device, { ...harmless, to: { url: device }, signal })
    if (reply.kind === 'refused') throw refuse(reply.text)
  }

  function refuse(text: string): CameraError {
    refusal = isLockedOut(text) ? lockedOut() : wrongPassword(access.username)
    return refusal
  }

  async function logIn(url: string, call: SoapCall): Promise<Reply> {
    if (refusal) throw refusal
    const worked = hasWorked
    const reply = await attempt(url, call)
    if (reply.kind !== 'refused') return reply
    if (!worked || isLockedOut(reply.text)) throw refuse(reply.text)
    // A nonce that is too old says so, and the password was not looked at.
    if (login.kind === 'http' && reply.challenge?.isStale) learn(reply.challenge)
    else {
      checking ??= checkLogin(call.signal).finally(() => {
        checking = undefined
      })
      await checking
    }
    const again = await attempt(url, call)
    if (again.kind === 'refused') throw notAllowed(access.username, call.action)
    return again
  }

  async function addressOf(call: SoapCall): Promise<string> {
    if (typeof call.to !== 'string') return call.to.url
    const address = await serviceAt(call.to, call.signal)
    if (address !== undefined) return address
    const text = `The camera has no ${call.to} service.`
    throw new CameraError(call.to === 'events' ? 'noEvents' : 'unsupported', text)
  }

  async function call(wanted: SoapCall): Promise<Element> {
    const url = await addressOf(wanted)
    let reply = wanted.isOpen ? await post(url, wanted, true) : await logIn(url, wanted)
    if (wanted.isOpen && reply.kind === 'refused') reply = await logIn(url, wanted)
    if (reply.kind === 'fault') throw faultError(reply.fault)
    if (reply.kind === 'refused') throw refuse(reply.text)
    return reply.content
  }

  async function readClock(signal: AbortSignal): Promise<boolean> {
    const body = `<GetSystemDateAndTime xmlns="${services.device}"/>`
    const action = `${services.device}/GetSystemDateAndTime`
    const content = await call({ to: { url: device }, action, body, signal, isOpen: true })
    const at = readSystemTime(content)
    if (at !== null) offsetMs = at - clock.now()
    return at !== null
  }

  async function listServices(signal: AbortSignal): Promise<Map<string, string>> {
    const found = new Map<string, string>()
    const body = `<GetServices xmlns="${services.device}"><IncludeCapability>false</IncludeCapability></GetServices>`
    const action = `${services.device}/GetServices`
    const content = await call({ to: { url: device }, action, body, signal, isOpen: true })
    for (const one of childrenOf(content, 'Service')) {
      const namespace = textAt(one, 'Namespace')
      const address = textAt(one, 'XAddr')
      if (namespace && address) found.set(namespace.replace(/\/+$/, ''), reachable(address, device))
    }
    return found
  }

  /** Cameras older than GetServices. */
  async function listCapabilities(signal: AbortSignal): Promise<Map<string, string>> {
    const body = `<GetCapabilities xmlns="${services.device}"><Category>All</Category></GetCapabilities>`
    const action = `${services.device}/GetCapabilities`
    const content = await call({ to: { url: device }, action, body, signal, isOpen: true })
    const found = new Map<string, string>()
    for (const [service, name] of [
      ['media', 'Media'],
      ['events', 'Events'],
      ['ptz', 'PTZ'],
    ] as const) {
      const address = textAt(content, 'Capabilities', name, 'XAddr')
      if (address) found.set(services[service], reachable(address, device))
    }
    return found
  }

  async function findServices(signal: AbortSignal): Promise<Map<string, string>> {
    try {
      const found = await listServices(signal)
      if (found.size > 0) return found
    } catch (error) {
      const isOld = error instanceof CameraError && ['fault', 'unsupported'].includes(error.problem)
      if (!isOld) throw error
    }
    return await listCapabilities(signal)
  }

  async function serviceAt(service: Service, signal: AbortSignal): Promise<string | undefined> {
    if (service === 'device') return device
    addresses ??= await findServices(signal)
    return addresses.get(services[service])
  }

  async function fetchOnce(url: string, signal: AbortSignal): Promise<ExchangeAnswer> {
    return await exchange({
      url,
      method: 'GET',
      headers: httpHeader(url, 'GET'),
      timeoutMs: settings.requestTimeoutMs,
      maxBytes: settings.maxStillBytes,
      signal,
    })
  }

  return {
    device,
    call,
    async get(url, signal) {
      const known = refusal ?? stillRefusal
      if (known) throw known
      const before = login
      const first = await fetchOnce(url, signal)
      if (first.status !== 401) return first
      const challenge = bestChallenge(first.authenticate)
      const wasFresh = before.kind === 'http' && before.uses <= 1 && !challenge?.isStale
      if (challenge && !wasFresh) {
        login = { kind: 'http', challenge, uses: 0 }
        const second = await fetchOnce(url, signal)
        // Its web pages may want another login than its services.
        if (before.kind !== 'http' || challenge.scheme === 'basic') login = before
        if (second.status !== 401) return second
      }
      stillRefusal = noStill(access.username)
      throw stillRefusal
    },
    serviceAt,
    readClock,
    offsetMs: () => offsetMs,
    noteOffset(ms) {
      offsetMs = ms
    },
    renew() {
      login = { kind: 'unknown' }
      addresses = undefined
    },
  }
}
