import { decodeQR } from 'qr/decode.js'
import type { ReadFrame } from './code-reader.ts'

/** A chunk of its own: phones with a reader of theirs never load it. */

/** Enough for a tag at arm's length, and four times faster than the whole picture. */
const longestEdge = 720

export function createFrameReader(): ReadFrame {
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d', { willReadFrequently: true })
  return async (video) => {
    const { videoWidth, videoHeight } = video
    if (!context || videoWidth === 0) return null
    const share = Math.min(1, longestEdge / Math.max(videoWidth, videoHeight))
    const width = Math.round(videoWidth * share)
    const height = Math.round(videoHeight * share)
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
    context.drawImage(video, 0, 0, width, height)
    try {
      return decodeQR(context.getImageData(0, 0, width, height))
    } catch {
      // No code in this picture.
      return null
    }
  }
}
