/** Voice notes as phones record them, by their first bytes; a film with sound is none. */

const ebml = [0x1a, 0x45, 0xdf, 0xa3]

function textAt(bytes: Uint8Array, from: number, text: string): boolean {
  return Array.from(text).every((letter, index) => bytes[from + index] === letter.charCodeAt(0))
}

/** Tracks that are seen: codecs of WebM, the handler of MP4 and QuickTime, the first packet of Ogg. */
const films = [
  'V_VP8',
  'V_VP9',
  'V_AV1',
  'V_MPEG',
  'hdlr\0\0\0\0\0\0\0\0vide',
  'hdlr\0\0\0\0mhlrvide',
  '\u0080theora',
  '\u0001video',
]

function holds(bytes: Uint8Array, word: string): boolean {
  const first = word.charCodeAt(0)
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (textAt(bytes, at, word)) return true
  }
  return false
}

/** Pictures are written anew without what they tell of people; moving ones would get around that. */
function hasFilm(bytes: Uint8Array): boolean {
  return films.some((word) => holds(bytes, word))
}

/** Whether the header of a Matroska file says that it is WebM. */
function isWebm(bytes: Uint8Array): boolean {
  if (!ebml.every((byte, index) => bytes[index] === byte)) return false
  return [...bytes.subarray(4, 64).keys()].some((at) => textAt(bytes, 4 + at, 'webm'))
}

/** Media type of a voice note; undefined: it is none. */
export function voiceType(bytes: Uint8Array): string | undefined {
  const type = soundType(bytes)
  return type !== undefined && hasFilm(bytes) ? undefined : type
}

function soundType(bytes: Uint8Array): string | undefined {
  if (isWebm(bytes)) return 'audio/webm'
  if (textAt(bytes, 0, 'OggS')) return 'audio/ogg'
  if (textAt(bytes, 4, 'ftyp')) return 'audio/mp4'
  // AAC in its own frames (ADTS): twelve bits set, layer 0.
  return bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xf6) === 0xf0 ? 'audio/aac' : undefined
}
