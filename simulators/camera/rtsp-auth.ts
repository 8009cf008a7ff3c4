import { createHash, timingSafeEqual } from 'node:crypto'

/** RTSP borrows HTTP's authentication (RFC 2326 §11): Basic, and Digest with and without qop. */

type AuthScheme = 'basic' | 'digest'

export interface RtspAuth {
  username: string
  password: string
  /** In the order they are offered; both when not given. */
  schemes?: readonly AuthScheme[]
  /** Offers `qop="auth"` (RFC 2617); most cameras speak the older form. */
  qop?: boolean
}

const realm = 'IP Camera'

export function challenges(auth: RtspAuth, nonce: string): string[] {
  const schemes = auth.schemes ?? ['digest', 'basic']
  const digest = `Digest realm="${realm}", nonce="${nonce}", algorithm=MD5${auth.qop ? ', qop="auth"' : ''}`
  return schemes.map((scheme) => (scheme === 'digest' ? digest : `Basic realm="${realm}"`))
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex')
}

function isSame(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)]
  return a.length === b.length && timingSafeEqual(a, b)
}

export function parseDigest(text: string): Map<string, string> {
  const fields = new Map<string, string>()
  for (const [, name, quoted, bare] of text.matchAll(/([\w-]+)\s*=\s*(?:"([^"]*)"|([^\s,"]+))/g))
    fields.set(name!.toLowerCase(), quoted ?? bare ?? '')
  return fields
}

function isDigestRight(text: string, auth: RtspAuth, asked: { method: string; nonce: string }) {
  const fields = parseDigest(text)
  const field = (name: string) => fields.get(name) ?? ''
  if (field('username') !== auth.username || field('nonce') !== asked.nonce) return false
  const secret = md5(`${auth.username}:${field('realm')}:${auth.password}`)
  // The address as the client hashed it: clients differ in whether it ends in a slash.
  const act = md5(`${asked.method}:${field('uri')}`)
  const middle = field('qop') ? `${field('nc')}:${field('cnonce')}:${field('qop')}:` : ''
  return isSame(field('response'), md5(`${secret}:${asked.nonce}:${middle}${act}`))
}

/** Whether the Authorization header shows who may look. */
export function isAuthorized(
  header: string | undefined,
  auth: RtspAuth,
  asked: { method: string; nonce: string },
): boolean {
  const match = /^(basic|digest)\s+(.*)$/i.exec(header ?? '')
  if (!match) return false
  const scheme = match[1]!.toLowerCase() as AuthScheme
  if (!(auth.schemes ?? ['digest', 'basic']).includes(scheme)) return false
  if (scheme === 'digest') return isDigestRight(match[2]!, auth, asked)
  return isSame(Buffer.from(match[2]!, 'base64').toString(), `${auth.username}:${auth.password}`)
}
