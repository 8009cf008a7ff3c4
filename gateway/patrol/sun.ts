import { createCipheriv, createDecipheriv, timingSafeEqual } from 'node:crypto'
import { cmac } from '@noble/ciphers/aes.js'

/**
 * Secure unique NFC messages of the NTAG 424 DNA (AES mode; NXP AN12196): each tap makes another
 * address, with the tag's counter in it and signed by a key that never leaves the tag. It proves
 * that the tag was there when it was tapped; whether the counter rose, others must ask.
 */

/** What the tag wrote into the address, in upper-case hex. */
export type SunMessage =
  | { kind: 'encrypted'; picc: string; enc: string | null; mac: string }
  | { kind: 'plain'; uid: string; counter: string; mac: string }

interface SunTap {
  /** 14 upper-case hex digits. */
  uid: string
  counter: number
  /** Decrypted file, where the tag sends one. */
  file: string | null
}

export interface SunKeys {
  /** One for all tags: only with it is it known which tag speaks. */
  metaRead: Uint8Array
  fileReadOf: (uid: Uint8Array) => Uint8Array
}

const zeroBlock = Buffer.alloc(16)
/** UID and counter are there, and the UID has seven bytes (AN12196, 3.3). */
const piccTagByte = 0xc7
const uidBytes = 7
const counterBytes = 3

/**
 * Exactly what a tag writes, and nothing else: whatever stands twice, is missing, is too long or was
 * added is no message. LRP mode, whose PICC data has 48 digits, is another cipher and none either.
 */
export function parseSun(query: string): SunMessage | undefined {
  const encrypted =
    /^picc_data=([0-9A-F]{32})(?:&enc=((?:[0-9A-F]{32}){1,8}))?&cmac=([0-9A-F]{16})$/
  const plain = /^uid=([0-9A-F]{14})&ctr=([0-9A-F]{6})&cmac=([0-9A-F]{16})$/
  const one = encrypted.exec(query)
  if (one) {
    const [, picc, enc = null, mac] = one as unknown as [string, string, string | undefined, string]
    return { kind: 'encrypted', picc, enc, mac }
  }
  const other = plain.exec(query)
  if (!other) return undefined
  const [, uid, counter, mac] = other as unknown as [string, string, string, string]
  return { kind: 'plain', uid, counter, mac }
}

function decryptCbc(key: Uint8Array, iv: Uint8Array, text: Uint8Array): Buffer {
  const decipher = createDecipheriv('aes-128-cbc', key, iv).setAutoPadding(false)
  return Buffer.concat([decipher.update(text), decipher.final()])
}

interface Tap {
  uid: Buffer
  /** Least significant byte first, as the tag reckons. */
  counter: Buffer
}

export function decryptPicc(metaRead: Uint8Array, picc: string): Tap | undefined {
  const bytes = decryptCbc(metaRead, zeroBlock, Buffer.from(picc, 'hex'))
  if (bytes[0] !== piccTagByte) return undefined
  const uid = bytes.subarray(1, 1 + uidBytes)
  return { uid, counter: bytes.subarray(1 + uidBytes, 1 + uidBytes + counterBytes) }
}

function tapOf(message: SunMessage, metaRead: Uint8Array): Tap | undefined {
  if (message.kind === 'encrypted') return decryptPicc(metaRead, message.picc)
  // In the clear the counter stands with its most significant byte first.
  const counter = Buffer.from(Buffer.from(message.counter, 'hex').toReversed())
  return { uid: Buffer.from(message.uid, 'hex'), counter }
}

function sessionKey(fileRead: Uint8Array, vector: string, { uid, counter }: Tap): Uint8Array {
  return cmac(Buffer.concat([Buffer.from(vector, 'hex'), uid, counter]), fileRead)
}

export function sessionMacKey(fileRead: Uint8Array, tap: Tap): Uint8Array {
  return sessionKey(fileRead, '3cc300010080', tap)
}

/** Only every second byte is sent, counted from one: 1, 3, 5, … 15. */
export function sunMac(fileRead: Uint8Array, tap: Tap, input: string): Buffer {
  const whole = cmac(Buffer.from(input, 'ascii'), sessionMacKey(fileRead, tap))
  return Buffer.from(whole.filter((_, index) => index % 2 === 1))
}

export function decryptFile(fileRead: Uint8Array, tap: Tap, enc: string): Buffer {
  const key = sessionKey(fileRead, 'c33c00010080', tap)
  const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false)
  const iv = cipher.update(Buffer.concat([tap.counter, Buffer.alloc(16 - counterBytes)]))
  return decryptCbc(key, iv, Buffer.from(enc, 'hex'))
}

function refuseZero(key: Uint8Array): void {
  if (key.every((byte) => byte === 0)) {
    throw new Error(
      'The key of a tag is all zero, as it left the factory: anybody can forge with it.',
    )
  }
}

export interface SunVerifier {
  /** Undefined: no tag of ours wrote it. */
  verify(message: SunMessage): SunTap | undefined
}

/** `allowZeroKeys` is for the published examples, whose keys are those of the factory. */
export function createSunVerifier(keys: SunKeys, allowZeroKeys = false): SunVerifier {
  if (!allowZeroKeys) refuseZero(keys.metaRead)

  return {
    verify(message) {
      const tap = tapOf(message, keys.metaRead)
      if (!tap) return undefined
      const fileRead = keys.fileReadOf(tap.uid)
      if (!allowZeroKeys) refuseZero(fileRead)
      const enc = message.kind === 'encrypted' ? message.enc : null
      // The tag signs the address from its encrypted file on, with the name of what follows.
      const input = enc === null ? '' : `${enc}&cmac=`
      const expected = sunMac(fileRead, tap, input)
      if (!timingSafeEqual(expected, Buffer.from(message.mac, 'hex'))) return undefined
      return {
        uid: tap.uid.toString('hex').toUpperCase(),
        counter: tap.counter.readUIntLE(0, counterBytes),
        file: enc === null ? null : decryptFile(fileRead, tap, enc).toString('latin1'),
      }
    },
  }
}
