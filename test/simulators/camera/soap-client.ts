import { randomBytes } from 'node:crypto'
import { type IncomingHttpHeaders, request } from 'node:http'
import type { Element } from '@xmldom/xmldom'
import {
  type Authentication,
  digestResponse,
  parseDigest,
  passwordDigest,
} from '../../../simulators/camera/onvif-login.ts'
import { namespaces } from '../../../simulators/camera/soap-names.ts'
import { parseXml } from '../../../simulators/camera/soap-read.ts'

/** A client that does as it is told, right or wrong: one connection a request. */
export interface Reply {
  status: number
  headers: IncomingHttpHeaders
  text: string
  bytes: Buffer
}

const declarations = Object.entries(namespaces)
  .map(([prefix, uri]) => `xmlns:${prefix}="${uri}"`)
  .join(' ')

export function envelope(operation: string, header = ''): string {
  return `<s:Envelope ${declarations}><s:Header>${header}</s:Header><s:Body>${operation}</s:Body></s:Envelope>`
}

interface Sent {
  method?: string
  headers?: Record<string, string>
  content?: string
  signal?: AbortSignal
}

export function exchange(url: string, sent: Sent = {}): Promise<Reply> {
  const { method = 'POST', headers = {}, content = '', signal } = sent
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers, agent: false, signal }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.once('error', reject)
      response.once('end', () => {
        const bytes = Buffer.concat(parts)
        const { statusCode: status = 0, headers } = response
        resolve({ status, headers, bytes, text: bytes.toString('utf8') })
      })
    })
    asked.once('error', reject)
    asked.end(content)
  })
}

export interface TokenOptions {
  username?: string
  password?: string
  nonce?: Buffer
  created?: string
}

export function usernameToken(options: TokenOptions = {}): string {
  const { username = 'admin', password = 'secret', nonce = randomBytes(16) } = options
  const { created = new Date().toISOString() } = options
  return (
    `<wsse:Security><wsse:UsernameToken><wsse:Username>${username}</wsse:Username>` +
    `<wsse:Password>${passwordDigest(nonce, created, password)}</wsse:Password>` +
    `<wsse:Nonce>${nonce.toString('base64')}</wsse:Nonce><wsu:Created>${created}</wsu:Created>` +
    '</wsse:UsernameToken></wsse:Security>'
  )
}

/** The header that answers a challenge. */
export function digestHeader(
  challenge: string,
  { username = 'admin', password = 'secret', method = 'POST', uri = '/', nc = '00000001' },
): string {
  const given = parseDigest(challenge) ?? new Map<string, string>()
  const algorithm = given.get('algorithm') === 'SHA-256' ? 'SHA-256' : 'MD5'
  const answer = new Map([...given, ['username', username], ['uri', uri]])
  answer.set('nc', nc).set('cnonce', 'c0ffee').set('qop', 'auth').delete('stale')
  answer.set('response', digestResponse(answer, { password, method, algorithm }))
  const bare = new Set(['nc', 'qop', 'algorithm'])
  const pairs = [...answer].map(([name, value]) =>
    bare.has(name) ? `${name}=${value}` : `${name}="${value}"`,
  )
  return `Digest ${pairs.join(', ')}`
}

/** All challenges of an answer; Node joins headers of one name with commas. */
export function challengesOf({ headers }: Reply): string[] {
  return (headers['www-authenticate'] ?? '').split(/,\s*(?=Digest )/)
}

export const openDoor: Partial<Authentication> = { httpDigest: false, usernameToken: false }

export function find(reply: Reply | Element, name: string): Element[] {
  const [prefix, local = ''] = name.split(':')
  const root = 'text' in reply ? parseXml(reply.text) : reply
  const uri = namespaces[prefix as keyof typeof namespaces]
  return Array.from(root.getElementsByTagNameNS(uri, local))
}

export function textOf(reply: Reply | Element, name: string): string | undefined {
  return find(reply, name)[0]?.textContent?.trim()
}

function itemsOf(parent: Element): Record<string, string> {
  return Object.fromEntries(
    find(parent, 'tt:SimpleItem').map((item) => [
      item.getAttribute('Name') ?? '',
      item.getAttribute('Value') ?? '',
    ]),
  )
}

export interface Heard {
  topic: string
  operation: string | null
  utcTime: string | null
  items: Record<string, string>
}

/** The notifications of an answer with their topics resolved by namespace. */
export function heardIn(reply: Reply): Heard[] {
  return find(reply, 'wsnt:NotificationMessage').map((notification) => {
    const [topic] = find(notification, 'wsnt:Topic')
    const [message] = find(notification, 'tt:Message')
    if (!topic || !message) throw new Error('a notification has a topic and a message')
    const [prefix = '', path = ''] = (topic.textContent ?? '').trim().split(':')
    return {
      topic: `{${topic.lookupNamespaceURI(prefix)}}${path}`,
      operation: message.getAttribute('PropertyOperation'),
      utcTime: message.getAttribute('UtcTime'),
      items: itemsOf(message),
    }
  })
}
