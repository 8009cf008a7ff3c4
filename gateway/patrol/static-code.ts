import { createHmac, timingSafeEqual } from 'node:crypto'

/**
 * What a printed code says after the address: `<point>.<key id>.<signature>`. It proves that the
 * sticker is ours and not that anybody stood before it.
 */

const shape = /^([A-Za-z0-9][A-Za-z0-9_.-]{0,63})\.([0-9a-f]{4})\.([A-Za-z0-9_-]{22})$/
const signatureBytes = 16

export interface StaticKey {
  /** Which key it is, four hex digits. */
  kid: string
  key: Uint8Array
}

function signatureOf(point: string, key: Uint8Array): string {
  const whole = createHmac('sha256', key).update(`qr1|${point}`).digest()
  return whole.subarray(0, signatureBytes).toString('base64url')
}

export function staticCode(point: string, { kid, key }: StaticKey): string {
  return `${point}.${kid}.${signatureOf(point, key)}`
}

/** Undefined: not of this shape. */
export function readStaticCode(
  code: string,
  { kid, key }: StaticKey,
): { point: string; isGenuine: boolean } | undefined {
  const found = shape.exec(code)
  if (!found) return undefined
  const [, point, saidKid, said] = found as unknown as [string, string, string, string]
  // As text: the last character has bits to spare, so other texts decode to the same bytes.
  const isSigned = timingSafeEqual(Buffer.from(said), Buffer.from(signatureOf(point, key)))
  return { point, isGenuine: isSigned && saidKid === kid }
}
