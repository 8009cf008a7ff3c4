import { InvalidError } from '../domain/errors.ts'
import type { PatrolPoint } from '../domain/patrol.ts'
import type { PatrolKeys } from './patrol-keys.ts'
import { rotatingCode } from './rotating-code.ts'
import { staticCode } from './static-code.ts'

/**
 * What is printed, written into tags and shown on screens. `base` is the address that phones reach
 * the gateway at, without a trailing slash.
 */

interface TagSetting {
  point: string
  tag: PatrolPoint['tag']
  url: string
  keys: { metaRead: string; fileRead: string; application: string } | null
  offsets: { picc: number; macInput: number; mac: number } | null
  readerKey: string | null
}

export interface TagWriter {
  /** What a tag, screen or reader needs to know; InvalidError when the point lacks something. */
  setting(point: PatrolPoint, base: string): Promise<TagSetting>
  /** For the screen at a point: what it shows now, and until when (epoch ms). */
  code(point: PatrolPoint, base: string, at: number): Promise<{ url: string; until: number }>
  /** What is printed for a point; null: nothing that paper can show. */
  printed(point: PatrolPoint, base: string): Promise<string | null>
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex').toUpperCase()

/** Abbreviations of a URI record (NFC Forum URI RTD, table 3); the longer of two first. */
const prefixes = ['https://www.', 'http://www.', 'https://', 'http://']
/** Length of the file, then the record: flags, length of its type, of its payload, type, prefix. */
const headBytes = 2 + 5

/** Where a part of the address lies in the tag's NDEF file, bytes. */
function offsetIn(url: string, index: number): number {
  const prefix = prefixes.find((one) => url.startsWith(one)) ?? ''
  return headBytes + index - prefix.length
}

function signedTag(point: PatrolPoint, base: string, keys: PatrolKeys) {
  const uid = Buffer.from(point.tagUid ?? '', 'hex')
  if (uid.length !== 7) {
    const text = `tagUid: The keys of an NTAG 424 are made of its UID. Enter the 14 digits of the tag at ${point.name} first.`
    throw new InvalidError(text)
  }
  const [picc, mac] = ['0'.repeat(32), '0'.repeat(16)]
  const url = `${base}/tag?picc_data=${picc}&cmac=${mac}`
  const macAt = offsetIn(url, url.length - mac.length)
  return {
    url,
    keys: {
      metaRead: hex(keys.metaRead),
      fileRead: hex(keys.fileReadOf(uid)),
      application: hex(keys.applicationOf(uid)),
    },
    // UID and counter are all that is signed: nothing else in the address means anything.
    offsets: { picc: offsetIn(url, url.indexOf(picc)), macInput: macAt, mac: macAt },
  }
}

export function createTagWriter(keys: () => Promise<PatrolKeys>): TagWriter {
  const sticker = async ({ id }: PatrolPoint, base: string) =>
    `${base}/c/${staticCode(id, (await keys()).code)}`

  return {
    async setting(point, base) {
      const { id, tag, reader } = point
      const nothing = { keys: null, offsets: null, readerKey: null }
      if (tag === 'nfc424') {
        return { ...nothing, point: id, tag, ...signedTag(point, base, await keys()) }
      }
      if (tag === 'qrRotating') {
        // The page that a screen at the point keeps open.
        return { ...nothing, point: id, tag, url: `${base}/patrols/code/${encodeURIComponent(id)}` }
      }
      const url = await sticker(point, base)
      if (tag !== 'reader' || reader === null) return { ...nothing, point: id, tag, url }
      return { ...nothing, point: id, tag, url, readerKey: hex((await keys()).readerOf(reader)) }
    },
    async code({ id, tag, name }, base, at) {
      if (tag !== 'qrRotating') {
        throw new InvalidError(`tag: ${name} has no rotating code; choose one for it first.`)
      }
      const { code, until } = rotatingCode(id, (await keys()).rotatingOf(id), at)
      return { url: `${base}/c/${code}`, until }
    },
    async printed(point, base) {
      return point.tag === 'qrRotating' || point.tag === 'reader' ? null : sticker(point, base)
    },
  }
}
