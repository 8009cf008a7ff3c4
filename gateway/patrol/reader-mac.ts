import { createHmac, timingSafeEqual } from 'node:crypto'
import type { ReaderMessage } from '../ports/tags.ts'

/** How a fixed reader signs what it read, with its own key; see docs/tags.md. */

const hexDigits = 32

export function readerMac(key: Uint8Array, message: ReaderMessage): string {
  const { device, ts, tag, counter, patroller } = message
  const text = `checkin|${device}|${ts}|${tag}|${counter}|${patroller}`
  return createHmac('sha256', key).update(text).digest('hex').slice(0, hexDigits)
}

export function isReaderMac(key: Uint8Array, message: ReaderMessage, mac: string): boolean {
  if (!/^[0-9a-f]{32}$/i.test(mac)) return false
  const expected = Buffer.from(readerMac(key, message), 'hex')
  return timingSafeEqual(expected, Buffer.from(mac, 'hex'))
}
