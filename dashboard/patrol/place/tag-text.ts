import type { TagKind } from '../../../gateway/domain/patrol.ts'

/** What a scanned text or an opened address says. Whether it is genuine only the gateway can tell. */

export interface ReadTag {
  kind: TagKind
  /** Null: only the gateway can read which point it is. */
  point: string | null
  url: string
  /** Of this gateway's own address. */
  isHere: boolean
  /** It counts once, however often it is opened. */
  isOnce: boolean
}

const longestUrl = 1024

function asUrl(text: string): URL | null {
  if (text.length > longestUrl) return null
  try {
    const url = new URL(text.trim())
    return /^https?:$/.test(url.protocol) ? url : null
  } catch {
    return null
  }
}

/** `/c/<point>.<key>.<signature>`, or `/c/<point>.t.<code>`; an id of a point may hold dots. */
function readCode(path: string): { point: string; isRotating: boolean } | null {
  const found = /^\/c\/([A-Za-z0-9][A-Za-z0-9_.-]{0,63})\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/.exec(
    path,
  )
  if (!found?.[1]) return null
  return { point: found[1], isRotating: found[2] === 't' && /^\d{8}$/.test(found[3] ?? '') }
}

const isSigned = ({ pathname, searchParams }: URL) =>
  pathname === '/tag' &&
  searchParams.has('cmac') &&
  (searchParams.has('picc_data') || searchParams.has('uid'))

export function readTag(text: string, origin: string): ReadTag | null {
  const url = asUrl(text)
  if (!url) return null
  const isHere = url.origin === origin
  if (isSigned(url)) return { kind: 'nfc424', point: null, url: url.href, isHere, isOnce: true }
  const code = readCode(url.pathname)
  if (!code) return null
  const { point, isRotating } = code
  return {
    kind: isRotating ? 'qrRotating' : 'qr',
    point,
    url: url.href,
    isHere,
    isOnce: isRotating,
  }
}

/** `04:de:5f…` as the browser gives it, as tags are written down: upper case without colons. */
export function readUid(text: string): string | null {
  const uid = text.replaceAll(/[:\s-]/g, '').toUpperCase()
  return /^([0-9A-F]{2}){4,10}$/.test(uid) ? uid : null
}
