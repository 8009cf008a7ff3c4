import { createHash, randomBytes } from 'node:crypto'
import type { Element } from '@xmldom/xmldom'
import { childAt, textAt } from './soap-read.ts'
import type { Timing } from './timing.ts'

/**
 * Who may speak to the camera: HTTP digest (RFC 7616) and WS-UsernameToken, each switchable. Wrong
 * passwords lock the account, as Reolink's do; a client that tries in a loop takes itself out.
 */
export interface Authentication {
  username: string
  password: string
  httpDigest: boolean
  usernameToken: boolean
  /** A token that was used once is good no more. Some clients use theirs again within a second. */
  refuseReplays: boolean
  /** In the order offered. */
  algorithms: readonly DigestAlgorithm[]
  /** Wrong passwords until the account is locked; 0: never. */
  lockAfter: number
  lockMs: number
}

export type DigestAlgorithm = 'MD5' | 'SHA-256'
export type Verdict = 'welcome' | 'nobody' | 'wrong' | 'stale' | 'replayed' | 'locked'

export const usualAuthentication: Omit<Authentication, 'username' | 'password'> = {
  httpDigest: true,
  usernameToken: true,
  refuseReplays: true,
  algorithms: ['SHA-256', 'MD5'],
  lockAfter: 3,
  lockMs: 300_000,
}

/** A change that somebody wrote; throws with what is wrong. */
export function parseAuthentication(wanted: Readonly<Record<string, unknown>>) {
  const example: Authentication = { ...usualAuthentication, username: '', password: '' }
  for (const [name, value] of Object.entries(wanted)) {
    const usual: unknown = Object.entries(example).find(([known]) => known === name)?.[1]
    const isList = Array.isArray(value) && value.every((one) => one === 'MD5' || one === 'SHA-256')
    const fits = Array.isArray(usual) ? isList : typeof value === typeof usual
    if (usual === undefined || !fits) {
      throw new Error(`${name}: there are ${Object.keys(example).join(', ')}, each of its own type`)
    }
  }
  return wanted as Partial<Authentication>
}

interface HttpLogin {
  method: string
  authorization: string | undefined
}

export interface Doorkeeper {
  current: () => Authentication
  change: (wanted: Partial<Authentication>) => void
  checkHttp: (login: HttpLogin) => Verdict
  checkToken: (header: Element | undefined) => Verdict
  /** Values of WWW-Authenticate. */
  challenges: (isStale: boolean) => string[]
  isLocked: () => boolean
  unlock: () => void
}

const realm = 'Simulated camera'
const tokenWindowMs = 5000
const nonceLifeMs = 300_000
const noncesMost = 2000

/** A map that forgets what is too old, and the oldest when there is too much. */
function createMemory<T>(timing: Timing) {
  const kept = new Map<string, { value: T; atMs: number }>()
  return {
    get(key: string): T | undefined {
      const found = kept.get(key)
      return found && timing.now() - found.atMs < nonceLifeMs ? found.value : undefined
    },
    set(key: string, value: T) {
      kept.set(key, { value, atMs: timing.now() })
      const oldest = kept.size > noncesMost ? kept.keys().next().value : undefined
      if (oldest !== undefined) kept.delete(oldest)
    },
  }
}

const pair = /([a-z][a-z0-9-]*)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi

/** The parameters of `Digest …`; undefined: another scheme. */
export function parseDigest(header: string | undefined): Map<string, string> | undefined {
  if (!header || !/^digest\s/i.test(header)) return undefined
  const found = new Map<string, string>()
  for (const [, name = '', quoted, bare = ''] of header.matchAll(pair)) {
    found.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? bare)
  }
  return found
}

function digestOf(algorithm: DigestAlgorithm, text: string): string {
  return createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
    .update(text)
    .digest('hex')
}

