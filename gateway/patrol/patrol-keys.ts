import { createHash, createHmac, hkdfSync } from 'node:crypto'
import { diversifiedKey } from './diversify.ts'
import type { StaticKey } from './static-code.ts'
import type { SunKeys } from './sun.ts'

/**
 * All keys of patrols come from one secret of the installation: by HKDF (RFC 5869) one for each use,
 * and from those one for each tag, point or reader. Nothing of them is ever logged; they leave the
 * gateway only when an administrator writes a tag.
 */

export interface PatrolKeys extends SunKeys {
  code: StaticKey
  /** Of the screen at a point. */
  rotatingOf: (point: string) => Uint8Array
  readerOf: (device: string) => Uint8Array
  /** With which a tag's settings can be changed: key 0 of its application. */
  applicationOf: (uid: Uint8Array) => Uint8Array
}

/** DF name of the application of an NTAG 424 DNA. */
const application = Buffer.from('d2760000850101', 'hex')
const system = Buffer.from('lianxun')
export const secretBytes = 32

const ofTag = (master: Uint8Array) => (uid: Uint8Array) =>
  diversifiedKey(master, Buffer.concat([uid, application, system]))

const named = (key: Uint8Array) => (name: string) => createHmac('sha256', key).update(name).digest()

export function derivePatrolKeys(secret: Uint8Array): PatrolKeys {
  if (secret.length !== secretBytes || secret.every((byte) => byte === 0)) {
    throw new Error(`The patrol key must be ${secretBytes} bytes, and not all zero.`)
  }
  const derive = (use: string, bytes: number) =>
    Buffer.from(hkdfSync('sha256', secret, '', `lianxun patrol ${use} v1`, bytes))
  const code = derive('code', 32)
  const rotating = derive('rotating', 32)
  const reader = derive('reader', 32)
  const fileRead = derive('file read', 16)
  const applicationKey = derive('application', 16)

  return {
    code: { kid: createHash('sha256').update(code).digest('hex').slice(0, 4), key: code },
    rotatingOf: named(rotating),
    readerOf: named(reader),
    metaRead: derive('meta read', 16),
    fileReadOf: ofTag(fileRead),
    applicationOf: ofTag(applicationKey),
  }
}

/** Read once and kept; what failed is tried again. */
export function createPatrolKeyRing(
  loadSecret: () => Promise<Uint8Array>,
): () => Promise<PatrolKeys> {
  let keys: Promise<PatrolKeys> | undefined
  return () => {
    keys ??= loadSecret()
      .then(derivePatrolKeys)
      .catch((error: unknown) => {
        keys = undefined
        throw error
      })
    return keys
  }
}
