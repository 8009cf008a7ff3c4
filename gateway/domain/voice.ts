/** Voice notes as phones record them, by their first bytes. */

const ebml = [0x1a, 0x45, 0xdf, 0xa3]

function textAt(bytes: Uint8Array, from: number, text: string): boolean {
  return Array.from(text).every((letter, index) => bytes[from + index] === letter.charCodeAt(0))
}

/** Whether the header of a Matroska file says that it is WebM, and nothing of a film follows. */
function isWebm(bytes: Uint8Array): boolean {
  if (!ebml.every((byte, index) => bytes[index] === byte)) return false
  return [...bytes.subarray(4, 64).keys()].some((at) => textAt(bytes, 4 + at, 'webm'))
}

/** Media type of a voice note; undefined: it is none. */
export function voiceType(bytes: Uint8Array): string | undefined {
  if (isWebm(bytes)) return 'audio/webm'
  if (textAt(bytes, 0, 'OggS')) return 'audio/ogg'
  if (textAt(bytes, 4, 'ftyp')) return 'audio/mp4'
  // AAC in its own frames (ADTS): twelve bits set, layer 0.
  return bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xf6) === 0xf0 ? 'audio/aac' : undefined
}
