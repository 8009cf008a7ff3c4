/**
 * What a file says it is, by its first bytes, and whether it is that and nothing else. Decoders
 * stop at the end of the picture and ignore what follows, so a file can be a picture and a page or
 * an archive at once; phones on the other hand put a film or a second picture behind. What looks
 * like something that a browser or a person would open as another thing is refused, the rest falls
 * away when the picture is written anew.
 */

export const pictureKinds = ['jpeg', 'png', 'webp'] as const

export type PictureKind = (typeof pictureKinds)[number]

const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

function textAt(bytes: Buffer, from: number, length: number): string {
  return bytes.toString('latin1', from, from + length)
}

export function pictureKind(bytes: Buffer): PictureKind | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'jpeg'
  if (pngSignature.every((byte, index) => bytes[index] === byte)) return 'png'
  const isWebp = textAt(bytes, 0, 4) === 'RIFF' && textAt(bytes, 8, 4) === 'WEBP'
  return isWebp ? 'webp' : undefined
}

/** Offsets: the pixels begin at `pixels`, and the byte after the picture's last is `end`. */
interface Extent {
  pixels: number
  end: number
}

/** Undefined: the picture is cut off or damaged. */
function extentOf(kind: PictureKind, bytes: Buffer): Extent | undefined {
  switch (kind) {
    case 'jpeg':
      return jpegExtent(bytes)
    case 'png':
      return pngExtent(bytes)
    case 'webp':
      return webpExtent(bytes)
  }
}

const startOfScan = 0xda
const endOfImage = 0xd9

/** ITU-T T.81, B.1.1.4: TEM, RSTn and SOI stand alone; all others carry their length. */
function standsAlone(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)
}

/** After the scan's header: the next marker that is neither a stuffed byte nor a restart. */
function afterScan(bytes: Buffer, from: number): number {
  let at = bytes.indexOf(0xff, from)
  while (at >= 0 && at + 1 < bytes.length) {
    const next = bytes[at + 1] as number
    if (next !== 0x00 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at
    at = bytes.indexOf(0xff, at + (next === 0xff ? 1 : 2))
  }
  return bytes.length
}

function jpegExtent(bytes: Buffer): Extent | undefined {
  let pixels = 0
  let at = 2
  while (at + 1 < bytes.length) {
    if (bytes[at] !== 0xff) return undefined
    const marker = bytes[at + 1] as number
    at += marker === 0xff ? 1 : 2
    if (marker === 0xff || standsAlone(marker)) continue
    if (marker === endOfImage) return pixels === 0 ? undefined : { pixels, end: at }
    if (at + 2 > bytes.length) return undefined
    const length = bytes.readUInt16BE(at)
    if (length < 2) return undefined
    at += length
    if (marker !== startOfScan) continue
    if (pixels === 0) pixels = at
    at = afterScan(bytes, at)
  }
  return undefined
}

/** PNG 5.3: length, type, content, CRC. */
function pngExtent(bytes: Buffer): Extent | undefined {
  let pixels = 0
  let at = pngSignature.length
  while (at + 12 <= bytes.length) {
    const type = textAt(bytes, at + 4, 4)
    if (type === 'IDAT' && pixels === 0) pixels = at
    at += 12 + bytes.readUInt32BE(at)
    if (type === 'IEND') return at <= bytes.length && pixels > 0 ? { pixels, end: at } : undefined
  }
  return undefined
}

/** RIFF: the length counts what follows it, and is padded to an even one. */
function webpExtent(bytes: Buffer): Extent | undefined {
  if (bytes.length < 20) return undefined
  const length = bytes.readUInt32LE(4)
  const end = 8 + length + (length % 2)
  return end <= bytes.length ? { pixels: 20, end } : undefined
}

/** Markup and documents; compared without case. */
const otherThings = /<(script|html|!doctype|\?php|svg|iframe|body|head)|%pdf-|7z\xbc\xaf/
const rar = 'rar!\x1a\x07'

function looksLikeMore(part: Buffer): boolean {
  const text = part.toString('latin1').toLowerCase()
  return otherThings.test(text) || text.includes(rar)
}

const longestZipEnd = 22 + 65_535

/** An archive is read from its end: a record whose comment reaches exactly to the last byte. */
function endsAsZip(bytes: Buffer): boolean {
  const tail = bytes.subarray(-longestZipEnd)
  let at = tail.lastIndexOf('PK\x05\x06', undefined, 'latin1')
  while (at >= 0) {
    const hasRoom = at + 22 <= tail.length
    if (hasRoom && at + 22 + tail.readUInt16LE(at + 20) === tail.length) return true
    at = at === 0 ? -1 : tail.lastIndexOf('PK\x05\x06', at - 1, 'latin1')
  }
  return false
}

/** Null: it is a whole picture of this kind and nothing else; else what is wrong with it. */
export function pictureProblem(kind: PictureKind, bytes: Buffer): string | null {
  const extent = extentOf(kind, bytes)
  if (extent === undefined) {
    return 'The picture is cut off or damaged. Send it again, or take another one.'
  }
  const parts = [bytes.subarray(0, extent.pixels), bytes.subarray(extent.end)]
  if (parts.some(looksLikeMore) || endsAsZip(bytes)) {
    return 'The file is a picture and something else at once. Send the picture alone.'
  }
  return null
}
