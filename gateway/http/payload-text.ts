/** A payload as a person can read it: UTF-8, and \xNN for every byte that is none. */
export function textOf(payload: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(payload)
  } catch {
    return Array.from(payload, (byte) =>
      byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${hex(byte)}`,
    ).join('')
  }
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0').toUpperCase()
}