/** RFC 7616 §3.4.1, qop `auth` only. */
export function digestResponse(
  given: ReadonlyMap<string, string>,
  secret: { password: string; method: string; algorithm: DigestAlgorithm },
): string {
  const of = (text: string) => digestOf(secret.algorithm, text)
  const value = (name: string) => given.get(name) ?? ''
  const who = of(`${value('username')}:${realm}:${secret.password}`)
  const what = of(`${secret.method}:${value('uri')}`)
  return of([who, value('nonce'), value('nc'), value('cnonce'), value('qop'), what].join(':'))
}

function parseCreated(text: string): number {
  return Date.parse(text)
}

export function passwordDigest(nonce: Buffer, created: string, password: string): string {
  return createHash('sha1').update(nonce).update(created).update(password).digest('base64')
}

export interface DoorkeeperOptions {
  timing: Timing
  /** The camera's own clock, which may be wrong. */
  cameraNow: () => number
  authentication: Authentication
}

export function createDoorkeeper(options: DoorkeeperOptions): Doorkeeper {
  const { timing, cameraNow } = options
  let wanted = options.authentication
  let wrong = 0
  let lockedUntilMs = 0
  const httpNonces = createMemory<number>(timing)
  const tokenNonces = createMemory<true>(timing)
  const isLocked = () => timing.now() < lockedUntilMs

  function judge(isRight: boolean): Verdict {
    if (isRight) {
      wrong = 0
      return 'welcome'
    }
    wrong++
    if (wanted.lockAfter > 0 && wrong >= wanted.lockAfter) {
      lockedUntilMs = timing.now() + wanted.lockMs
      wrong = 0
    }
    return 'wrong'
  }

  function checkHttp({ method, authorization }: HttpLogin): Verdict {
    const given = parseDigest(authorization)
    if (!given) return 'nobody'
    if (isLocked()) return 'locked'
    const algorithm = (given.get('algorithm') ?? 'MD5').toUpperCase()
    const known = wanted.algorithms.find((one) => one === algorithm)
    if (!known || given.get('qop') !== 'auth') return 'nobody'
    const nonce = given.get('nonce') ?? ''
    const last = httpNonces.get(nonce)
    if (last === undefined) return 'stale'
    const expected = digestResponse(given, { password: wanted.password, method, algorithm: known })
    const isRight = given.get('username') === wanted.username && given.get('response') === expected
    const uses = Number.parseInt(given.get('nc') ?? '', 16)
    if (isRight && !(uses > last)) return 'replayed'
    if (isRight) httpNonces.set(nonce, uses)
    return judge(isRight)
  }

  function checkToken(header: Element | undefined): Verdict {
    const token = childAt(header, 'wsse:Security', 'wsse:UsernameToken')
    if (!token) return 'nobody'
    if (isLocked()) return 'locked'
    const created = textAt(token, 'wsu:Created') ?? ''
    const nonce = textAt(token, 'wsse:Nonce') ?? ''
    const expected = passwordDigest(Buffer.from(nonce, 'base64'), created, wanted.password)
    const isRight =
      textAt(token, 'wsse:Username') === wanted.username &&
      textAt(token, 'wsse:Password') === expected
    if (!isRight) return judge(false)
    if (!(Math.abs(parseCreated(created) - cameraNow()) <= tokenWindowMs)) return 'stale'
    if (wanted.refuseReplays && tokenNonces.get(nonce)) return 'replayed'
    tokenNonces.set(nonce, true)
    return judge(true)
  }

  return {
    current: () => wanted,
    change(change) {
      wanted = { ...wanted, ...change }
    },
    checkHttp,
    checkToken,
    challenges(isStale) {
      return wanted.algorithms.map((algorithm) => {
        const nonce = randomBytes(16).toString('hex')
        httpNonces.set(nonce, 0)
        const stale = isStale ? ', stale=true' : ''
        return `Digest realm="${realm}", qop="auth", algorithm=${algorithm}, nonce="${nonce}"${stale}`
      })
    },
    isLocked,
    unlock() {
      wrong = 0
      lockedUntilMs = 0
    },
  }
}
