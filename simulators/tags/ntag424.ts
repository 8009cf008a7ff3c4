import { createCipheriv } from 'node:crypto'
import { cmac } from '@noble/ciphers/aes.js'

/**
 * An NTAG 424 DNA as it leaves the desk of whoever wrote it: each tap is another address, signed
 * with its counter (NXP AN12196, AES mode).
 */

export interface Ntag424 {
  /** 14 hex digits. */
  uid: string
  /** As `GET /patrol/points/:id/tag` says: its address, and keys in hex. */
  url: string
  keys: { metaRead: string; fileRead: string }
}

function encrypt(mode: 'cbc' | 'ecb', key: Uint8Array, text: Uint8Array): Buffer {
  const iv = mode === 'cbc' ? Buffer.alloc(16) : null
  const cipher = createCipheriv(`aes-128-${mode}`, key, iv).setAutoPadding(false)
  return Buffer.concat([cipher.update(text), cipher.final()])
}

/** The address of one tap; `padding` is what the tag draws at random, 5 bytes. */
export function tap({ uid, url, keys }: Ntag424, counter: number, padding: Uint8Array): string {
  const id = Buffer.from(uid, 'hex')
  const count = Buffer.alloc(3)
  count.writeUIntLE(counter, 0, 3)
  const plain = Buffer.concat([Buffer.of(0xc7), id, count, padding])
  const picc = encrypt('cbc', Buffer.from(keys.metaRead, 'hex'), plain)
  const vector = Buffer.concat([Buffer.from('3cc300010080', 'hex'), id, count])
  const session = cmac(vector, Buffer.from(keys.fileRead, 'hex'))
  const mac = cmac(new Uint8Array(), session).filter((_, index) => index % 2 === 1)
  return url
    .replace('0'.repeat(32), picc.toString('hex').toUpperCase())
    .replace(/0{16}$/, Buffer.from(mac).toString('hex').toUpperCase())
}
