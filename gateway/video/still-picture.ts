import { createHash } from 'node:crypto'
import sharp from 'sharp'
import type { PrivacyMask } from '../domain/camera.ts'
import { thumbHeight, thumbWidth } from '../domain/view-hash.ts'
import { CameraError } from '../ports/cameras.ts'

/**
 * A camera's JPEG as it may be kept: masked, no larger than a screen, and written anew, so that
 * nothing that came along in the file stays.
 */

const mostPixels = 50_000_000
const longestSidePx = 1920
const quality = 80

function maskLayer(masks: readonly PrivacyMask[], width: number, height: number): Buffer {
  const shapes = masks.map((mask) => {
    const points = mask.map(([x, y]) => `${(x * width).toFixed(1)},${(y * height).toFixed(1)}`)
    return `<polygon points="${points.join(' ')}"/>`
  })
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${shapes.join('')}</svg>`,
  )
}

export async function cleanStill(
  jpeg: Uint8Array,
  masks: readonly PrivacyMask[],
): Promise<Uint8Array> {
  try {
    const { data, info } = await sharp(jpeg, { limitInputPixels: mostPixels, failOn: 'truncated' })
      .resize({
        width: longestSidePx,
        height: longestSidePx,
        fit: 'inside',
        withoutEnlargement: true,
      })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true })
    const { width, height, channels } = info
    const picture = sharp(data, { raw: { width, height, channels } })
    if (masks.length > 0) picture.composite([{ input: maskLayer(masks, width, height) }])
    return await picture.jpeg({ quality }).toBuffer()
  } catch (error) {
    const text = `The camera’s picture cannot be read: ${(error as Error).message}`
    throw new CameraError('fault', text, { cause: error })
  }
}

const digestWidth = 160
const digestHeight = 90

export interface ViewPixels {
  thumb: Uint8Array
  digest: string
}

/** What liveness is judged on. */
export async function viewPixels(jpeg: Uint8Array): Promise<ViewPixels> {
  const grey = await sharp(jpeg)
    .greyscale()
    .resize(digestWidth, digestHeight, { fit: 'fill' })
    .raw()
    .toBuffer()
  const thumb = await sharp(grey, {
    raw: { width: digestWidth, height: digestHeight, channels: 1 },
  })
    .resize(thumbWidth, thumbHeight, { fit: 'fill' })
    .extractChannel(0)
    .raw()
    .toBuffer()
  return { thumb, digest: createHash('sha256').update(grey).digest('hex') }
}
