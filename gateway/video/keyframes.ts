import type { Part } from './framer.ts'

/** The pieces from the last key frame on, so that who comes now sees a picture at once. */
export interface Keyframes {
  add(piece: Part & { kind: 'piece' }): void
  pieces(): readonly Uint8Array[]
  clear(): void
}

/** A camera with rare key frames: whoever comes waits for the next one. */
const mostBytes = 4_194_304

export function createKeyframes(): Keyframes {
  let pieces: Uint8Array[] = []
  let bytes = 0
  let isWhole = false

  function clear(): void {
    pieces = []
    bytes = 0
    isWhole = false
  }

  return {
    clear,
    pieces: () => pieces,
    add(piece) {
      if (piece.isKey) {
        clear()
        isWhole = true
      }
      if (!isWhole) return
      bytes += piece.bytes.length
      if (bytes > mostBytes) return clear()
      pieces.push(piece.bytes)
    },
  }
}
