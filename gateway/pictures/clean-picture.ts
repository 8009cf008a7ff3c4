import sharp from 'sharp'
import { UnavailableError } from '../domain/errors.ts'
import type { CleanedPicture, CleanPicture, SentPictureType } from '../ports/picture-cleaner.ts'
import { type PictureKind, pictureKind, pictureProblem } from './picture-shape.ts'

/**
 * Decodes what somebody sent and writes it anew: turned upright, no larger than a screen shows, and
 * without position, device, thumbnail or anything else that came along.
 */

const mostPixels = 50_000_000
const longestSidePx = 2560
const quality = 80
const timeoutS = 20
/** Each may hold 8 MB; who waits longer than for these tries again. */
const mostWaiting = 16

const kindOfType: Record<SentPictureType, PictureKind> = {
  'image/jpeg': 'jpeg',
  'image/png': 'png',
  'image/webp': 'webp',
}

function refused(problem: string): CleanedPicture {
  return { kind: 'refused', problem }
}

async function writeAnew(bytes: Buffer): Promise<CleanedPicture> {
  try {
    const jpeg = await sharp(bytes, {
      failOn: 'error',
      limitInputPixels: mostPixels,
      sequentialRead: true,
    })
      .autoOrient()
      .resize({
        width: longestSidePx,
        height: longestSidePx,
        fit: 'inside',
        withoutEnlargement: true,
      })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .jpeg({ quality })
      .timeout({ seconds: timeoutS })
      .toBuffer()
    return { kind: 'clean', jpeg }
  } catch (error) {
    if (/pixel limit/.test((error as Error).message)) {
      return refused('The picture has more than 50 megapixels. Send a smaller one.')
    }
    return refused('The picture is cut off or damaged. Send it again, or take another one.')
  }
}

function clean(bytes: Buffer, type: SentPictureType): Promise<CleanedPicture> | CleanedPicture {
  const kind = pictureKind(bytes)
  if (kind === undefined) return refused('This is no picture. Send a JPEG, PNG or WebP file.')
  if (kind !== kindOfType[type]) {
    return refused(`The file is said to be ${type} and is ${kind}. Send it as what it is.`)
  }
  const problem = pictureProblem(kind, bytes)
  return problem === null ? writeAnew(bytes) : refused(problem)
}

/** `atOnce` are decoded beside each other; small ones only, for each takes what memory it needs. */
export function createPictureCleaner({
  atOnce = 1,
  most = mostWaiting,
}: {
  atOnce?: number
  most?: number
} = {}): CleanPicture {
  const turns: Promise<unknown>[] = Array.from({ length: atOnce }, () => Promise.resolve())
  let next = 0
  let waiting = 0

  return async (bytes, type) => {
    if (waiting >= most) throw new UnavailableError('Too many pictures wait to be decoded.')
    waiting += 1
    const lane = next
    next = (next + 1) % atOnce
    const mine = (turns[lane] ?? Promise.resolve()).then(() => clean(bytes, type))
    turns[lane] = mine.catch(() => undefined)
    try {
      return await mine
    } finally {
      waiting -= 1
    }
  }
}
