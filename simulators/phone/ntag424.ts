import { createCipheriv, randomBytes } from 'node:crypto'
import { cmac } from '@noble/ciphers/aes.js'

/**
 * An NTAG 424 DNA that was written with the settings of its point: every tap makes another address,
 * with a counter that only rises and a signature over it (NXP AN12196, AES mode, PICC data encrypted,
 * nothing else mirrored).
 */

export interface Ntag424Settings {
  /** With the places of the mirrors filled by zeros, as the tag is told. */
  url: string
  /** Seven bytes in hex. */
  uid: string
  /** In hex. */
  metaRead: string
  fileRead: string
}

export interface Ntag424 {
  /** What a phone that is held to it opens. */
  tap(): string
  counter(): number
}

const piccTagByte = 0xc7
const paddingBytes = 5

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex').toUpperCase()

function piccData({ uid, metaRead }: Ntag424Settings, counter: Buffer): string {
  const plain = Buffer.concat([
    Buffer.of(piccTagByte),
    Buffer.from(uid, 'hex'),
    counter,
    randomBytes(paddingBytes),
  ])
  const cipher = createCipheriv('aes-128-cbc', Buffer.from(metaRead, 'hex'), Buffer.alloc(16))
  return hex(Buffer.concat([cipher.setAutoPadding(false).update(plain), cipher.final()]))
}

function signature({ uid, fileRead }: Ntag424Settings, counter: Buffer): string {
  const vector = Buffer.concat([
    Buffer.from('3cc300010080', 'hex'),
    Buffer.from(uid, 'hex'),
    counter,
  ])
  const session = cmac(vector, Buffer.from(fileRead, 'hex'))
  return hex(cmac(new Uint8Array(), session).filter((_, index) => index % 2 === 1))
}

export function createNtag424(settings: Ntag424Settings, firstCounter = 0): Ntag424 {
  let count = firstCounter
  return {
    tap() {
      count += 1
      // The tag reckons with the least significant byte first.
      const counter = Buffer.alloc(3)
      counter.writeUIntLE(count, 0, 3)
      return settings.url
        .replace(/(picc_data=)0+/, `$1${piccData(settings, counter)}`)
        .replace(/(cmac=)0+/, `$1${signature(settings, counter)}`)
    },
    counter: () => count,
  }
}
