/** Photos as they are sent: about 200 KB, with time, village and point written into them. */

const longestEdge = 1280
const targetBytes = 200 * 1024
/** Until one is small enough. */
const steps = [
  { scale: 1, quality: 0.8 },
  { scale: 1, quality: 0.65 },
  { scale: 0.8, quality: 0.6 },
  { scale: 0.6, quality: 0.5 },
]

function mark(pen: CanvasRenderingContext2D, text: string): void {
  const { width, height } = pen.canvas
  const size = Math.max(18, Math.round(width / 32))
  const strip = Math.round(size * 1.8)
  pen.fillStyle = 'rgba(0, 0, 0, 0.6)'
  pen.fillRect(0, height - strip, width, strip)
  pen.fillStyle = '#ffffff'
  pen.font = `${size}px sans-serif`
  pen.textBaseline = 'middle'
  pen.fillText(text, size / 2, height - strip / 2, width - size)
}

function draw(image: ImageBitmap, scale: number, text: string): HTMLCanvasElement {
  const fit = Math.min(1, longestEdge / Math.max(image.width, image.height)) * scale
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(image.width * fit))
  canvas.height = Math.max(1, Math.round(image.height * fit))
  const pen = canvas.getContext('2d')
  if (!pen) throw new Error('no canvas')
  pen.drawImage(image, 0, 0, canvas.width, canvas.height)
  mark(pen, text)
  return canvas
}

function asJpeg(canvas: HTMLCanvasElement, quality: number): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error('no picture'))),
      'image/jpeg',
      quality,
    )
  })
}

export async function shrinkPhoto(photo: Blob, text: string): Promise<Uint8Array> {
  const image = await createImageBitmap(photo)
  try {
    let small: Blob | null = null
    for (const { scale, quality } of steps) {
      small = await asJpeg(draw(image, scale, text), quality)
      if (small.size <= targetBytes) break
    }
    if (!small) throw new Error('no picture')
    return new Uint8Array(await small.arrayBuffer())
  } finally {
    image.close()
  }
}
