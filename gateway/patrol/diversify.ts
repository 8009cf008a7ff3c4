import { cmac } from '@noble/ciphers/aes.js'

/**
 * A key for each tag out of one (NXP AN10922, AES-128): K = AES-CMAC(master, 01 | M) with M = UID |
 * AID | system identifier. Whoever takes a tag apart has the key of that tag alone.
 */

/** Shorter ones are padded otherwise by AN10922 than by CMAC; there is no need for them. */
const shortestBytes = 16
const longestBytes = 31

export function diversifiedKey(master: Uint8Array, diversifier: Uint8Array): Uint8Array {
  const { length } = diversifier
  if (master.length !== 16) throw new Error(`an AES-128 key has 16 bytes, not ${master.length}`)
  if (length < shortestBytes || length > longestBytes) {
    throw new Error(`a key is diversified by ${shortestBytes} to ${longestBytes} bytes`)
  }
  return cmac(Buffer.concat([Buffer.of(1), diversifier]), master)
}
