import { createHash, randomBytes } from 'node:crypto'

/** The answer to a request for a password (RFC 7616, RFC 7617), as HTTP and RTSP share it. */

interface Login {
  username: string
  password: string
}

interface Asked {
  method: string
  uri: string
}

/** One per connection; counts how often a nonce was used. */
export interface Credential {
  /** The header's value; undefined: no way that we know was offered. */
  answer(asked: Asked): string | undefined
}

function parameters(text: string): Map<string, string> {
  const found = text.matchAll(/([a-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi)
  return new Map(
    [...found].map(([, name = '', quoted, plain]) => [name.toLowerCase(), quoted ?? plain ?? '']),
  )
}

const hashes: Record<string, string> = { MD5: 'md5', 'SHA-256': 'sha256' }

function quoted(text: string): string {
  return text.replaceAll(/["\\]/g, String.raw`\$&`)
}

function digest(challenge: string, { username, password }: Login): Credential | undefined {
  const told = parameters(challenge)
  const algorithm = (told.get('algorithm') ?? 'MD5').toUpperCase()
  const name = hashes[algorithm]
  const nonce = told.get('nonce')
  const offers = told.get('qop')?.split(/\s*,\s*/)
  if (name === undefined || nonce === undefined || (offers && !offers.includes('auth'))) {
    return undefined
  }
  const realm = told.get('realm') ?? ''
  const hash = (text: string) => createHash(name).update(text).digest('hex')
  const secret = hash(`${username}:${realm}:${password}`)
  let used = 0

  return {
    answer({ method, uri }) {
      const asked = hash(`${method}:${uri}`)
      const cnonce = randomBytes(8).toString('hex')
      used += 1
      const nc = used.toString(16).padStart(8, '0')
      const proof = offers ? `${nonce}:${nc}:${cnonce}:auth:${asked}` : `${nonce}:${asked}`
      const fields = [
        `username="${quoted(username)}"`,
        // As it was told, escapes and all.
        `realm="${realm}"`,
        `nonce="${nonce}"`,
        `uri="${uri}"`,
        `response="${hash(`${secret}:${proof}`)}"`,
        ...(told.has('algorithm') ? [`algorithm=${algorithm}`] : []),
        ...(told.has('opaque') ? [`opaque="${told.get('opaque')}"`] : []),
        ...(offers ? ['qop=auth', `nc=${nc}`, `cnonce="${cnonce}"`] : []),
      ]
      return `Digest ${fields.join(', ')}`
    },
  }
}

/** `challenges`: the WWW-Authenticate headers. Digest goes before Basic, which tells the password. */
export function createCredential(challenges: readonly string[], login: Login): Credential {
  for (const challenge of challenges) {
    const way = /^\s*digest\s/i.test(challenge) ? digest(challenge, login) : undefined
    if (way) return way
  }
  if (!challenges.some((challenge) => /^\s*basic\b/i.test(challenge))) {
    return { answer: () => undefined }
  }
  const basic = Buffer.from(`${login.username}:${login.password}`).toString('base64')
  return { answer: () => `Basic ${basic}` }
}
