import type { DecodeFailure } from '../../gateway/domain/observation.ts'
import { failure, found } from './failures.ts'
import { maxImageBytes } from './payloads.ts'

const maxBase64 = Math.ceil(maxImageBytes / 3) * 4
const base64Text = /^[A-Za-z0-9+/]+={0,2}$/

/** The bytes of an event's picture: base64, a JPEG by its first bytes, bounded. */
export function decodeImage(text: string): Uint8Array | DecodeFailure {
  if (text.length > maxBase64) return tooLarge(`${text.length} characters of base64`)
  if (text.length % 4 !== 0 || !base64Text.test(text)) {
    return failure('invalid', `image: found ${found(text)}, expected a JPEG in base64.`)
  }
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length > maxImageBytes) return tooLarge(`${bytes.length} bytes`)
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return bytes
  const start = bytes.subarray(0, 4).toString('hex')
  return failure('invalid', `image: found bytes starting with ${start}, expected a JPEG (ffd8ff).`)
}

function tooLarge(what: string): DecodeFailure {
  const limit = `expected a JPEG of at most ${maxImageBytes / 1_024} KB`
  return failure('tooLarge', `image: found ${what}, ${limit}.`)
}
