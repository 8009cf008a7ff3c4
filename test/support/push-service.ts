import {
  createDecipheriv,
  createECDH,
  createPublicKey,
  hkdfSync,
  randomBytes,
  verify,
} from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createAuthority, issueServer } from '../../gateway/tls/authority.ts'

/**
 * A push service and its browsers, as strict as those of the browser makers: HTTPS only, RFC 8030
 * for the request, RFC 8292 for who sends, RFC 8291 for what is in it. Written against the texts of
 * these, by nothing but node:crypto.
 */

interface Keys {
  p256dh: string
  auth: string
}

interface Delivered {
  text: string
  ttl: number
  urgency: string | undefined
}

export interface Browser {
  subscription: { endpoint: string; keys: Keys }
  /** What it could open, in the order of arrival. */
  delivered: Delivered[]
  /** The person forbade it: the service answers 410 from now on. */
  unsubscribe(): void
}

interface Forced {
  status: number
  headers?: Record<string, string>
}

export interface PushService {
  origin: string
  /** PEM of the authority that signed its certificate. */
  authority: string
  /** `applicationServerKey` of PushManager.subscribe: only its owner may send. */
  subscribe(applicationServerKey: string): Browser
  /** Answers that come next, whatever is asked, before it goes back to its own. */
  force(...answers: Forced[]): void
  /** Status of each answer, in order; with the reason where it is a refusal. */
  answers: string[]
  stop(): Promise<void>
}

/** RFC 8030, 7.2: 4096 bytes of body must be taken; real services take no more. */
const maxBodyBytes = 4096
const vapidLongestS = 86_400

class Refusal extends Error {
  readonly status: number
  constructor(status: number, why: string) {
    super(why)
    this.status = status
  }
}

function ensure(holds: boolean, status: number, why: string): void {
  if (!holds) throw new Refusal(status, why)
}

function jsonPart(part: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown>
  } catch {
    throw new Refusal(403, 'the token is no JWT')
  }
}

function publicKeyOf(point: Buffer) {
  const x = point.subarray(1, 33).toString('base64url')
  const y = point.subarray(33).toString('base64url')
  return createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' })
}

/** RFC 8292: `vapid t=…, k=…`, ES256, for this origin, for a day at most, with a contact. */
export function checkVapid(
  authorization: string | undefined,
  wanted: { key: string; origin: string; nowS: number },
): void {
  ensure(authorization !== undefined, 401, 'no Authorization')
  const [, token = '', key] = /^vapid t=([^\s,]+), ?k=([\w-]+)$/.exec(authorization ?? '') ?? []
  ensure(key !== undefined, 401, 'Authorization is not of the scheme vapid')
  ensure(key === wanted.key, 403, 'the subscription is for another key')
  const [head = '', claims = '', signature = '', ...rest] = token.split('.')
  ensure(rest.length === 0, 403, 'the token is no JWT')
  ensure(jsonPart(head)['alg'] === 'ES256', 403, 'the token is not signed by ES256')
  const isOurs = verify(
    'sha256',
    Buffer.from(`${head}.${claims}`),
    { key: publicKeyOf(Buffer.from(key ?? '', 'base64url')), dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  )
  ensure(isOurs, 403, 'the signature does not fit')
  const { aud, exp, sub } = jsonPart(claims)
  ensure(aud === wanted.origin, 403, `the audience is ${String(aud)}`)
  ensure(typeof exp === 'number' && exp > wanted.nowS, 403, 'the token has run out')
  ensure((exp as number) <= wanted.nowS + vapidLongestS, 403, 'the token lasts longer than a day')
  ensure(typeof sub === 'string' && /^(mailto:|https:)/.test(sub), 403, 'nobody to complain to')
}

interface Receiver {
  ecdh: ReturnType<typeof createECDH>
  auth: Buffer
}

/** RFC 8188 with the keys of RFC 8291, 3.4; one record, as push messages have. */
export function openMessage(body: Buffer, { ecdh, auth }: Receiver): string {
  ensure(body.length > 86, 400, 'the body is shorter than its header')
  const salt = body.subarray(0, 16)
  const recordSize = body.readUInt32BE(16)
  ensure(recordSize >= 18, 400, 'the record size is too small')
  ensure(body.readUInt8(20) === 65, 400, 'the key id is no public key')
  const senderKey = body.subarray(21, 86)
  const record = body.subarray(86)
  ensure(record.length <= recordSize, 400, 'there is more than one record')
  const shared = ecdh.computeSecret(senderKey)
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), ecdh.getPublicKey(), senderKey])
  const ikm = Buffer.from(hkdfSync('sha256', shared, auth, info, 32))
  const derive = (what: string, length: number) =>
    Buffer.from(hkdfSync('sha256', ikm, salt, Buffer.from(`Content-Encoding: ${what}\0`), length))
  const decipher = createDecipheriv('aes-128-gcm', derive('aes128gcm', 16), derive('nonce', 12))
  decipher.setAuthTag(record.subarray(-16))
  const plain = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()])
  const end = plain.findLastIndex((byte) => byte !== 0)
  ensure(plain[end] === 2, 400, 'the last record ends without its delimiter')
  return plain.subarray(0, end).toString('utf8')
}

