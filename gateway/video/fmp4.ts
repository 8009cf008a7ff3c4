import { type Framer, FramerError, type Part } from './framer.ts'
import { type Box, BoxError, createBoxCutter, startsWithKey, videoCodecOf } from './mp4-boxes.ts'

/** Fragmented MP4: `ftyp` and `moov` open it, each `moof` with its `mdat` is a piece. */
export function createFmp4Framer(): Framer {
  const cutter = createBoxCutter()
  let ftyp: Buffer | undefined
  let moof: Buffer | undefined

  function partOf({ type, bytes }: Box): Part | undefined {
    switch (type) {
      case 'ftyp':
        ftyp = bytes
        return undefined
      case 'moov': {
        const codec = videoCodecOf(bytes)
        if (codec === undefined) throw new FramerError('notH264')
        return { kind: 'opening', bytes: Buffer.concat(ftyp ? [ftyp, bytes] : [bytes]), codec }
      }
      case 'moof':
        moof = bytes
        return undefined
      case 'mdat': {
        if (!moof) return undefined
        const piece = Buffer.concat([moof, bytes])
        const isKey = startsWithKey(moof)
        moof = undefined
        return { kind: 'piece', bytes: piece, isKey }
      }
      default:
        return undefined
    }
  }

  return {
    push(chunk) {
      try {
        return cutter.push(chunk).flatMap((box) => partOf(box) ?? [])
      } catch (error) {
        throw error instanceof BoxError ? new FramerError('broken') : error
      }
    },
  }
}
