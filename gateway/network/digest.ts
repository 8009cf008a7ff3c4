import { createHash, randomBytes } from 'node:crypto'

/**
 * The answer to a request for a password as cameras ask it, over HTTP and RTSP alike: digest
 * (RFC 7616) with MD5 or SHA-256, `auth` or no protection at all, and Basic (RFC 7617).
 */

interface Login {
  username: string
  password: string
}

export interface Challenge {
  scheme: 'digest' | 'basic'
  realm: string
  nonce: string
  opaque: string | undefined
  algorithm: string
  /** It was said, and not only meant: what was not said is not answered, old cameras stumble over it. */
  saysAlgorithm: boolean
  qop: 'auth' | undefined
  isStale: boolean
}

const schemeStart = /(?:^|,\s*)(digest|basic)\s+(?=[a-z]+\s*=)/gi
const parameter = /([a-z][a-z0-9_-]*)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi
const hashes: Record<string, string> = { MD5: 'md5', 'SHA-256': 'sha256' }
const maxHeader = 8_192

function parametersOf(text: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const [, name = '', quoted, bare = ''] of text.matchAll(parameter)) {
    found.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? bare)
  }
  return found
}

function challengeOf(scheme: string, text: string): Challenge | undefined {
  const given = parametersOf(text)
  const realm = given.get('realm') ?? ''
  const algorithm = given.get('algorithm') ?? 'MD5'
  if (scheme === 'digest' && !hashes[algorithm.toUpperCase().replace(/-SESS$/, '')]) {
    return undefined
  }
  if (scheme === 'digest' && !given.get('nonce')) return undefined
  const offered = given.get('qop')?.split(/[\s,]+/)
  // `auth-int` alone: the body would have to be hashed, and no camera asks for that.
  if (offered && !offered.includes('auth')) return undefined
  return {
    scheme: scheme === 'basic' ? 'basic' : 'digest',
    realm,
    nonce: given.get('nonce') ?? '',
    opaque: given.get('opaque'),
    algorithm,
    saysAlgorithm: given.has('algorithm'),
    qop: offered ? 'auth' : undefined,
    isStale: given.get('stale')?.toLowerCase() === 'true',
  }
}

function strength({ scheme, algorithm }: Challenge): number {
  if (scheme === 'basic') return 0
  return algorithm.toUpperCase().startsWith('SHA') ? 2 : 1
}

/** The strongest one offered in WWW-Authenticate; undefined: none that is known here. */
export function bestChallenge(header: string | undefined): Challenge | undefined {
  if (!header) return undefined
  const text = header.slice(0, maxHeader)
  const starts = [...text.matchAll(schemeStart)]
  const found = starts.flatMap((start, i) => {
    const from = start.index + start[0].length
    const one = challengeOf((start[1] ?? '').toLowerCase(), text.slice(from, starts[i + 1]?.index))
    return one ? [one] : []
  })
  return found.sort((a, b) => strength(b) - strength(a))[0]
}

interface DigestRequest {
  method: string
  /** Path and query. */
  uri: string
  cnonce: string
  /** How often this nonce was used, this time included. */
  count: number
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}

function response(login: Login, challenge: Challenge, request: DigestRequest): string {
  const { realm, nonce, algorithm, qop } = challenge
  const { method, uri, cnonce, count } = request
  const name = algorithm.toUpperCase()
  const hash = hashes[name.replace(/-SESS$/, '')] as string
  const of = (text: string) => createHash(hash).update(text).digest('hex')
  const plain = of(`${login.username}:${realm}:${login.password}`)
  const who = name.endsWith('-SESS') ? of(`${plain}:${nonce}:${cnonce}`) : plain
  const what = of(`${method}:${uri}`)
  const counted = qop ? `${count.toString(16).padStart(8, '0')}:${cnonce}:${qop}:` : ''
  return of(`${who}:${nonce}:${counted}${what}`)
}

/** The Authorization header (RFC 7616, 3.4; RFC 7617 for Basic). */
export function authorization(login: Login, challenge: Challenge, request: DigestRequest): string {
  if (challenge.scheme === 'basic') {
    return `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`
  }
  const { realm, nonce, opaque, algorithm, saysAlgorithm, qop } = challenge
  const parts = [
    `username=${quoted(login.username)}`,
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(request.uri)}`,
    ...(saysAlgorithm ? [`algorithm=${algorithm}`] : []),
    `response="${response(login, challenge, request)}"`,
  ]
  if (opaque !== undefined) parts.push(`opaque=${quoted(opaque)}`)
  if (qop) {
    const count = request.count.toString(16).padStart(8, '0')
    parts.push(`qop=${qop}`, `nc=${count}`, `cnonce="${request.cnonce}"`)
  }
  return `Digest ${parts.join(', ')}`
}

/** One per connection; counts how often a nonce was used. */
export interface Credential {
  /** The header's value; undefined: no way that we know was offered. */
  answer(asked: Pick<DigestRequest, 'method' | 'uri'>): string | undefined
}

/** `challenges`: the WWW-Authenticate headers. */
export function createCredential(challenges: readonly string[], login: Login): Credential {
  const challenge = bestChallenge(challenges.join(', '))
  let count = 0
  return {
    answer(asked) {
      if (!challenge) return undefined
      count += 1
      const cnonce = randomBytes(8).toString('hex')
      return authorization(login, challenge, { ...asked, cnonce, count })
    },
  }
}