function checkRequest(headers: IncomingHttpHeaders, body: Buffer): number {
  const { ttl = '' } = headers as { ttl?: string }
  ensure(/^\d{1,10}$/.test(ttl), 400, 'TTL is missing or no number')
  const { urgency = 'normal' } = headers as { urgency?: string }
  ensure(['very-low', 'low', 'normal', 'high'].includes(urgency), 400, 'no such urgency')
  ensure(body.length <= maxBodyBytes, 413, 'the message is too large')
  if (body.length > 0) {
    ensure(headers['content-encoding'] === 'aes128gcm', 415, 'the content is not aes128gcm')
  }
  return Number(ttl)
}

interface Subscriber extends Receiver {
  key: string
  isGone: boolean
  delivered: Delivered[]
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
  return Buffer.concat(parts)
}

export async function openPushService(): Promise<PushService> {
  const authority = await createAuthority('push', Date.now())
  const { cert, key } = await issueServer(authority, ['127.0.0.1'], Date.now())
  const subscribers = new Map<string, Subscriber>()
  const forced: Forced[] = []
  const answers: string[] = []
  let origin = ''

  function take(request: IncomingMessage, body: Buffer): Forced {
    const subscriber = subscribers.get(request.url ?? '')
    ensure(subscriber !== undefined, 404, 'no such subscription')
    const { key: own, isGone, delivered } = subscriber as Subscriber
    ensure(request.method === 'POST', 405, 'a push is a POST')
    ensure(!isGone, 410, 'the browser unsubscribed')
    const { headers } = request
    checkVapid(headers.authorization, { key: own, origin, nowS: Math.floor(Date.now() / 1000) })
    const ttl = checkRequest(headers, body)
    // A real service cannot look inside; that its browser can is what is tested.
    const text = openMessage(body, subscriber as Subscriber)
    delivered.push({ text, ttl, urgency: headers['urgency'] as string | undefined })
    return { status: 201, headers: { location: `${origin}/message/${delivered.length}` } }
  }

  function answerTo(request: IncomingMessage, body: Buffer): Forced & { why?: string } {
    const next = forced.shift()
    if (next) return next
    try {
      return take(request, body)
    } catch (error) {
      const { message } = error as Error
      return { status: error instanceof Refusal ? error.status : 400, why: message }
    }
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request)
    const { status, headers, why } = answerTo(request, body)
    answers.push(why === undefined ? String(status) : `${status} ${why}`)
    response.writeHead(status, headers).end(why)
  }

  const server = createServer({ cert, key }, (request, response) => {
    void handle(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    origin,
    authority: authority.cert,
    answers,
    force: (...next) => forced.push(...next),
    subscribe(applicationServerKey) {
      const path = `/push/${randomBytes(32).toString('base64url')}`
      const ecdh = createECDH('prime256v1')
      const publicKey = ecdh.generateKeys()
      const auth = randomBytes(16)
      const one = { ecdh, auth, key: applicationServerKey, isGone: false, delivered: [] }
      subscribers.set(path, one)
      const keys = { p256dh: publicKey.toString('base64url'), auth: auth.toString('base64url') }
      return {
        subscription: { endpoint: origin + path, keys },
        delivered: one.delivered,
        unsubscribe() {
          one.isGone = true
        },
      }
    },
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
