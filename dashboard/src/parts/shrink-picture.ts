/**
 * Photos of phones are made smaller before they are sent: what people look at needs no more, and a
 * village's network carries no more. The picture is turned as its EXIF says, and loses all of that.
 */

export const longestEdge = 1600
const quality = 0.85
/** A JPEG that is small in both ways goes as it is. */
const smallBytes = 1024 * 1024

interface Size {
  width: number
  height: number
}

/** The same shape, no edge longer than `longestEdge`, never larger than before. */
export function shrunkSize({ width, height }: Size): Size {
  const share = Math.min(1, longestEdge / Math.max(width, height, 1))
  const of = (edge: number) => Math.max(1, Math.round(edge * share))
  return { width: of(width), height: of(height) }
}

export function isSmall({ type, size }: Pick<Blob, 'type' | 'size'>, drawn: Size): boolean {
  const fits = Math.max(drawn.width, drawn.height) <= longestEdge
  return fits && size <= smallBytes && type === 'image/jpeg'
}

function jpegOf(canvas: HTMLCanvasElement): Promise<Blob | null> {
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality))
}

async function drawn(file: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' })
  try {
    if (isSmall(file, bitmap)) return file
    const { width, height } = shrunkSize(bitmap)
    const canvas = document.createElement('canvas')
    Object.assign(canvas, { width, height })
    const context = canvas.getContext('2d')
    if (context === null) return file
    // JPEG knows no transparency: else it would be black.
    context.fillStyle = '#fff'
    context.fillRect(0, 0, width, height)
    context.imageSmoothingQuality = 'high'
    context.drawImage(bitmap, 0, 0, width, height)
    return (await jpegOf(canvas)) ?? file
  } finally {
    bitmap.close()
  }
}

/** What this browser cannot draw goes as it is; the gateway says what is wrong with it. */
export function shrinkPicture(file: Blob): Promise<Blob> {
  return drawn(file).catch(() => file)
}
