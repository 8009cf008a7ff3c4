import sharp from 'sharp'
import type { PictureStore } from '../ports/picture-store.ts'

/** Small versions of pictures for lists: made when they are first asked for, kept in memory only. */
export interface Thumbnails {
  /** Undefined where there is no picture. A picture that cannot be made smaller is given as it is. */
  get(sha256: string): Promise<Uint8Array | undefined>
}

const longestSidePx = 320
const quality = 70
/** A quarter of an hour of a busy desk; each is some 15 kB. */
const mostKept = 500

export function createThumbnails(pictures: Pick<PictureStore, 'get'>): Thumbnails {
  /** The one that was asked for longest ago first. */
  const kept = new Map<string, Uint8Array>()

  function keep(sha256: string, jpeg: Uint8Array): Uint8Array {
    kept.delete(sha256)
    kept.set(sha256, jpeg)
    const [oldest] = kept.keys()
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest)
    return jpeg
  }

  return {
    async get(sha256) {
      // One that retention took is gone from here, too.
      const picture = await pictures.get(sha256)
      if (!picture) {
        kept.delete(sha256)
        return undefined
      }
      const known = kept.get(sha256)
      if (known) return keep(sha256, known)
      try {
        const size = { width: longestSidePx, height: longestSidePx, withoutEnlargement: true }
        const image = sharp(picture)
          .autoOrient()
          .resize({ ...size, fit: 'inside' })
        return keep(sha256, await image.jpeg({ quality }).toBuffer())
      } catch {
        return picture
      }
    },
  }
}
