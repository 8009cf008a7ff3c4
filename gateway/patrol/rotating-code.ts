import { Secret, TOTP } from 'otpauth'

/**
 * What a screen at a point shows, another every 30 s: `<point>.t.<8 digits>`, the digits by RFC 6238
 * with SHA-256. One step before and after passes too, because clocks of phones differ.
 */

const shape = /^([A-Za-z0-9][A-Za-z0-9_.-]{0,63})\.t\.(\d{8})$/
const settings = { algorithm: 'SHA256', digits: 8, period: 30 }
const toleratedSteps = 1

function secretOf(bytes: Uint8Array): Secret {
  return new Secret({ buffer: Uint8Array.from(bytes).buffer })
}

/** `until`: when the next one comes, epoch ms. */
export function rotatingCode(
  point: string,
  secret: Uint8Array,
  at: number,
): { code: string; until: number } {
  const totp = new TOTP({ ...settings, secret: secretOf(secret) })
  const until = (totp.counter({ timestamp: at }) + 1) * settings.period * 1000
  return { code: `${point}.t.${totp.generate({ timestamp: at })}`, until }
}

/** Undefined: not of this shape. `step` null: it did not hold at that time. */
export function readRotatingCode(
  code: string,
  secretOfPoint: (point: string) => Uint8Array,
  at: number,
): { point: string; step: number | null } | undefined {
  const found = shape.exec(code)
  if (!found) return undefined
  const [, point, token] = found as unknown as [string, string, string]
  const totp = new TOTP({ ...settings, secret: secretOf(secretOfPoint(point)) })
  const timestamp = Math.max(at, 0)
  const delta = totp.validate({ token, timestamp, window: toleratedSteps })
  return { point, step: delta === null ? null : totp.counter({ timestamp }) + delta }
}
