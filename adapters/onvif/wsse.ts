import { createHash } from 'node:crypto'
import type { CameraLogin } from '../../gateway/ports/cameras.ts'
import { escapeXml } from './xml.ts'

/** WS-UsernameToken with a password digest (OASIS UsernameToken Profile 1.0, 3.1). */

const security = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd'
const utility = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd'
const profile =
  'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest'
const base64 =
  'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary'

/** Of the nonce's bytes, not of its base64. */
export function passwordDigest(nonce: Uint8Array, created: string, password: string): string {
  return createHash('sha1').update(nonce).update(created).update(password).digest('base64')
}

export interface TokenTime {
  nonce: Uint8Array
  /** By the camera's clock, or it takes the token for an old one. */
  createdMs: number
}

export function usernameToken(login: CameraLogin, { nonce, createdMs }: TokenTime): string {
  const created = new Date(createdMs).toISOString()
  const digest = passwordDigest(nonce, created, login.password)
  return [
    `<wsse:Security xmlns:wsse="${security}" xmlns:wsu="${utility}"><wsse:UsernameToken>`,
    `<wsse:Username>${escapeXml(login.username)}</wsse:Username>`,
    `<wsse:Password Type="${profile}">${digest}</wsse:Password>`,
    `<wsse:Nonce EncodingType="${base64}">${Buffer.from(nonce).toString('base64')}</wsse:Nonce>`,
    `<wsu:Created>${created}</wsu:Created>`,
    '</wsse:UsernameToken></wsse:Security>',
  ].join('')
}
