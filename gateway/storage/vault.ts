import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import type { Vault } from '../ports/vault.ts'

/**
 * AES-256-GCM under a key that HKDF (RFC 5869) derives from the installation's own, which lies
 * outside the database: a stolen database opens nothing. The place is authenticated with the text
 * (AAD), so that nobody who can write the tables can put one person's secret in another's place.
 * Sealed: `v1.` + base64url of nonce (12 bytes), tag (16 bytes) and cipher text.
 */

const version = 'v1.'
const nonceBytes = 12
const tagBytes = 16

function notOpened(place: string, cause?: unknown): Error {
  const text = `The secret of ${place} does not open: it was altered, or sealed under another installation.key. Restore that file from the backup, or set the secret anew.`
  return new Error(text, { cause })
}

export function createVault(installationKey: Uint8Array): Vault {
  const key = Buffer.from(hkdfSync('sha256', installationKey, '', 'lianxun vault v1', 32))

  return {
    seal(secret, place) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
      cipher.setAAD(Buffer.from(place))
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
      const sealed = Buffer.concat([nonce, cipher.getAuthTag(), text])
      return version + sealed.toString('base64url')
    },
    open(sealed, place) {
      const bytes = Buffer.from(sealed.slice(version.length), 'base64url')
      if (!sealed.startsWith(version) || bytes.length < nonceBytes + tagBytes) {
        throw notOpened(place)
      }
      const nonce = bytes.subarray(0, nonceBytes)
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
      decipher.setAAD(Buffer.from(place))
      decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes))
      try {
        const text = decipher.update(bytes.subarray(nonceBytes + tagBytes))
        return Buffer.concat([text, decipher.final()]).toString('utf8')
      } catch (error) {
        throw notOpened(place, error)
      }
    },
  }
}
